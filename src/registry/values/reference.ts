/** A source of a row: a document, a page or a person. */
export interface Reference {
  /** The title, such as `RFC 6335`. */
  readonly title: string;
  /** The address, always http or https; null for a person or a document without an address. */
  readonly url: string | null;
}

type Rule = readonly [pattern: RegExp, title: (key: string) => string, url: (...groups: string[]) => string];

const asIs = (key: string): string => key;

/** Rules that turn the keys of IANA's Reference column into links; the first match applies. */
const RULES: readonly Rule[] = [
  [
    /^RFC ?(\d+)((?:, Section [\w.]+)?)$/,
    (key) => key.replace(/^RFC ?/, 'RFC '),
    (number = '', section = '') =>
      `https://www.rfc-editor.org/rfc/rfc${number}${section.replace(/^, Section /, '#section-')}`,
  ],
  [/^RFC-([a-z0-9-]+)$/, asIs, (draft = '') => `https://datatracker.ietf.org/doc/draft-${draft}/`],
  [/^(draft-[a-z0-9-]+)$/, asIs, (draft = '') => `https://datatracker.ietf.org/doc/${draft}/`],
  [/^(https?:\/\/[^\s<>"]+)$/, asIs, (url = '') => url],
];

/**
 * Parses a cell of IANA's Reference column: keys in square brackets without a separator, as in `[RFC7858][RFC8094]`.
 * RFCs, Internet-Drafts and web addresses become links; other keys stay text.
 *
 * @param cell - The cell, verbatim.
 * @returns The references in the order of the cell; none for an empty cell.
 */
export function parseReferences(cell: string): Reference[] {
  return bracketedKeys(cell).map((key) => toReference(key.replace(/\s+/g, ' ').trim()));
}

/**
 * Parses the keys of a cell of IANA's: each is in square brackets, without a separator.
 *
 * @param cell - The cell, verbatim.
 * @returns The keys in the order of the cell. A cell without brackets is one key; an empty cell has none.
 */
export function bracketedKeys(cell: string): string[] {
  const keys: string[] = [];
  // No regular expression: it would scan to the end of the cell from each unclosed bracket, in quadratic time.
  for (let open = cell.indexOf('['); open >= 0; ) {
    const close = cell.indexOf(']', open);
    if (close < 0) break;
    keys.push(cell.slice(open + 1, close));
    open = cell.indexOf('[', close);
  }
  return keys.length > 0 || cell === '' ? keys : [cell];
}

function toReference(key: string): Reference {
  for (const [pattern, title, url] of RULES) {
    const groups = pattern.exec(key)?.slice(1);
    if (groups !== undefined) return { title: title(key), url: url(...groups) };
  }
  return { title: key, url: null };
}
