import type { OfficialRow } from '../../registry/advice/advice-facts.ts';
import type { NamingUse } from '../../registry/report/preferred-origins.ts';
import {
  type Assignment,
  type AssignmentCells,
  type AssignmentState,
  toAssignment,
} from '../../registry/rows/assignment.ts';
import { ASSOCIATION_FIELD_NAMES, ASSOCIATION_FIELDS, type Association } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { CELL_NAMES } from '../../registry/rows/iana-columns.ts';
import type { NameOfPort } from '../../registry/rows/other-name.ts';
import { LOWEST_PROMINENCE, type Prominence } from '../../registry/rows/prominence.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { selectedColumns } from './column-name.ts';

/** The columns of an `AssignmentRow`. */
export const ASSIGNMENT_COLUMNS = `${selectedColumns('assignment', [...CELL_NAMES, 'firstPort', 'lastPort'])},
  coalesce((SELECT prominence.prominence FROM prominence WHERE port = assignment.first_port
    AND protocol = assignment.transport_protocol AND prominence.service_name = assignment.service_name),
    ${LOWEST_PROMINENCE}) AS prominence`;

/** The columns of an `AssociationRow`, in the order of the API. */
export const ASSOCIATION_COLUMNS = selectedColumns('association', ASSOCIATION_FIELD_NAMES);

/** The columns of a `NamingUseRow`. */
export const NAMING_COLUMNS = selectedColumns('association', [
  'id',
  'name',
  'firstPort',
  'lastPort',
  'protocols',
  'category',
  'confidence',
  'prominence',
  'origin',
  'status',
] satisfies (keyof NamingUse)[]);

/** The SQL condition of informal uses and own entries that are in use or planned: a retired entry does not use its ports. */
export const IN_USE = "association.status <> 'retired'";

/** The names of the lists of a use. They are stored as JSON. */
const LIST_FIELD_NAMES = ASSOCIATION_FIELD_NAMES.filter((name) => ASSOCIATION_FIELDS[name].kind?.isList === true);

/** The columns of an `EphemeralRow`. */
export const EPHEMERAL_COLUMNS = `system, title, version, current, first_port AS firstPort, last_port AS lastPort,
  how_to_read AS howToRead, how_to_change AS howToChange, note, source_title AS sourceTitle, source_url AS sourceUrl`;

/** A stored official row. */
export interface AssignmentRow extends AssignmentCells {
  readonly firstPort: number | null;
  readonly lastPort: number | null;
  readonly prominence: Prominence;
}

/** The columns of a `MaskRow`. */
export const MASK_COLUMNS = `id, service_name AS serviceName, first_port AS firstPort, last_port AS lastPort,
  transport_protocol AS protocol, state, registration_date AS registrationDate, modification_date AS modificationDate,
  unauthorized_use_reported AS unauthorizedUse`;

/** A stored official row, with only the columns that decide the exclusion masks. */
export interface MaskRow {
  /** Ascending in the order of import. */
  readonly id: number;
  readonly serviceName: string;
  readonly firstPort: number;
  readonly lastPort: number;
  readonly protocol: TransportProtocol | '';
  readonly state: AssignmentState;
  readonly registrationDate: string;
  readonly modificationDate: string;
  readonly unauthorizedUse: string;
}

/** A stored informal or own use; its lists are JSON. */
export type AssociationRow = {
  -readonly [Name in keyof Association]: Association[Name] extends readonly unknown[] ? string : Association[Name];
};

/** A stored use without its texts; its protocols are JSON. */
export type NamingUseRow = Pick<AssociationRow, keyof NamingUse>;

/** A stored other name; its lists are JSON. */
export type OtherNameRow = Pick<NameOfPort, 'name'> & { readonly protocols: string; readonly sources: string };

/** A stored ephemeral range. */
export type EphemeralRow = Omit<EphemeralRange, 'current' | 'source'> & {
  current: number;
  sourceTitle: string;
  sourceUrl: string;
};

/** Converts a stored official row to the type of the domain. */
export function fromAssignmentRow(row: AssignmentRow): Assignment {
  const { firstPort, lastPort, prominence } = row;
  return toAssignment(row, firstPort === null || lastPort === null ? null : { firstPort, lastPort }, prominence);
}

/** Converts a stored official row to a row for the exclusion masks. */
export function fromMaskRow(row: MaskRow): OfficialRow {
  return {
    serviceName: row.serviceName || null,
    firstPort: row.firstPort,
    lastPort: row.lastPort,
    protocol: row.protocol || null,
    state: row.state,
    description: null,
    aliasOf: null,
    prominence: LOWEST_PROMINENCE,
    registrationDate: row.registrationDate || null,
    modificationDate: row.modificationDate || null,
    unauthorizedUse: row.unauthorizedUse || null,
  };
}

/** Converts a stored use to the type of the domain. Its fields keep the order of `ASSOCIATION_COLUMNS`. */
export function fromAssociationRow(row: AssociationRow): Association {
  const use: Record<string, unknown> = { ...row };
  for (const name of LIST_FIELD_NAMES) use[name] = JSON.parse(use[name] as string);
  return use as unknown as Association;
}

/** Converts a stored use without its texts to the type of the domain. */
export function fromNamingRow(row: NamingUseRow): NamingUse {
  return { ...row, protocols: JSON.parse(row.protocols) };
}

/** Converts a stored other name to the type of the domain. */
export function fromOtherNameRow({ name, protocols, sources }: OtherNameRow): NameOfPort {
  return { name, protocols: JSON.parse(protocols), sources: JSON.parse(sources) };
}

/** Converts a stored ephemeral range to the type of the domain, with its fields in the order of the API. */
export function fromEphemeralRow(row: EphemeralRow): EphemeralRange {
  const { system, title, version, current, firstPort, lastPort, howToRead, howToChange, note } = row;
  const span = { system, title, version, current: current === 1, firstPort, lastPort };
  return { ...span, howToRead, howToChange, note, source: { title: row.sourceTitle, url: row.sourceUrl } };
}
