/**
 * Folds a service name for comparison: the registry compares names without regard to case (RFC 6335, section 5.1),
 * and all its names are ASCII.
 *
 * @param name - A service name in any case.
 */
export function foldServiceName(name: string): string {
  return name.toLowerCase();
}

/**
 * Compares service names by their folded characters, in the order of ASCII.
 *
 * @param a - One name; null (a row without a name) comes last.
 * @param b - The other.
 */
export function compareServiceNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [foldServiceName(a), foldServiceName(b)];
  return x < y ? -1 : Number(x > y);
}
