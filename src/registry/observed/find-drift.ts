import { isSameEnvironment } from '../rows/environment.ts';
import { DAY_MS } from '../values/day.ts';
import type { Steps } from '../values/run-step.ts';
import { compareTexts } from '../values/text-order.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import { DeclaredPorts, isForHost } from './declared-ports.ts';
import type { DeclaredEntry, DriftFilter, DriftRows, ReportedSocket } from './drift.ts';
import type { FoundDrift } from './found-drift.ts';
import { findMissing, type MissingEntry, Sightings } from './missing-entries.ts';
import { namesHost, type ObservedHost, toObservedHosts } from './observed-host.ts';
import { SortedDrift } from './sorted-drift.ts';

/** The sockets of a host on one port and protocol. */
type Group = readonly [ReportedSocket, ...ReportedSocket[]];

/** The work of one step, in sockets and entries: about 2 ms. */
const STEP_WORK = 1_000;

/**
 * Compares own entries with what hosts have reported. The sockets of a host on one port and protocol are one result, also if their
 * processes, addresses and sources differ.
 *
 * @param rows - The stored rows.
 * @param filter - Narrows the results.
 * @param now - The current time.
 * @returns The results by kind, port, protocol and host, in steps of a few milliseconds.
 */
export function* findDrift(rows: DriftRows, filter: DriftFilter, now: Date): Steps<FoundDrift[]> {
  const after = filter.days === 0 ? null : new Date(now.valueOf() - filter.days * DAY_MS).toISOString();
  const all = toObservedHosts(rows.reportedSnapshots(), filter.environment);
  const hosts = all.filter(({ name }) => filter.host === null || namesHost([filter.host], name));
  const stored = yield* rows.declaredEntries();
  yield;
  const entries = stored.filter(({ environment }) => isSameEnvironment(environment, filter.environment));
  const declared = new DeclaredPorts(rows.declaredPools());
  yield* declared.add(entries);
  const sightings = new Sightings();
  const found = new SortedDrift(filter.kind);
  const isListening = ({ goneAt, reportedAt }: ReportedSocket): boolean =>
    goneAt === null && (after === null || reportedAt >= after);
  let work = 0;
  for (const host of hosts) {
    const sockets = yield* rows.reportedSockets(host.name);
    work += sockets.length;
    for (const group of groupsOf(sockets)) {
      const [{ port, protocol }] = group;
      const candidates = declared.entriesAt(port, protocol, host);
      const here = candidates.filter((entry) => isForHost(entry, host));
      const listening = group.filter(isListening);
      for (const entry of here) sightings.add(entry, host, group, listening.length > 0);
      if (isGroup(listening))
        found.add(describe(listening, host, classify(listening, host, candidates, here, declared)));
      work += candidates.length;
      if (work < STEP_WORK) continue;
      work = 0;
      yield;
    }
  }
  yield;
  const reporting = hosts.flatMap(({ name, environment, whole }) =>
    whole === null || (after !== null && whole.at < after) ? [] : [{ name, environment, since: whole.since }],
  );
  const isAsked = (entry: DeclaredEntry): boolean =>
    filter.host === null || hosts.some((host) => entry.hosts.length > 0 && isForHost(entry, host));
  for (const missing of yield* findMissing(entries.filter(isAsked), reporting, sightings, after ?? now.toISOString())) {
    found.add(ofMissing(missing));
  }
  return yield* found.sorted();
}

/** The kind of a socket, with what it is compared with. */
type Classification = Pick<FoundDrift, 'kind' | 'entry' | 'pool'>;

/**
 * Decides whether the sockets of a port are declared. A port belongs to another owner if an entry for other hosts or a pool has it,
 * and no entry of that owner names the host; or if the process is that of another entry, which names the host.
 */
