import type { Association } from '../rows/association.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { AddressScope, SnapshotSource } from './snapshot.ts';

/**
 * The kinds of drift, in the order of lists: a socket on a port that an own entry or a pool of another owner has; a socket without
 * an own entry; an own entry without a socket; a socket with an own entry.
 */
export const DRIFT_KINDS = [
  'seen_under_another_owner',
  'seen_not_declared',
  'declared_not_seen',
  'declared_and_seen',
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** The words for each kind in texts for people. */
export const DRIFT_WORDS: Readonly<Record<DriftKind, string>> = {
  seen_under_another_owner: "seen under another owner's port",
  seen_not_declared: 'seen, not declared',
  declared_not_seen: 'declared, not seen',
  declared_and_seen: 'declared and seen',
};

/** The kinds that require an action. */
export const ACTUAL_DRIFT: readonly DriftKind[] = DRIFT_KINDS.filter((kind) => kind !== 'declared_and_seen');

/** The number of days after which an own entry without a socket is drift. */
export const DRIFT_DAYS = { usual: 1, largest: 90 } as const;

/** An own entry, as drift names it. */
export type DriftEntry = PortSpan & Pick<Association, 'id' | 'name' | 'owner' | 'environment' | 'protocols'>;

/** The comparison of a port of a host, or of an own entry, with the other side. All times are UTC, ISO 8601 with milliseconds. */
export interface Drift {
  readonly kind: DriftKind;
  /** The comparison in one sentence. */
  readonly detail: string;
  /** The host of the socket; null for `declared_not_seen`. */
  readonly host: string | null;
  /** The environment of the host, or of the entry for `declared_not_seen`; null for none. */
  readonly environment: string | null;
  /** The protocol of the socket, or of the entry; null for an entry with several. */
  readonly protocol: TransportProtocol | null;
  /** The port of the socket, or the first port of the entry for `declared_not_seen`, 0-65535. */
  readonly port: number;
  /** The last port of the entry for `declared_not_seen`, else `port`. */
  readonly lastPort: number;
  /** The names of the processes that listen, by name; empty if no snapshot has them. */
  readonly processes: readonly string[];
  /** From where clients reach the sockets; empty for `declared_not_seen`. */
  readonly scopes: readonly AddressScope[];
  /** The own entry: the one that declares the socket, has no socket, or belongs to another owner; null for none. */
  readonly entry: DriftEntry | null;
  /** The name of the pool of another owner; null for none. */
  readonly pool: string | null;
  /** For `declared_not_seen`: the hosts of the entry that have no socket; empty if the entry names no host. */
  readonly missingHosts: readonly string[];
  /** The service names that IANA has assigned to the port, at most `MOST_NAMES`. */
  readonly officialNames: readonly string[];
  /** The names of informal uses and the other names of the port, at most `MOST_NAMES`. */
  readonly knownNames: readonly string[];
  /** The time of the first snapshot with one of the sockets; null if none has been seen. */
  readonly firstSeen: string | null;
  /** The time of the last snapshot with one of the sockets; null if none has been seen. */
  readonly lastSeen: string | null;
  /** Since when the sockets are there, without a gap of a day; or since when the entry has none. */
  readonly since: string;
  /** For `seen_not_declared`: a name for an own entry that declares the sockets; null for other kinds. */
  readonly proposedName: string | null;
}

/** The most official names, and the most known names, of a port. */
export const MOST_NAMES = 5;

/** Narrows drift; null narrows nothing. */
export interface DriftFilter {
  /** Only the hosts of this environment, in any case, and the entries for it. */
  readonly environment: string | null;
  /** Only this host, from `parseHostName`, with or without its domain, and the entries that name it. */
  readonly host: string | null;
  readonly kind: DriftKind | null;
  /**
   * The number of days after which an entry without a socket is drift, and a host without a snapshot is ignored; 0 to compare with
   * the last snapshot of each host, of any age.
   */
  readonly days: number;
}

/** A filter that matches everything. */
export const ANY_DRIFT: DriftFilter = { environment: null, host: null, kind: null, days: DRIFT_DAYS.usual };

/** A stored own entry with the fields that drift depends on. */
export interface DeclaredEntry extends DriftEntry, Pick<Association, 'otherNames' | 'hosts' | 'status'> {
  /** The time of its creation; null if the audit log does not have it. */
  readonly createdAt: string | null;
}

/** A pool with the fields that drift depends on. */
export interface DeclaredPool {
  readonly name: string;
  readonly owner: string | null;
  readonly spans: readonly PortSpan[];
  readonly protocols: readonly TransportProtocol[];
}

/** The last snapshot of a host and a source. */
export interface ReportedSnapshot {
  readonly host: string;
  readonly source: SnapshotSource;
  readonly environment: string | null;
  /** The time of the snapshot. */
  readonly at: string;
  /** The time from which the snapshots of the host and source have had this environment. */
  readonly environmentSince: string;
}

/** A stored socket of a host. */
export interface ReportedSocket {
  readonly scope: AddressScope;
  readonly protocol: TransportProtocol;
  readonly port: number;
  readonly process: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The time of the last snapshot of its host and source. */
  readonly reportedAt: string;
  /** The time of the first snapshot without it; null while it is listening. */
  readonly goneAt: string | null;
  /** The time of the first snapshot with it after the last day without it; `firstSeen` if there was no such day. */
  readonly since: string;
}

/** Reads the rows that drift is computed from. */
export interface DriftRows {
  /** Lists the own entries that are not retired, in no particular order, in steps of a few milliseconds. */
  declaredEntries(): Steps<DeclaredEntry[]>;
  /** Lists all pools. */
  declaredPools(): readonly DeclaredPool[];
  /** Lists the last snapshots of each host, by host. */
  reportedSnapshots(): readonly ReportedSnapshot[];
  /** Lists the sockets of a host by port, in steps of a few milliseconds. */
  reportedSockets(host: string): Steps<ReportedSocket[]>;
}
