import { isIP } from 'node:net';

/**
 * Parses an address of a host on which a port is published.
 *
 * @param text - An IP address, also in brackets; empty or a wildcard for all addresses.
 * @returns Its shortest form; null for all addresses; undefined for another text.
 */
export function parseHostAddress(text: string): string | null | undefined {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (address === '' || address === '*') return null;
  if (address === 'localhost') return '127.0.0.1';
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return undefined;
  if (version === 4) return address === '0.0.0.0' ? null : address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return short === '::' ? null : short;
}
