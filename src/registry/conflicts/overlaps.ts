import type { PortSpan } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { Claims } from './claims.ts';
import { MOST_ENTRIES, type StoredEntry } from './conflict.ts';

/** Own entries on the same ports, protocol and environment. */
export interface Overlap extends PortSpan {
  readonly protocol: TransportProtocol;
  /** The environment of all entries, in lower case; null if an entry is for all environments. */
  readonly environment: string | null;
  /** The first of the entries, at most `MOST_ENTRIES`, by first port. */
  readonly entries: readonly StoredEntry[];
  /** The number of entries. */
  readonly entryCount: number;
}

/**
 * Finds the own entries that overlap with others: one group for each range of ports that entries share without a gap,
 * and not one for each pair. Each entry of a group overlaps with another one of the group.
 *
 * A group has the entries of one environment. If one of the entries is for all environments, the group has all entries on the
 * ports of that one.
 *
 * @param entries - The own entries, by first port.
 * @returns The groups by first port. A step takes a few milliseconds for 10,000 entries.
 */
export function* findOverlaps(entries: readonly StoredEntry[]): Steps<Overlap[]> {
  const found: Overlap[] = [];
  for (const protocol of TRANSPORT_PROTOCOLS) {
    const relevant = entries.filter(({ protocols }) => protocols.includes(protocol));
    const everywhere = findUniversalGroups(relevant, protocol);
    found.push(...everywhere);
    yield;
    const claimed = new Claims(everywhere.map((overlap) => ({ ...overlap, keys: [], label: '' })));
    const isPart = ({ firstPort, lastPort }: PortSpan): boolean => {
      const around = claimed.find({ firstPort, lastPort: firstPort }, [], 1)?.claims[0];
      return around !== undefined && around.lastPort >= lastPort;
    };
    const specific = relevant.filter(({ environment }) => environment !== null);
    for (const [environment, same] of Map.groupBy(specific, (entry) => entry.environment?.toLowerCase() ?? null)) {
      found.push(...findGroups(same, protocol, environment).filter((overlap) => !isPart(overlap)));
    }
    yield;
  }
  return found.sort((a, b) => a.firstPort - b.firstPort);
}

/** Finds the groups of entries of one environment. */
function findGroups(
  entries: readonly StoredEntry[],
  protocol: TransportProtocol,
  environment: string | null,
): Overlap[] {
  const groups = new Groups(protocol, environment);
  /** The entry with the highest last port so far, and the second-highest last port. */
  let widest: StoredEntry | undefined;
  let second = -1;
  for (const entry of entries) {
    if (groups.lastPort >= entry.firstPort) groups.add([entry]);
    else if (widest !== undefined && widest.lastPort >= entry.firstPort) groups.open(entry.firstPort, [widest, entry]);
    if (widest === undefined || entry.lastPort > widest.lastPort) {
      second = widest?.lastPort ?? -1;
      widest = entry;
    } else if (entry.lastPort > second) second = entry.lastPort;
    if (second >= entry.firstPort) groups.extend(second);
  }
  return groups.found;
}

/** Finds the groups with an entry for all environments: it overlaps with entries of any environment. */
function findUniversalGroups(entries: readonly StoredEntry[], protocol: TransportProtocol): Overlap[] {
  const groups = new Groups(protocol, null);
  let active: StoredEntry[] = [];
  /** The highest last port of the entries for all environments. */
  let universal = -1;
  let [highest, second] = [-1, -1];
  for (const entry of entries) {
    const { firstPort, lastPort, environment } = entry;
    active.push(entry);
    if (environment === null) universal = Math.max(universal, lastPort);
    if (lastPort > highest) [highest, second] = [lastPort, highest];
    else second = Math.max(second, lastPort);
    const end = Math.min(universal, second);
    if (groups.lastPort >= firstPort) groups.add([entry]);
    else if (end >= firstPort) {
      active = active.filter((other) => other.lastPort >= firstPort);
      groups.open(firstPort, active);
    }
    if (end >= firstPort) groups.extend(end);
  }
  return groups.found;
}

/** Collects groups, of which the last one is open. */
class Groups {
  readonly found: (Overlap & { entries: StoredEntry[]; entryCount: number; lastPort: number })[] = [];
  readonly #common: Pick<Overlap, 'protocol' | 'environment'>;

  constructor(protocol: TransportProtocol, environment: string | null) {
    this.#common = { protocol, environment };
  }

  /** The last port of the open group; -1 for none. */
  get lastPort(): number {
    return this.found.at(-1)?.lastPort ?? -1;
  }

  open(firstPort: number, entries: readonly StoredEntry[]): void {
    this.found.push({ ...this.#common, firstPort, lastPort: firstPort, entries: [], entryCount: 0 });
    this.add(entries);
  }

  add(entries: readonly StoredEntry[]): void {
    const group = this.found.at(-1);
    if (group === undefined) return;
    group.entryCount += entries.length;
    group.entries.push(...entries.slice(0, MOST_ENTRIES - group.entries.length));
  }

  /** Extends the open group up to a port. */
  extend(lastPort: number): void {
    const group = this.found.at(-1);
    if (group !== undefined) group.lastPort = Math.max(group.lastPort, lastPort);
  }
}
