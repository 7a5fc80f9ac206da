import { type Assignment, assignmentSpan } from '../rows/assignment.ts';
import type { Association, Origin } from '../rows/association.ts';
import { spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { canNamePort, compareNames, nameOf, WIDEST_EXPANDED_RANGE } from './port-name.ts';
import {
  type NamedRow,
  type NamingRow,
  type NamingUse,
  OWN_FIRST,
  originOf,
  type RowsByKind,
  rowsByOrigin,
} from './preferred-origins.ts';

/** The best name of a port. */
export interface BestName {
  readonly name: string;
  readonly origin: Origin;
  /** The protocols on which the port has this name, each once. */
  readonly protocols: readonly TransportProtocol[];
  /** The official description, or the product or note of a use. */
  readonly description: string | null;
}

/**
 * Lists the rows that can name a port, the best name first. Own entries can always; other rows only if their range has at most
 * 256 ports: a wider one says too little about a single port.
 *
 * @param rows - The rows of the port.
 * @param preferred - The preferred origins, the first one first.
 */
export function namingRows<Use extends NamingUse = Association>(
  { assignments, associations }: RowsByKind<Use>,
  preferred: readonly Origin[] = OWN_FIRST,
): (Assignment | Use)[] {
  return [...assignments, ...associations]
    .filter((row) => canNamePort(row) && (originOf(row) === 'own' || isNarrow(row)))
    .sort(compareNames(preferred));
}

function isNarrow(row: NamingRow): boolean {
  const span = 'id' in row ? row : assignmentSpan(row);
  return span === null || spanWidth(span) < WIDEST_EXPANDED_RANGE;
}

/**
 * Returns the best name of a port.
 *
 * @param rows - The rows of the port.
 * @param preferred - The preferred origins, the first one first.
 * @returns Null for a port without a name.
 */
export function bestName(rows: RowsByKind, preferred: readonly Origin[] = OWN_FIRST): BestName | null {
  const sorted = namingRows(rows, preferred);
  const [best] = sorted;
  if (best === undefined) return null;
  const [name, origin] = [nameOf(best), originOf(best)];
  const same = sorted.filter((row) => nameOf(row) === name && originOf(row) === origin);
  const protocols = TRANSPORT_PROTOCOLS.filter((protocol) => same.some((row) => isFor(row, protocol)));
  const description = 'id' in best ? (best.usedBy ?? best.note) : best.description;
  return { name, origin, protocols, description };
}

function isFor(row: NamedRow, protocol: TransportProtocol): boolean {
  return 'id' in row ? row.protocols.includes(protocol) : row.protocol === null || row.protocol === protocol;
}

/**
 * Lists the names at the head of a report, each once: of own entries and official rows, and of informal uses if they are a
 * preferred origin.
 *
 * @param rows - The rows of the port.
 * @param preferred - The preferred origins, the first one first.
 */
export function headNames(rows: RowsByKind, preferred: readonly Origin[] = OWN_FIRST): string[] {
  const isNamed = (row: NamedRow): boolean => originOf(row) !== 'informal' || preferred.includes('informal');
  return [...new Set(rowsByOrigin(rows, preferred).filter(canNamePort).filter(isNamed).map(nameOf))];
}
