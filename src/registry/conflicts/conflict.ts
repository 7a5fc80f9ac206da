import type { Severity } from '../advice/suitability-rule.ts';
import type { Association } from '../rows/association.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** The kinds of conflicts of own entries with their severity, in the order of answers: the most severe first. */
export const CONFLICT_SEVERITIES = {
  overlap: 'avoid',
  pool: 'avoid',
  assigned: 'caution',
  reserved: 'caution',
  dynamic_range: 'caution',
  ephemeral: 'caution',
  nodeport: 'caution',
  blocked_by_browsers: 'info',
} as const satisfies Readonly<Record<string, Severity>>;

/**
 * The kind of a conflict: `overlap` with another own entry; on a port of another team's `pool`; on a port that IANA has
 * `assigned` to another service, or `reserved`; in the Dynamic Ports (`dynamic_range`); in the `ephemeral` range or the
 * `nodeport` range of a system; `blocked_by_browsers`.
 */
export type ConflictKind = keyof typeof CONFLICT_SEVERITIES;

/** The kinds of conflicts, in the order of answers. */
export const CONFLICT_KINDS = Object.keys(CONFLICT_SEVERITIES) as readonly ConflictKind[];

/** The fields of an own entry that decide its conflicts. */
export type CheckedEntry = PortSpan &
  Pick<Association, 'name' | 'otherNames' | 'protocols' | 'owner' | 'environment' | 'status'> & {
    /** Its id; null for an entry that is not stored yet. */
    readonly id: string | null;
  };

/** A stored own entry with the fields that decide its conflicts. */
export interface StoredEntry extends CheckedEntry {
  readonly id: string;
}

/** An own entry, as a conflict names it. */
export type ConflictEntry = Pick<StoredEntry, 'id' | 'name' | 'owner' | 'environment'>;

/** The most entries that one conflict names. */
export const MOST_ENTRIES = 100;

/** A conflict of own entries. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** `avoid` for `overlap` and `pool`, `info` for `blocked_by_browsers`, else `caution`. */
  readonly severity: Severity;
  /** The conflict in one or two sentences. */
  readonly detail: string;
  /** What to do about it, in one or two sentences. */
  readonly remedy: string;
  /** The source of the conflicting fact: own entries, a pool, a registry, a standard. */
  readonly source: string;
  /** The transport protocol; null for a conflict that does not depend on the protocol. */
  readonly protocol: TransportProtocol | null;
  /** The lowest port of the conflict, 0-65535. */
  readonly firstPort: number;
  /** The highest port of the conflict; between the two may be ports without a conflict. */
  readonly lastPort: number;
  /** The own entries by first port: two or more for `overlap`, else one; at most `MOST_ENTRIES`. */
  readonly entries: readonly ConflictEntry[];
  /** The number of the own entries, which may be more than `entries` names. */
  readonly entryCount: number;
}

/** A filter of conflicts; null matches any value. */
export interface ConflictFilter {
  readonly kind: ConflictKind | null;
  readonly severity: Severity | null;
  /** Conflicts of this protocol, and those of any protocol. */
  readonly protocol: TransportProtocol | null;
  /** Conflicts with an entry of exactly this owner. */
  readonly owner: string | null;
  /** Conflicts with an entry of exactly this environment. */
  readonly environment: string | null;
}

/** A filter that matches every conflict. */
export const ANY_CONFLICT: ConflictFilter = {
  kind: null,
  severity: null,
  protocol: null,
  owner: null,
  environment: null,
};

/** One conflict that a write creates. */
export interface Warning {
  readonly code: ConflictKind;
  readonly severity: Severity;
  /** The conflict in one or two sentences. */
  readonly detail: string;
  /** The source: the id of an own entry, a pool, a registry, a standard. */
  readonly source: string;
}

/** The other side of a conflict with the severity `avoid`: an own entry, or a pool. */
export interface Holder {
  readonly kind: 'association' | 'pool';
  /** The id of the entry; null for a pool. */
  readonly id: string | null;
  readonly name: string;
  readonly owner: string | null;
  /** The environment of the entry; null for all environments, and for a pool. */
  readonly environment: string | null;
}
