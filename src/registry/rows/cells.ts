import type { PortSpan } from '../values/port-range.ts';
import type { AssignmentCells } from './assignment.ts';
import { CELL_NAMES } from './iana-columns.ts';

/**
 * Returns the 12 cells of a row in the order of IANA's columns.
 *
 * @param cells - The row.
 */
export function listCells(cells: AssignmentCells): string[] {
  return CELL_NAMES.map((name) => cells[name]);
}

/**
 * Returns a row with the given cells.
 *
 * @param texts - The cells in the order of IANA's columns; missing ones are empty.
 */
export function fromCells(texts: readonly string[]): AssignmentCells {
  return Object.fromEntries(
    CELL_NAMES.map((name, column) => [name, texts[column] ?? '']),
  ) as unknown as AssignmentCells;
}

/** A row whose cells are all empty. */
export const EMPTY_CELLS: AssignmentCells = fromCells([]);

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
