import { type Assignment, type AssignmentCells, toAssignment } from '../rows/assignment.ts';
import type { Page } from '../values/page.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** What can become of a row of the registry between two snapshots. */
export const CHANGE_KINDS = ['added', 'removed', 'changed', 'renamed', 'deregistered', 'replaced'] as const;

/**
 * What became of a row: `changed` keeps port, protocol and name; `renamed` keeps port and protocol; `deregistered` lost
 * its name to a row that says De-registered or Reserved (RFC 6335, section 8.2); `replaced` left port and protocol to
 * somebody else, or to another row that has them too, as a name that loses its historic alias; `removed` left them to
 * no service.
 */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** The official rows as one import brought them. */
export interface Snapshot {
  /** The day the registry stood so, `YYYY-MM-DD`. */
  readonly date: string;
  /** Where the rows came from: what was assembled, or the file or address an operator named. */
  readonly source: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** When it was loaded, in UTC, ISO 8601 with milliseconds. */
  readonly importedAt: string;
  /** How many rows it has. */
  readonly rows: number;
  /** True for the list that ships with Portolan, which is assembled from other sources than IANA's own file. */
  readonly bundled: boolean;
  /** True for the one that answers are given from. */
  readonly current: boolean;
  /** The day of the snapshot that it is compared with, `YYYY-MM-DD`; null where there is none of the same kind before it. */
  readonly comparedWith: string | null;
  /** How many rows there are of each kind of change since that one. */
  readonly changes: Readonly<Record<ChangeKind, number>>;
}

/** A field of a row that says something else than before; its text as in IANA's column, white space folded. */
export interface FieldChange {
  /** The field, as an `Assignment` calls it. */
  readonly field: (typeof FIELDS)[number][1];
  /** What stood there; null for nothing. */
  readonly before: string | null;
  /** What stands there since; null for nothing. */
  readonly after: string | null;
}

/** What became of one row of the registry. */
export interface RegistryChange {
  /** Tells the change from others; the same for the same two files, whoever imports them and when. */
  readonly id: string;
  /** The day of the snapshot in which it was first seen, `YYYY-MM-DD`. */
  readonly date: string;
  /** The day of the snapshot before, in which the row was still as before: it changed after this day, `YYYY-MM-DD`. */
  readonly since: string;
  readonly kind: ChangeKind;
  /** The name of the row, after a change of names the new one; null for a row without a name. */
  readonly serviceName: string | null;
  /** Lowest port number, 0-65535; null for a row without a port. */
  readonly firstPort: number | null;
  /** Highest port number, the same for a single port; null for a row without a port. */
  readonly lastPort: number | null;
  /** The transport protocol; null counts for all four. */
  readonly protocol: TransportProtocol | null;
  /** The fields that differ, where there is a row before and after. */
  readonly fields: readonly FieldChange[];
  /** The row as it was; null for an added one. */
  readonly before: Assignment | null;
  /** The row as it is; null where none took its place. */
  readonly after: Assignment | null;
}

/** Which changes are asked for; null leaves a condition out. */
export interface ChangeFilter {
  /** Only those seen after this day, `YYYY-MM-DD`: what is new to whoever has the registry of that day. */
  readonly since: string | null;
  /** Only those seen up to this day, itself included. */
  readonly until: string | null;
  /** Only rows that contain this port, 0-65535. */
  readonly port: number | null;
  /** Only rows of this protocol, or without one. */
  readonly protocol: TransportProtocol | null;
  /** Only rows that had or have this name, in any case. */
  readonly service: string | null;
  readonly kind: ChangeKind | null;
}

/** Leaves out all conditions. */
export const ANY_CHANGE: ChangeFilter = {
  since: null,
  until: null,
  port: null,
  protocol: null,
  service: null,
  kind: null,
};

/** The days between which the history reaches. */
export interface HistoryReach {
  /** The day of the earliest snapshot, `YYYY-MM-DD`. */
  readonly firstSnapshot: string;
  /** The day of the latest one. */
  readonly lastSnapshot: string;
}

/** Part of a list of changes. */
export interface ChangePage extends HistoryReach, Page<RegistryChange> {}

/** IANA's columns that a change tells of, by the names that an `Assignment` gives them; port and protocol tell rows apart. */
const FIELDS = [
  ['serviceName', 'serviceName'],
  ['description', 'description'],
  ['assignee', 'assignee'],
  ['contact', 'contact'],
  ['registrationDate', 'registrationDate'],
  ['modificationDate', 'modificationDate'],
  ['reference', 'references'],
  ['serviceCode', 'serviceCode'],
  ['unauthorizedUseReported', 'unauthorizedUse'],
  ['assignmentNotes', 'notes'],
] as const satisfies readonly (readonly [keyof AssignmentCells, keyof Assignment])[];

/**
 * Tells in which fields two versions of a row differ, white space folded.
 *
 * @param before - The earlier version.
 * @param after - The later one.
 */
export function fieldChanges(before: AssignmentCells, after: AssignmentCells): FieldChange[] {
  return FIELDS.map(([column, field]) => ({ field, before: fold(before[column]), after: fold(after[column]) })).filter(
    (change) => change.before !== change.after,
  );
}

function fold(cell: string): string | null {
  return cell.replace(/\s+/g, ' ').trim() || null;
}

/**
 * Makes a change of a row ready to be shown.
 *
 * @param known - What is known of it beside the rows.
 * @param before - The row as it was.
 * @param after - The row as it is.
 * @param span - The ports of both.
 */
export function toRegistryChange(
  known: Pick<RegistryChange, 'id' | 'date' | 'since' | 'kind'>,
  before: AssignmentCells | null,
  after: AssignmentCells | null,
  span: PortSpan | null,
): RegistryChange {
  const [old, current] = [before, after].map((cells) => (cells === null ? null : toAssignment(cells, span)));
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
 * Says in a few words what became of a row, such as `renamed from old-name`.
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
