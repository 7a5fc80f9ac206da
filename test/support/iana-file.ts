import { stringify } from 'csv-stringify/sync';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';

/** The header of IANA's file as it is today. */
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

/** A row of the table with all its cells empty. */
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
 * Writes a table as IANA does: lines end in CR LF, and a cell is quoted when it holds a comma, a quote or a line break.
 *
 * @param rows - The cells, row by row, the header first.
 * @param lineEnd - What ends a line.
 */
export function csvBytes(rows: readonly (readonly string[])[], lineEnd = '\r\n'): Buffer {
  return Buffer.from(stringify(rows as string[][], { record_delimiter: lineEnd, quoted_match: /[\r\n]/ }));
}

/**
 * Makes a file with the rows given, in IANA's order of the columns.
 *
 * @param rows - What differs from empty cells, row by row.
 * @param lineEnd - What ends a line.
 */
export function ianaFileOf(rows: readonly Partial<AssignmentCells>[], lineEnd = '\r\n'): Buffer {
  return csvBytes([IANA_HEADER, ...rows.map((row) => Object.values({ ...EMPTY_CELLS, ...row }))], lineEnd);
}

/**
 * Makes a valid file of any length. Row 1 stands for port 1 and so on; of every hundred rows the 50th says Reserved,
 * the 100th is an Unassigned range of two ports, and the others are services `s1`, `s2`, … on tcp, registered 2026-01-02.
 *
 * @param count - How many rows, at most 49,150.
 * @param overrides - Cells that differ, by the number of the row.
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
