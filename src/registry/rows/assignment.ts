import type { PortSpan } from '../values/port-range.ts';
import { spanWidth } from '../values/port-range.ts';
import { parseReferences, type Reference } from '../values/reference.ts';
import { compareServiceNames } from '../values/service-name.ts';
import { compareContents } from '../values/text-order.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { CellName } from './iana-columns.ts';
import { LOWEST_PROMINENCE, type Prominence } from './prominence.ts';

/** The states of an assignment, in the order of all answers. */
export const ASSIGNMENT_STATES = ['assigned', 'recorded', 'reserved', 'deregistered', 'unassigned'] as const;

/**
 * The state of the ports of a row of the registry. `recorded` is a name that IANA lists with a note on an unassigned
 * but widespread use.
 */
export type AssignmentState = (typeof ASSIGNMENT_STATES)[number];

/** A row of IANA's file: the 12 columns verbatim, an empty cell as an empty text. */
export type AssignmentCells = { readonly [Name in CellName]: string };

/** One official row of the IANA registry, parsed for answers. */
export interface Assignment {
  /**
   * The service name, verbatim; null for a row without a name. RFC 6335 allows 15 characters, but files up to 2025 have
   * a few names that are longer and contain blanks.
   */
  readonly serviceName: string | null;
  /** Lowest port number, 0-65535; null for a row without a port. */
  readonly firstPort: number | null;
  /** Highest port number, equal to `firstPort` for a single port; null for a row without a port. */
  readonly lastPort: number | null;
  /** The transport protocol; null means all four. */
  readonly protocol: TransportProtocol | null;
  readonly state: AssignmentState;
  /** The description without IANA's line on a replaced name, with white space folded. */
  readonly description: string | null;
  /** IANA's key of the assignee, such as `[Stephen_Gildea]`. */
  readonly assignee: string | null;
  /** IANA's key of the contact. */
  readonly contact: string | null;
  /** `YYYY-MM-DD` or `YYYY-MM`, as precise as IANA has it. */
  readonly registrationDate: string | null;
  /** `YYYY-MM-DD` or `YYYY-MM`, as precise as IANA has it. */
  readonly modificationDate: string | null;
  readonly references: readonly Reference[];
  /** The DCCP service code, a decimal number (RFC 4340, section 8.1.2). */
  readonly serviceCode: string | null;
  /** The unauthorized use that was reported to IANA. */
  readonly unauthorizedUse: string | null;
  /** The assignment notes without IANA's lines on aliases. */
  readonly notes: string | null;
  /** The service name of which this row's name is a historic alias or a duplicate. */
  readonly aliasOf: string | null;
  readonly prominence: Prominence;
}

// No \s* in front; the text is trimmed instead. A pattern that begins with \s* takes quadratic time on a run of blanks.
const REPLACEMENT = /IANA assigned this well-formed service name as a replacement for "[^"]*"\./g;
const ALIAS =
  /This entry is an alias to "([^"]+)"\.(?:\s*This entry is now historic, not usable for use with many\s+common service discovery mechanisms\.)?/;
const DUPLICATE = /This is a duplicate of the "([^"]+)" service(?:\s+and should not be used for discovery purposes)?\./;
const RECORDED = /records an unassigned but widespread use/i;

