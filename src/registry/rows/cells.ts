import type { PortSpan } from '../values/port-range.ts';
import type { AssignmentCells } from './assignment.ts';

/** The fields of the cells, in the order of IANA's columns. */
const CELLS = [
  'serviceName',
  'portNumber',
  'transportProtocol',
  'description',
  'assignee',
  'contact',
  'registrationDate',
  'modificationDate',
  'reference',
  'serviceCode',
  'unauthorizedUseReported',
  'assignmentNotes',
] as const satisfies readonly (keyof AssignmentCells)[];

/**
 * Returns the 12 cells of a row in the order of IANA's columns.
 *
 * @param cells - The row.
 */
export function listCells(cells: AssignmentCells): string[] {
  return CELLS.map((name) => cells[name]);
}

/**
 * Returns a row with the given 12 cells.
 *
 * @param texts - The cells in the order of IANA's columns.
 */
export function fromCells(texts: readonly string[]): AssignmentCells {
  return Object.fromEntries(CELLS.map((name, column) => [name, texts[column] ?? ''])) as unknown as AssignmentCells;
}

/**
 * Parses the ports of a row. The import has checked the cell: it is empty, a number or a range.
 *
 * @param cells - The row.
 * @returns Null for a row without a port.
 */
export function spanOfCells({ portNumber }: AssignmentCells): PortSpan | null {
  if (portNumber === '') return null;
  const [firstPort = 0, lastPort = firstPort] = portNumber.split('-').map(Number);
  return { firstPort, lastPort };
}