function classify(
  sockets: Group,
  host: ObservedHost,
  candidates: readonly DeclaredEntry[],
  here: readonly DeclaredEntry[],
  declared: DeclaredPorts,
): Classification {
  const [{ port, protocol }] = sockets;
  const [entry] = here;
  if (entry !== undefined) {
    const ofHost = declared.entriesOf(host);
    const isForeign = here.every((one) => belongsToOther(one, sockets, ofHost, here));
    return { kind: isForeign ? 'seen_under_another_owner' : 'declared_and_seen', entry, pool: null };
  }
  const pool = declared.poolAt(port, protocol);
  if (candidates.length === 0 && pool === null) return { kind: 'seen_not_declared', entry: null, pool: null };
  const owners = new Set(declared.entriesOf(host).map(({ owner }) => owner?.toLowerCase()));
  const isOther = ({ owner }: Pick<DeclaredEntry, 'owner'>): boolean =>
    owner !== null && !owners.has(owner.toLowerCase());
  const holder = candidates.find(isOther) ?? null;
  const otherPool = pool !== null && isOther(pool) ? pool.name : null;
  const isFree = holder === null && otherPool === null;
  return { kind: isFree ? 'seen_not_declared' : 'seen_under_another_owner', entry: holder, pool: otherPool };
}

/** Returns whether the processes are those of entries that name the host, are on other ports and have another owner. */
function belongsToOther(
  { owner, hosts }: DeclaredEntry,
  sockets: readonly ReportedSocket[],
  ofHost: readonly DeclaredEntry[],
  here: readonly DeclaredEntry[],
): boolean {
  if (owner === null || hosts.length > 0) return false;
  const processes = new Set(sockets.map(({ process }) => process?.toLowerCase()));
  const named = ofHost.filter(({ name, otherNames }) =>
    [name, ...otherNames].some((one) => processes.has(one.toLowerCase())),
  );
  return (
    named.length > 0 &&
    named.every((one) => !here.includes(one) && one.owner !== null && one.owner.toLowerCase() !== owner.toLowerCase())
  );
}

/** Groups sockets, which are sorted by port, by port and protocol. */
function groupsOf(sockets: readonly ReportedSocket[]): Group[] {
  const groups = Map.groupBy(
    sockets,
    ({ port, protocol }) => port * TRANSPORT_PROTOCOLS.length + TRANSPORT_PROTOCOLS.indexOf(protocol),
  );
  return [...groups.values()].flatMap((group) => (isGroup(group) ? [group] : []));
}

function isGroup(sockets: readonly ReportedSocket[]): sockets is Group {
  return sockets.length > 0;
}

function describe(sockets: Group, host: ObservedHost, classification: Classification): FoundDrift {
  const [{ port, protocol }] = sockets;
  return {
    ...classification,
    ...{ host, protocol, port, lastPort: port },
    processes: distinct(sockets.flatMap(({ process }) => process ?? [])),
    scopes: distinct(sockets.map(({ scope }) => scope)),
    missingHosts: [],
    firstSeen: earliest(sockets.map(({ firstSeen }) => firstSeen)),
    lastSeen: sockets.map(({ lastSeen }) => lastSeen).reduce((a, b) => (a > b ? a : b)),
    since: earliest(sockets.map(({ since }) => since)),
  };
}

function ofMissing({ entry, hosts, firstSeen, lastSeen, since }: MissingEntry): FoundDrift {
  const { firstPort, lastPort, protocols } = entry;
  return {
    kind: 'declared_not_seen',
    host: null,
    protocol: protocols.length === 1 ? (protocols[0] ?? null) : null,
    ...{ port: firstPort, lastPort, processes: [], scopes: [], entry, pool: null },
    ...{ missingHosts: hosts, firstSeen, lastSeen, since },
  };
}

function earliest(times: readonly string[]): string {
  return times.reduce((a, b) => (a < b ? a : b));
}

function distinct<Text extends string>(texts: readonly Text[]): readonly Text[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort(compareTexts);
}
