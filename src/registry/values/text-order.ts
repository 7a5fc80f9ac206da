/**
 * Orders texts by their UTF-16 code units, the same on every machine and in every language.
 *
 * @param a - One text.
 * @param b - The other.
 */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * Orders rows by all their fields: the last step of an order that must not depend on the order of the input.
 *
 * @param a - One row, with its fields in the same order as the other one's.
 * @param b - The other.
 */
export function compareContents(a: object, b: object): number {
  return compareTexts(JSON.stringify(a), JSON.stringify(b));
}
