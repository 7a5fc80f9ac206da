import { isSameEnvironment } from '../rows/environment.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { CheckedEntry } from './conflict.ts';

/** The entries that overlap with an entry. */
export interface Overlapping {
  /** The first of them by protocol and first port, each with the protocols that both have. */
  readonly others: Map<CheckedEntry, TransportProtocol[]>;
  /** True if there are more than asked for. */
  hasMore: boolean;
}

/**
 * Finds the entries that overlap with each of the given ones. A sweep over the ports keeps the entries of the current port:
 * as a port has at most `MOST_OWN_ENTRIES`, this does not compare all pairs.
 *
 * @param entries - The entries to check.
 * @param all - All entries, those to check included. An entry is not compared with itself, nor with one of the same id.
 * @param most - The most overlapping entries to return for each.
 */
export function findOverlapping(
  entries: readonly CheckedEntry[],
  all: readonly CheckedEntry[],
  most: number,
): Map<CheckedEntry, Overlapping> {
  const found = new Map(
    entries.map((entry): [CheckedEntry, Overlapping] => [entry, { others: new Map(), hasMore: false }]),
  );
  for (const protocol of TRANSPORT_PROTOCOLS) {
    const has = ({ protocols }: CheckedEntry): boolean => protocols.includes(protocol);
    sweep(entries.filter(has).toSorted(byFirstPort), all.filter(has).toSorted(byFirstPort), (entry, other) => {
      const overlapping = found.get(entry);
      const isOverlap =
        overlapping !== undefined && !isSame(entry, other) && isSameEnvironment(entry.environment, other.environment);
      return !isOverlap || add(overlapping, other, protocol, most);
    });
  }
  return found;
}

function byFirstPort(a: CheckedEntry, b: CheckedEntry): number {
  return a.firstPort - b.firstPort || a.lastPort - b.lastPort;
}

function isSame(a: CheckedEntry, b: CheckedEntry): boolean {
  return a === b || (a.id !== null && a.id === b.id);
}

/** Adds an overlapping entry. Returns false if there are as many as asked for already. */
function add(found: Overlapping, other: CheckedEntry, protocol: TransportProtocol, most: number): boolean {
  const protocols = found.others.get(other);
  if (protocols !== undefined) protocols.push(protocol);
  else if (found.others.size < most) found.others.set(other, [protocol]);
  else found.hasMore = true;
  return !found.hasMore;
}

/** Calls `visit` with each pair of an entry and another one on its ports, until it returns false for the entry. */
function sweep(
  entries: readonly CheckedEntry[],
  all: readonly CheckedEntry[],
  visit: (entry: CheckedEntry, other: CheckedEntry) => boolean,
): void {
  let next = 0;
  let active: CheckedEntry[] = [];
  for (const entry of entries) {
    for (let other = all[next]; other !== undefined && other.firstPort <= entry.firstPort; other = all[++next]) {
      active.push(other);
    }
    active = active.filter(({ lastPort }) => lastPort >= entry.firstPort);
    let goesOn = active.every((other) => visit(entry, other));
    for (let place = next; goesOn; place++) {
      const other = all[place];
      if (other === undefined || other.firstPort > entry.lastPort) break;
      goesOn = visit(entry, other);
    }
  }
}
