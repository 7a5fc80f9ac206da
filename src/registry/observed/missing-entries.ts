import { isSameEnvironment } from '../rows/environment.ts';
import type { Steps } from '../values/run-step.ts';
import { firstLabel, isForAnyHost } from './declared-ports.ts';
import type { DeclaredEntry, ReportedSocket } from './drift.ts';
import { namesHost, type ObservedHost } from './observed-host.ts';

type HostName = Pick<ObservedHost, 'name'>;

/** A host that reports all its sockets. */
interface ReportingHost extends Omit<ObservedHost, 'whole'> {
  /** The time from which it has reported for its environment. */
  readonly since: string;
}

/** When sockets of an entry were seen. */
interface Sighting {
  isSeen: boolean;
  firstSeen: string;
  lastSeen: string;
}

/** The sockets of own entries. */
export class Sightings {
  readonly #found = new Map<string, Sighting>();

  /**
   * Adds the sockets of an entry on a host.
   *
   * @param entry - The entry.
   * @param host - The host.
   * @param sockets - The sockets on one port of the entry.
   * @param isSeen - True if one of them is in the last snapshot of its source, or on a port that it does not cover.
   */
  add(entry: DeclaredEntry, host: HostName, sockets: readonly ReportedSocket[], isSeen: boolean): void {
    const key = keyOf(entry, isForAnyHost(entry.hosts) ? null : host);
    for (const { firstSeen, lastSeen } of sockets) {
      const known = this.#found.get(key);
      if (known === undefined) this.#found.set(key, { isSeen, firstSeen, lastSeen });
      else {
        known.isSeen ||= isSeen;
        if (firstSeen < known.firstSeen) known.firstSeen = firstSeen;
        if (lastSeen > known.lastSeen) known.lastSeen = lastSeen;
      }
    }
  }

  /** Returns when sockets of an entry were seen on a host, or on any host for null; undefined for never. */
  of(entry: DeclaredEntry, host: HostName | null): Readonly<Sighting> | undefined {
    return this.#found.get(keyOf(entry, host));
  }
}

function keyOf({ id }: DeclaredEntry, host: HostName | null): string {
  return host === null ? id : `${id} ${host.name}`;
}

/** An own entry without a socket. */
export interface MissingEntry {
  readonly entry: DeclaredEntry;
  /** The hosts of the entry without a socket; empty for an entry that names no host. */
  readonly hosts: readonly string[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** The time since when it has no socket, as far as hosts have reported. */
  readonly since: string;
}

/** The entries of one step: about 2 ms. */
const STEP_ENTRIES = 500;

/**
 * Finds the active entries without a socket. An entry that was never seen is missing since its creation or since the first
 * snapshot of its environment if that is later. An entry is not missing if no host of its environment reports, or none of the hosts
 * that it names.
 *
 * @param entries - The entries.
 * @param hosts - The hosts that report all their sockets.
 * @param sightings - When the entries were seen.
 * @param before - The latest time since when an entry must be missing.
 */
export function* findMissing(
  entries: readonly DeclaredEntry[],
  hosts: readonly ReportingHost[],
  sightings: Sightings,
  before: string,
): Steps<MissingEntry[]> {
  const ofLabel = Map.groupBy(hosts, ({ name }) => firstLabel(name));
  const starts = environmentStarts(hosts);
  const found: MissingEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % STEP_ENTRIES === STEP_ENTRIES - 1) yield;
    if (entry.status !== 'active') continue;
    const missing = isForAnyHost(entry.hosts)
      ? findOnAnyHost(entry, starts, sightings, before)
      : findOnHosts(entry, ofLabel, sightings, before);
    if (missing !== null) found.push(missing);
  }
  return found;
}

/** The first snapshots of environments, by name in lower case; null for hosts without one. */
type EnvironmentStarts = ReadonlyMap<string | null, string>;

function environmentStarts(hosts: readonly ReportingHost[]): EnvironmentStarts {
  const starts = new Map<string | null, string>();
  for (const { environment, since } of hosts) {
    const key = environment?.toLowerCase() ?? null;
    const known = starts.get(key);
    if (known === undefined || since < known) starts.set(key, since);
  }
  return starts;
}

function findOnAnyHost(
  entry: DeclaredEntry,
  starts: EnvironmentStarts,
  sightings: Sightings,
  before: string,
): MissingEntry | null {
  const same = [...starts].filter(([environment]) => isSameEnvironment(environment, entry.environment));
  if (same.length === 0) return null;
  const start = same.map(([, since]) => since).reduce((a, b) => (a < b ? a : b));
  const sighting = sightings.of(entry, null);
  const since = missingSince(entry, sighting, start);
  if (since === null || since > before) return null;
  return { entry, hosts: [], firstSeen: sighting?.firstSeen ?? null, lastSeen: sighting?.lastSeen ?? null, since };
}

function findOnHosts(
  entry: DeclaredEntry,
  ofLabel: ReadonlyMap<string, readonly ReportingHost[]>,
  sightings: Sightings,
  before: string,
): MissingEntry | null {
  const labels = new Set(entry.hosts.map(firstLabel));
  const hosts = [...labels].flatMap((label) => ofLabel.get(label) ?? []);
  const missing = hosts.flatMap((host) => {
    if (!namesHost(entry.hosts, host.name) || !isSameEnvironment(entry.environment, host.environment)) return [];
    const sighting = sightings.of(entry, host);
    const since = missingSince(entry, sighting, host.since);
    return since === null || since > before ? [] : [{ name: host.name, sighting, since }];
  });
  if (missing.length === 0) return null;
  const seen = missing.flatMap(({ sighting }) => sighting ?? []);
  return {
    entry,
    hosts: missing.map(({ name }) => name).sort(),
    firstSeen: seen.map(({ firstSeen }) => firstSeen).sort()[0] ?? null,
    lastSeen:
      seen
        .map(({ lastSeen }) => lastSeen)
        .sort()
        .at(-1) ?? null,
    since:
      missing
        .map(({ since }) => since)
        .sort()
        .at(-1) ?? '',
  };
}

/** Returns the time since when an entry has no socket; null while it has one. */
function missingSince(
  { createdAt }: DeclaredEntry,
  sighting: Readonly<Sighting> | undefined,
  start: string,
): string | null {
  if (sighting?.isSeen === true) return null;
  const since = sighting?.lastSeen ?? start;
  return createdAt !== null && createdAt > since ? createdAt : since;
}
