import { isSameEnvironment } from '../rows/environment.ts';
import { contains, spanWidth } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { DeclaredEntry, DeclaredPool } from './drift.ts';
import { hasAddress, namesHost, type ObservedHost } from './observed-host.ts';

/** The ports of one block: an entry is listed in each block that it overlaps. */
const BLOCK_PORTS = 256;

/** The work of one step, in entries of blocks: about 2 ms. */
const STEP_WORK = 20_000;

/** The own entries and pools, by port and by host. */
export class DeclaredPorts {
  readonly #blocks = new Map<number, DeclaredEntry[]>();
  readonly #ofPort = new Map<number, readonly DeclaredEntry[]>();
  readonly #ofLabel = new Map<string, DeclaredEntry[]>();
  readonly #pools: readonly DeclaredPool[];

  /** @param pools - All pools. */
  constructor(pools: readonly DeclaredPool[]) {
    this.#pools = pools.filter(({ owner }) => owner !== null);
  }

  /**
   * Adds entries, in steps.
   *
   * @param entries - The entries.
   */
  *add(entries: readonly DeclaredEntry[]): Steps<void> {
    let work = 0;
    for (const entry of entries) {
      const [first, last] = [blockOf(entry.firstPort), blockOf(entry.lastPort)];
      for (let block = first; block <= last; block++) addTo(this.#blocks, block, entry);
      for (const label of new Set(entry.hosts.map(firstLabel))) addTo(this.#ofLabel, label, entry);
      work += last - first + 1 + entry.hosts.length;
      if (work < STEP_WORK) continue;
      work = 0;
      yield;
    }
  }

  /** Returns the entries on a port of a protocol in the environment of a host. */
  entriesAt(port: number, protocol: TransportProtocol, { environment }: ObservedHost): DeclaredEntry[] {
    let entries = this.#ofPort.get(port);
    if (entries === undefined) {
      entries = (this.#blocks.get(blockOf(port)) ?? []).filter((entry) => contains(entry, port)).sort(compareEntries);
      this.#ofPort.set(port, entries);
    }
    return entries.filter(
      (entry) => entry.protocols.includes(protocol) && isSameEnvironment(entry.environment, environment),
    );
  }

  /** Returns the entries that name a host and are for its environment. */
  entriesOf({ name, environment }: ObservedHost): DeclaredEntry[] {
    const entries = this.#ofLabel.get(firstLabel(name)) ?? [];
    return entries.filter((entry) => namesHost(entry.hosts, name) && isSameEnvironment(entry.environment, environment));
  }

  /** Returns the pool with an owner that has a port; null for none. */
  poolAt(port: number, protocol: TransportProtocol): DeclaredPool | null {
    const found = this.#pools.find(
      ({ spans, protocols }) => protocols.includes(protocol) && spans.some((span) => contains(span, port)),
    );
    return found ?? null;
  }
}

/**
 * Returns whether an entry declares its ports for a host: it names the host, or no host, or addresses.
 *
 * @param entry - The entry.
 * @param host - The host, in the environment of the entry.
 */
export function isForHost({ hosts }: Pick<DeclaredEntry, 'hosts'>, { name }: ObservedHost): boolean {
  return isForAnyHost(hosts) || namesHost(hosts, name);
}

/**
 * Returns whether an entry names no host: it has no hosts, or addresses.
 *
 * @param hosts - The hosts of the entry.
 */
export function isForAnyHost(hosts: readonly string[]): boolean {
  return hosts.length === 0 || hasAddress(hosts);
}

/**
 * Returns the first label of the name of a host, in lower case.
 *
 * @param host - The name.
 */
export function firstLabel(host: string): string {
  return host.toLowerCase().split('.', 1)[0] ?? '';
}

/** Compares entries, the one that describes a socket best first: for few ports, with hosts, for one environment. */
function compareEntries(a: DeclaredEntry, b: DeclaredEntry): number {
  return (
    spanWidth(a) - spanWidth(b) ||
    Number(isForAnyHost(a.hosts)) - Number(isForAnyHost(b.hosts)) ||
    Number(a.environment === null) - Number(b.environment === null) ||
    compareTexts(a.id, b.id)
  );
}

function blockOf(port: number): number {
  return Math.floor(port / BLOCK_PORTS);
}

function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
