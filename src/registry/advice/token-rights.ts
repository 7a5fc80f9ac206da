import type { Author } from '../own/token.ts';
import type { PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { Pool } from './advice-facts.ts';

/** The fields of an entry on which the rights of a token depend. */
export interface Placed extends PortSpan {
  readonly protocols: readonly TransportProtocol[];
  readonly owner: string | null;
}

/**
 * Returns the entry with the owner of the token, if the entry has none and the token is bound to one owner.
 *
 * @param entry - A new entry.
 * @param by - The author.
 * @param action - The refused action for the message, such as `create the entry`.
 * @throws {RegistryError} `invalid_argument` when the token is bound to several owners.
 */
export function withOwner<Entry extends Pick<Placed, 'owner'>>(entry: Entry, by: Author, action: string): Entry {
  const [owner, ...others] = by.owners;
  if (owner === undefined || entry.owner !== null) return entry;
  if (others.length === 0) return { ...entry, owner };
  const detail = `Cannot ${action}: the token ${quoteInput(by.token)} has several owners; expected one of ${quoteAll(by.owners)}`;
  throw new RegistryError('invalid_argument', detail, { parameter: 'owner' });
}

/**
 * Checks that a token may write an entry: the entry has one of its owners, and all ports of the entry are in its pools, for
 * each protocol. A token that is bound to no owner or no pool may write those of all. Both sides of a change are checked.
 *
 * @param entry - The entry before or after the write.
 * @param by - The author.
 * @param pools - Returns all pools.
 * @param action - The refused action for the message, such as `create the entry`.
 * @throws {RegistryError} `forbidden`, with what the token may change.
 */
export function checkRights(entry: Placed, by: Author, pools: () => readonly Pool[], action: string): void {
  const isOwned = by.owners.length === 0 || (entry.owner !== null && by.owners.includes(entry.owner));
  if (isOwned && (by.pools.length === 0 || isInPools(entry, by.pools, pools()))) return;
  throw new RegistryError('forbidden', `Cannot ${action}: ${describeRights(by)}`);
}

/**
 * Checks that a reservation of a token that is bound to pools names one of them.
 *
 * @param pool - The pool of the reservation; null for none.
 * @param by - The author.
 * @throws {RegistryError} `invalid_argument` for none, `forbidden` for another one.
 */
export function checkReservationPool(pool: string | null, by: Author): void {
  if (by.pools.length === 0 || (pool !== null && by.pools.includes(pool))) return;
  if (pool !== null) throw new RegistryError('forbidden', `Cannot create the entry: ${describeRights(by)}`);
  const detail = `Cannot reserve a port without a pool: the token ${quoteInput(by.token)} is bound to pools; expected one of ${quoteAll(by.pools)}`;
  throw new RegistryError('invalid_argument', detail, { parameter: 'pool' });
}

/**
 * Checks that a token may send snapshots of a host. A token that is bound to no host may send those of all.
 *
 * @param host - The name, from `parseHostName`.
 * @param by - The author.
 * @throws {RegistryError} `forbidden`, with the hosts of the token.
 */
export function checkHostRight(host: string, { token, hosts }: Author): void {
  if (hosts.length === 0 || hosts.includes(host)) return;
  const bound = `${hosts.length === 1 ? 'the host' : 'the hosts'} ${quoteAll(hosts)}`;
  const detail = `the token ${quoteInput(token)} may only send snapshots of ${bound}`;
  throw new RegistryError('forbidden', `Cannot store a snapshot of the host ${quoteInput(host)}: ${detail}`);
}

function isInPools(entry: Placed, names: readonly string[], pools: readonly Pool[]): boolean {
  const own = pools.filter(({ name }) => names.includes(name));
  return entry.protocols.every((protocol) =>
    own.some(
      ({ spans, protocols }) =>
        protocols.includes(protocol) &&
        spans.some(({ firstPort, lastPort }) => firstPort <= entry.firstPort && entry.lastPort <= lastPort),
    ),
  );
}

function describeRights({ token, owners, pools }: Author): string {
  const parts = [
    owners.length === 0 ? '' : ` of the ${owners.length === 1 ? 'owner' : 'owners'} ${quoteAll(owners)}`,
    pools.length === 0 ? '' : ` on ports of the ${pools.length === 1 ? 'pool' : 'pools'} ${quoteAll(pools)}`,
  ];
  return `the token ${quoteInput(token)} may only change entries${parts.join('')}`;
}

function quoteAll(names: readonly string[]): string {
  return names.map(quoteInput).join(', ');
}