/** Patterns for the state of a row without a name, by its description; the first match applies. */
const NAMELESS_STATES: readonly (readonly [RegExp, AssignmentState])[] = [
  [/^\(?unassigned\)?(?:$|\s*[[(]|\s+Possibly assigned)/i, 'unassigned'],
  [/^(?:De-?registered|Removed|Deprecated|Decomm?iss?ioned|De-Commissioned)\b/i, 'deregistered'],
  [/^any private\b/i, 'assigned'],
  [/^Possibly used by\b/i, 'recorded'],
];

/**
 * Returns the state of a row. A row with a name is `recorded` if its notes say so, else `assigned`: even if its
 * description begins with "Reserved", as that of stun-behaviors on 5349/udp.
 *
 * @param cells - The row's cells.
 * @returns The state. A row without a name and with an unknown description is `reserved`: its ports must not appear
 *   free.
 */
export function assignmentState(cells: AssignmentCells): AssignmentState {
  if (cells.serviceName !== '') return RECORDED.test(cells.assignmentNotes) ? 'recorded' : 'assigned';
  const description = cells.description.trim();
  return NAMELESS_STATES.find(([words]) => words.test(description))?.[1] ?? 'reserved';
}

/**
 * Parses the cells of a row: removes IANA's lines on aliases from description and notes, and turns the references into
 * links.
 *
 * @param cells - The 12 columns, verbatim.
 * @param span - The ports of the Port Number column; null for a row without one.
 * @param prominence - Its prominence, from another list.
 */
export function toAssignment(
  cells: AssignmentCells,
  span: PortSpan | null,
  prominence: Prominence = LOWEST_PROMINENCE,
): Assignment {
  return {
    serviceName: orNull(cells.serviceName),
    firstPort: span?.firstPort ?? null,
    lastPort: span?.lastPort ?? null,
    protocol: orNull(cells.transportProtocol) as TransportProtocol | null,
    state: assignmentState(cells),
    description: orNull(plainDescription(cells.description)),
    assignee: orNull(cells.assignee),
    contact: orNull(cells.contact),
    registrationDate: orNull(cells.registrationDate),
    modificationDate: orNull(cells.modificationDate),
    references: parseReferences(cells.reference),
    serviceCode: orNull(cells.serviceCode),
    unauthorizedUse: orNull(cells.unauthorizedUseReported),
    ...parseNotes(cells.assignmentNotes),
    prominence,
  };
}

/**
 * Returns a description without IANA's line on a replaced name, with white space folded.
 *
 * @param cell - The cell, verbatim.
 */
export function plainDescription(cell: string): string {
  return cell.replace(REPLACEMENT, '').replace(/\s+/g, ' ').trim();
}

function parseNotes(cell: string): Pick<Assignment, 'notes' | 'aliasOf'> {
  const found = ALIAS.exec(cell) ?? DUPLICATE.exec(cell);
  if (found === null) return { notes: orNull(cell.trim()), aliasOf: null };
  const rest = cell.slice(0, found.index).trimEnd() + cell.slice(found.index + found[0].length);
  return { notes: orNull(rest.trim()), aliasOf: found[1] ?? null };
}

function orNull(cell: string): string | null {
  return cell === '' ? null : cell;
}

/** Returns the ports of a row; null for a row without a port. */
export function assignmentSpan(row: Pick<Assignment, 'firstPort' | 'lastPort'>): PortSpan | null {
  return row.firstPort === null || row.lastPort === null ? null : { firstPort: row.firstPort, lastPort: row.lastPort };
}

/** The fields that decide the order of the rows of one port. */
export type RankedRow = Pick<
  Assignment,
  'serviceName' | 'firstPort' | 'lastPort' | 'protocol' | 'state' | 'aliasOf' | 'prominence'
>;

/**
 * Compares two rows of one port: the exact port before a range; named rows first; by state; primary before alias; the
 * higher prominence; the narrower range; name; tcp, udp, sctp, dccp, none; the lower range. Then all fields are compared: the order does not
 * depend on the order of the input, except for rows that are equal in every field.
 *
 * @param a - One row.
 * @param b - The other.
 */
export function compareAssignments(a: RankedRow, b: RankedRow): number {
  return (
    precedence(a) - precedence(b) ||
    Number(a.aliasOf !== null) - Number(b.aliasOf !== null) ||
    b.prominence - a.prominence ||
    width(a) - width(b) ||
    compareServiceNames(a.serviceName, b.serviceName) ||
    protocolRank(a.protocol) - protocolRank(b.protocol) ||
    (a.firstPort ?? 0) - (b.firstPort ?? 0) ||
    compareContents(a, b)
  );
}

/** The fields that decide the state of a row's ports. */
export type StateRow = Pick<RankedRow, 'serviceName' | 'firstPort' | 'lastPort' | 'protocol' | 'state'>;

/**
 * Returns the precedence of a row: the row with the lowest number decides the state of a port. Rows of equal precedence
 * have the same state.
 *
 * @param row - The row.
 */
export function precedence(row: Omit<StateRow, 'protocol'>): number {
  const [ranged, nameless] = [Number(isRange(row)), Number(row.serviceName === null)];
  return (2 * ranged + nameless) * ASSIGNMENT_STATES.length + ASSIGNMENT_STATES.indexOf(row.state);
}

/** Returns whether a row has more than one port. */
export function isRange(row: Pick<RankedRow, 'firstPort' | 'lastPort'>): boolean {
  return width(row) > 0;
}

function width(row: Pick<RankedRow, 'firstPort' | 'lastPort'>): number {
  const span = assignmentSpan(row);
  return span === null ? 0 : spanWidth(span);
}

function protocolRank(protocol: TransportProtocol | null): number {
  return protocol === null ? TRANSPORT_PROTOCOLS.length : TRANSPORT_PROTOCOLS.indexOf(protocol);
}
