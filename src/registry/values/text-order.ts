/**
 * Compares texts by their UTF-16 code units: the order is the same on every machine and in every locale.
 *
 * @param a - One text.
 * @param b - The other.
 */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * Compares rows by all their fields. It is the last step of an order that must not depend on the order of the input.
 *
 * @param a - One row, with its fields in the same order as those of the other.
 * @param b - The other.
 */
export function compareContents(a: object, b: object): number {
  return compareTexts(JSON.stringify(a), JSON.stringify(b));
}
