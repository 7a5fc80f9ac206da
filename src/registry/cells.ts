import type { AssignmentCells } from './assignment.ts';

/** The cells of a row, in the order of IANA's columns. */
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
 * Lists the 12 cells of a row in the order of IANA's columns.
 *
 * @param cells - The row.
 */
export function listCells(cells: AssignmentCells): string[] {
  return CELLS.map((name) => cells[name]);
}

/**
 * Makes a row of its 12 cells.
 *
 * @param texts - The cells in the order of IANA's columns.
 */
export function fromCells(texts: readonly string[]): AssignmentCells {
  return Object.fromEntries(CELLS.map((name, column) => [name, texts[column] ?? ''])) as unknown as AssignmentCells;
}
