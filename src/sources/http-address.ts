/**
 * Parses the address of an HTTP server, with its base path.
 *
 * @param address - The address.
 * @returns Its URL; null for any other scheme, and for an address with a user name, a password, a query or a fragment.
 */
export function parseHttpAddress(address: string): URL | null {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.username + url.password + url.search + url.hash === '' ? url : null;
}
