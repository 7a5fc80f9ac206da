import { stringify } from 'csv-stringify/sync';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';

/** The current header of IANA's file. */
export const IANA_HEADER: readonly string[] = [
  'Service Name',
  'Port Number',
  'Transport Protocol',
  'Description',
  'Assignee',
  'Contact',
  'Registration Date',
  'Modification Date',
  'Reference',
  'Service Code',
  'Unauthorized Use Reported',
  'Assignment Notes',
];

/** A row in which every cell is empty. */
export const EMPTY_CELLS: AssignmentCells = {
  serviceName: '',
  portNumber: '',
  transportProtocol: '',
  description: '',
  assignee: '',
  contact: '',
  registrationDate: '',
  modificationDate: '',
  reference: '',
  serviceCode: '',
  unauthorizedUseReported: '',
  assignmentNotes: '',
};

/**
 * Formats CSV as IANA does: lines end in CR LF, and cells with a comma, a quote or a line break are quoted.
 *
 * @param rows - The cells, row by row, the header first.
 * @param lineEnd - The line end.
 */
export function csvBytes(rows: readonly (readonly string[])[], lineEnd = '\r\n'): Buffer {
  return Buffer.from(stringify(rows as string[][], { record_delimiter: lineEnd, quoted_match: /[\r\n]/ }));
}

/**
 * Creates a file of given rows, in IANA's order of columns.
 *
 * @param rows - The cells that are not empty, row by row.
 * @param lineEnd - The line end.
 */
export function ianaFileOf(rows: readonly Partial<AssignmentCells>[], lineEnd = '\r\n'): Buffer {
  return csvBytes([IANA_HEADER, ...rows.map((row) => Object.values({ ...EMPTY_CELLS, ...row }))], lineEnd);
}

/**
 * Creates a valid file of any length. Row N is about port N. In every 100 rows, the 50th is Reserved and the 100th is an
 * Unassigned range of two ports. The others are services `s1`, `s2`, … on tcp, registered 2026-01-02.
 *
 * @param count - The number of rows, at most 49,150.
 * @param overrides - Cells to replace, by row number.
 */
export function ianaFile(count: number, overrides: Readonly<Record<number, Partial<AssignmentCells>>> = {}): Buffer {
  return ianaFileOf(
    Array.from({ length: count }, (_, index) => ({ ...ordinaryRow(index + 1), ...overrides[index + 1] })),
  );
}

function ordinaryRow(number: number): Partial<AssignmentCells> {
  if (number % 100 === 0) return { portNumber: `${number}-${number + 1}`, description: 'Unassigned' };
  const portNumber = String(number);
  if (number % 100 === 50) return { portNumber, transportProtocol: 'tcp', description: 'Reserved' };
  return {
    serviceName: `s${number}`,
    portNumber,
    transportProtocol: 'tcp',
    description: `Service ${number}, made for a test`,
    registrationDate: '2026-01-02',
  };
}
