import { isIP } from 'node:net';
import { USER_SCOPES, type UserScope } from '../registry/own/user.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { Kind } from './kinds.ts';

/** A header field that a proxy sets, in lower case; empty for none. */
export const HEADER_FIELD: Kind<string> = {
  unit: 'field',
  values: 'header field, such as `X-Forwarded-User`',
  parse: parseHeaderField,
};

/** The scopes of groups. */
export const GROUP_SCOPES: Kind<ReadonlyMap<string, UserScope>> = {
  unit: 'groups',
  values: 'comma-separated groups with `read`, `write` or `admin`, such as `netops:write, leads:admin`',
  parse: parseGroupScopes,
};

/** A field name (RFC 9110, section 5.1). */
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Fields that have another meaning, and that clients send themselves. */
const OTHER_FIELDS = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'forwarded',
  'host',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
];

function parseHeaderField(text: string): string {
  const field = text.toLowerCase();
  if (field === '' || (FIELD.test(field) && !OTHER_FIELDS.includes(field))) return field;
  const expected = 'expected a field that only the proxy sets, such as X-Forwarded-User';
  throw new RegistryError('invalid_argument', `Cannot parse header field ${quoteInput(text)}: ${expected}`);
}

function parseGroupScopes(text: string): ReadonlyMap<string, UserScope> {
  const scopes = new Map<string, UserScope>();
  if (text.trim() === '') return scopes;
  for (const pair of text.split(',').map((part) => part.trim())) {
    // A group may contain a colon.
    const colon = pair.lastIndexOf(':');
    const group = pair.slice(0, Math.max(0, colon)).trim();
    const word = pair.slice(colon + 1).trim();
    const scope = USER_SCOPES.find((known) => known === word.toLowerCase());
    if (scope === undefined || group === '' || group.includes('|')) {
      const expected = 'expected a group and read, write or admin, such as netops:write';
      throw new RegistryError('invalid_argument', `Cannot parse scope of a group ${quoteInput(pair)}: ${expected}`);
    }
    if (scopes.has(group)) {
      const detail = `Cannot parse scope of a group ${quoteInput(pair)}: expected each group once`;
      throw new RegistryError('invalid_argument', detail);
    }
    scopes.set(group, scope);
  }
  return scopes;
}

/** The IPv4 addresses as IPv6 addresses, and the public IPv6 addresses. */
const ALL_CLIENTS = [
  { network: '::ffff:0:0/96', title: 'every IPv4 address' },
  { network: '2000::/3', title: 'every public IPv6 address' },
] as const;

/**
 * Finds the kind of addresses that a list of trusted proxies contains as a whole, such as with `0.0.0.0/1, 128.0.0.0/1`.
 *
 * @param networks - Addresses and networks.
 * @returns Its name; null for none.
 */
export function findTrustOfAll(networks: readonly string[]): string | null {
  const spans = networks.map(spanOf).sort((one, other) => (one.first < other.first ? -1 : 1));
  const found = ALL_CLIENTS.find(({ network }) => {
    const all = spanOf(network);
    let next = all.first;
    for (const { first, last } of spans) if (first <= next && last >= next) next = last + 1n;
    return next > all.last;
  });
  return found?.title ?? null;
}

/**
 * Counts the addresses of a network.
 *
 * @param network - An address or a network.
 */
export function countAddresses(network: string): bigint {
  const { first, last } = spanOf(network);
  return last - first + 1n;
}

/** Returns the first and the last address of a network as numbers of IPv6. */
function spanOf(network: string): { readonly first: bigint; readonly last: bigint } {
  const [address = '', prefix] = network.split('/');
  const isIpv4 = isIP(address) === 4;
  const hostBits = prefix === undefined ? 0n : (isIpv4 ? 32n : 128n) - BigInt(prefix);
  const value = toNumber(isIpv4 ? `::ffff:${address}` : address);
  const first = (value >> hostBits) << hostBits;
  return { first, last: first + (1n << hostBits) - 1n };
}

function toNumber(ipv6: string): bigint {
  const [address = ''] = ipv6.split('%');
  // Writes a final IPv4 address in hexadecimal.
  const { hostname } = new URL(`http://[${address}]`);
  const [start = [], end = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - start.length - end.length }, () => '0');
  const groups = [...start, ...zeros, ...end];
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}
