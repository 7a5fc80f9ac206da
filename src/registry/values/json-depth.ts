/**
 * Returns whether a value of JSON is nested more deeply than a limit. Recursive functions would overflow the stack at deep
 * nesting; this one stops at the limit.
 *
 * @param value - The parsed value.
 * @param levels - The limit: the most objects and lists in one another.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}
