import { type Assignment, type AssignmentCells, toAssignment } from '../rows/assignment.ts';
import { IANA_COLUMNS } from '../rows/iana-columns.ts';
import type { Prominence } from '../rows/prominence.ts';
import type { Page } from '../values/page.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** The kinds of changes of rows between two snapshots. */
export const CHANGE_KINDS = ['added', 'removed', 'changed', 'renamed', 'deregistered', 'replaced'] as const;

/**
 * The kind of a change of a row:
 *
 * - `changed`: port, protocol and name are the same.
 * - `renamed`: port and protocol are the same.
 * - `deregistered`: a row with the description De-registered or Reserved replaced it (RFC 6335, section 8.2).
 * - `replaced`: another assignee has its port and protocol, or another row has them too, as when a historic alias is
 *   removed.
 * - `removed`: no service has its port and protocol.
 * - `added`: the row is new.
 */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** The official rows of one import. */
export interface Snapshot {
  /** The day of the registry, `YYYY-MM-DD`. */
  readonly date: string;
  /** The source of the rows: what they were assembled from, or the file or address that an operator named. */
  readonly source: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** The time of its import, in UTC, ISO 8601 with milliseconds. */
  readonly importedAt: string;
  /** The number of rows. */
  readonly rows: number;
  /** True for the list that ships with Portolan. It is assembled from other sources than IANA's own file. */
  readonly bundled: boolean;
  /** True for the snapshot that answers use. */
  readonly current: boolean;
  /** The day of the snapshot that it is compared with, `YYYY-MM-DD`; null if no earlier one is of the same kind. */
  readonly comparedWith: string | null;
  /** The number of changes since that snapshot, by kind. */
  readonly changes: Readonly<Record<ChangeKind, number>>;
}

/** A changed field of a row; texts are those of IANA's column, with white space folded. */
export interface FieldChange {
  /** The name of the field in an `Assignment`. */
  readonly field: (typeof COMPARED)[number]['field'];
  /** The earlier text; null for none. */
  readonly before: string | null;
  /** The later text; null for none. */
  readonly after: string | null;
}

/** One change of a row of the registry. */
export interface RegistryChange {
  /** The id of the change. It depends only on the two imported files. */
  readonly id: string;
  /** The day of the first snapshot with the change, `YYYY-MM-DD`. */
  readonly date: string;
  /** The day of the last snapshot without the change, `YYYY-MM-DD`. */
  readonly since: string;
  readonly kind: ChangeKind;
  /** The name of the row: the new one if it changed; null for a row without a name. */
  readonly serviceName: string | null;
  /** Lowest port number, 0-65535; null for a row without a port. */
  readonly firstPort: number | null;
  /** Highest port number, equal to `firstPort` for a single port; null for a row without a port. */
  readonly lastPort: number | null;
  /** The transport protocol; null means all four. */
  readonly protocol: TransportProtocol | null;
  /** The fields that differ; empty unless there is a row before and after. */
  readonly fields: readonly FieldChange[];
  /** The earlier row; null for an added one. */
  readonly before: Assignment | null;
  /** The later row; null if there is none. */
  readonly after: Assignment | null;
}

/** A filter of changes; null matches any value. */
export interface ChangeFilter {
  /** Only changes of snapshots after this day, `YYYY-MM-DD`. */
  readonly since: string | null;
  /** Only changes of snapshots up to and including this day, `YYYY-MM-DD`. */
  readonly until: string | null;
  /** Only rows that contain this port, 0-65535. */
  readonly port: number | null;
  /** Only rows of this protocol or without a protocol. */
  readonly protocol: TransportProtocol | null;
  /** Only rows with this name before or after the change, in any case. */
  readonly service: string | null;
  readonly kind: ChangeKind | null;
}

/** A filter that matches every change. */
export const ANY_CHANGE: ChangeFilter = {
  since: null,
  until: null,
  port: null,
  protocol: null,
  service: null,
  kind: null,
};

/** The first and the last day of the history. */
export interface HistoryRange {
  /** The day of the earliest snapshot, `YYYY-MM-DD`. */
  readonly firstSnapshot: string;
  /** The day of the latest one. */
  readonly lastSnapshot: string;
}

/** A page of changes. */
export interface ChangePage extends HistoryRange, Page<RegistryChange> {}

/** IANA's columns that are compared. Port and protocol identify a row instead. */
const COMPARED = IANA_COLUMNS.filter((column) => 'field' in column) satisfies readonly { field: keyof Assignment }[];

/**
 * Lists the fields in which two versions of a row differ, with white space folded.
 *
 * @param before - The earlier version.
 * @param after - The later version.
 */
export function fieldChanges(before: AssignmentCells, after: AssignmentCells): FieldChange[] {
  return COMPARED.map(({ key, field }) => ({ field, before: fold(before[key]), after: fold(after[key]) })).filter(
    (change) => change.before !== change.after,
  );
}

function fold(cell: string): string | null {
  return cell.replace(/\s+/g, ' ').trim() || null;
}

/**
 * Builds a change of a row for answers.
 *
 * @param known - The fields that do not follow from the rows.
 * @param before - The earlier row.
 * @param after - The later row.
 * @param span - The ports of both rows.
 * @param prominenceOf - Returns the prominence of a row.
 */
export function toRegistryChange(
  known: Pick<RegistryChange, 'id' | 'date' | 'since' | 'kind'>,
  before: AssignmentCells | null,
  after: AssignmentCells | null,
  span: PortSpan | null,
  prominenceOf: (row: AssignmentCells) => Prominence,
): RegistryChange {
  const [old, current] = [before, after].map((cells) =>
    cells === null ? null : toAssignment(cells, span, prominenceOf(cells)),
  );
  return {
    ...known,
    serviceName: current?.serviceName ?? old?.serviceName ?? null,
    firstPort: span?.firstPort ?? null,
    lastPort: span?.lastPort ?? null,
    protocol: current?.protocol ?? old?.protocol ?? null,
    fields: before === null || after === null ? [] : fieldChanges(before, after),
    before: old ?? null,
    after: current ?? null,
  };
}

/**
 * Describes a change in a few words, such as `renamed from old-name to new-name`.
 *
 * @param change - The change.
 */
export function describeChange({ kind, before, after, fields }: RegistryChange): string {
  if (kind === 'renamed') return `renamed from ${before?.serviceName} to ${after?.serviceName}`;
  if (kind === 'replaced' && after === null) return 'replaced, another row has its port';
  if (kind === 'replaced') return `replaced ${before?.serviceName} by ${after?.serviceName}`;
  if (kind === 'changed') return `changed: ${fields.map(({ field }) => field).join(', ')}`;
  if (kind !== 'deregistered') return kind;
  return after?.description == null ? kind : `${kind}, now ${after.description}`;
}
