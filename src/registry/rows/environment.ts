/**
 * Returns whether two uses, or a use and a query, are for the same environment. Without an environment, they are for all of them.
 *
 * @param a - The environment of one side, in any case; null for all.
 * @param b - That of the other side.
 */
export function isSameEnvironment(a: string | null, b: string | null): boolean {
  return a === null || b === null || a.toLowerCase() === b.toLowerCase();
}
