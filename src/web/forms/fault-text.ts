/** The beginning of an error that names a parameter and quotes its value. */
const PARSED = /^Cannot (?:parse|read) [^"]*(?="(?:[^"\\]|\\.)*": )/;

/** The rules of notation, where no number or a correctly written one was entered. */
const NOTATION = /^(Cannot read "(?:[^"\d]*|[1-9]\d*)": [^,]*) in decimal digits,.*/;

/** The end of an error on two parameters that exclude each other. */
const EXCLUSION = /^.*: expected one of (\w+) and (\w+)$/;

/**
 * Returns the error of a parameter as a sentence of a form: what was entered, and what was expected. The label of the field is
 * above it.
 *
 * @param detail - The sentence of the API, which names parameters.
 * @param fields - The fields of the form.
 * @example 'Cannot read "9-1": expected the lower port first, 1-9.' // of 'Cannot parse port range "9-1": expected the lower …'
 */
export function faultText(
  detail: string,
  fields: readonly { readonly name: string; readonly label: string }[],
): string {
  const [, one, other] = EXCLUSION.exec(detail) ?? [];
  if (one === undefined || other === undefined) {
    return detail
      .replace(PARSED, 'Cannot read ')
      .replace(NOTATION, '$1')
      .replace(/[^.?]$/, '$&.');
  }
  const labelOf = (parameter: string): string => fields.find(({ name }) => name === parameter)?.label ?? parameter;
  return `Leave “${labelOf(one)}” or “${labelOf(other)}” empty.`;
}
