import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { parseWrittenPort } from '../../registry/values/port-number.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Names, nameOfWrittenPort, PROTOCOL_FIELDS } from './port-names.ts';

/** The records that were read, for messages. */
export interface CsvCounts {
  /** Records besides the header. */
  records: number;
  /** Records with a port in the column. */
  ports: number;
}

/** The columns of a table. */
export interface PortColumns {
  /** The column with the port. */
  readonly port: string;
  /** The column with the protocol; null for the usual names. */
  readonly protocol: string | null;
  /** The header of the column with the names, which is added. */
  readonly name: string;
}

/**
 * Annotates a table in CSV: adds a column with the names, which is empty if the port has no name.
 *
 * @param names - The names of ports.
 * @param records - The records, the header first; each has at most as many cells as the header.
 * @param columns - The columns.
 * @param toText - Converts a header to text, for messages.
 * @param counts - Counts the records.
 * @returns The table, in pieces; one byte for each character of the cells.
 * @throws {RegistryError} `invalid_argument` when the table does not have such a column, or has the column that is added.
 */
export async function* annotateCsv(
  names: Names,
  records: AsyncIterable<readonly string[]>,
  columns: PortColumns,
  toText: (header: string) => string,
  counts: CsvCounts,
): AsyncGenerator<Buffer> {
  const table = Readable.from(annotated(names, records, columns, toText, counts)).compose(stringify());
  for await (const piece of table.setEncoding('utf8')) yield Buffer.from(piece, 'latin1');
}

async function* annotated(
  names: Names,
  records: AsyncIterable<readonly string[]>,
  columns: PortColumns,
  toText: (header: string) => string,
  counts: CsvCounts,
): AsyncGenerator<readonly string[]> {
  let toName: ((record: readonly string[]) => string) | undefined;
  let width = 0;
  for await (const record of records) {
    if (toName === undefined) {
      width = record.length;
      toName = readerOf(names, record, columns, toText, counts);
      yield [...record, columns.name];
      continue;
    }
    yield [...record, ...Array<string>(width - record.length).fill(''), toName(record)];
  }
}

/** Returns a function for the name of a record. */
function readerOf(
  names: Names,
  header: readonly string[],
  columns: PortColumns,
  toText: (header: string) => string,
  counts: CsvCounts,
): (record: readonly string[]) => string {
  const find = (name: string): number => {
    const index = header.indexOf(name);
    if (index >= 0) return index;
    const known = header.map((one) => quoteInput(toText(one))).join(', ');
    throw fault(`Cannot find column ${quoteInput(toText(name))}: expected one of ${known}`);
  };
  const port = find(columns.port);
  const protocol = columns.protocol === null ? findUsual(header) : find(columns.protocol);
  if (header.includes(columns.name)) {
    const taken = quoteInput(toText(columns.name));
    throw fault(`Cannot add column ${taken}: the table has it; choose another name with --as`);
  }
  return (record) => {
    const written = parseWrittenPort(record[port] ?? '');
    counts.records++;
    if (written !== null) counts.ports++;
    return nameOfWrittenPort(names, written, record[protocol] ?? '') ?? '';
  };
}

/** Finds the column of a usual name for the protocol; -1 without one. */
function findUsual(header: readonly string[]): number {
  const known = header.map((name) => name.trim().toLowerCase());
  return PROTOCOL_FIELDS.map((name) => known.indexOf(name)).find((index) => index >= 0) ?? -1;
}

function fault(message: string): RegistryError {
  return new RegistryError('invalid_argument', message, { parameter: 'column' });
}
