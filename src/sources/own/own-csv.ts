import { Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { CLIENT_FIELDS, OWN_FIELDS, type OwnEntry } from '../../registry/own/own-fields.ts';
import type { Parsed } from '../../registry/values/fields.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { type CsvRecord, chunks, describeCsvError } from '../csv-table.ts';
import { CELLS, parsePorts } from './cells.ts';
import { type Column, type ColumnOptions, countKnown, resolveColumns } from './columns.ts';
import type { FileFaults } from './file-faults.ts';
import type { AddRow, RawOwnRow } from './own-row.ts';

/** The separators of cells, with their names. If several give as many known headers, the first one is used. */
const SEPARATORS = [',', ';', '\t'] as const;
const SEPARATOR_NAMES = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const;

/** The most columns of a table. */
const MOST_COLUMNS = 200;

/** The longest header line that is read to find the separator, in characters. */
const LONGEST_HEADER = 64 * 1024;

/** The records that one step parses. */
const STEP_RECORDS = 100;

/** An empty cell stands for the default. */
const BLANK: Parsed<unknown> = { value: null };

/** The fields without a default. */
const REQUIRED = CLIENT_FIELDS.filter(([, field]) => field.fallback === undefined).map(([name]) => name);

const KINDS = new Map(CLIENT_FIELDS.map(([name, { kind }]) => [name, kind.name]));

/**
 * Parses a table of own entries, with cells separated by commas, semicolons or tabs. The header names the columns, in any
 * order. An empty cell stands for the default. Blank lines are left out.
 *
 * @param text - The content.
 * @param options - How columns become fields.
 * @param faults - Receives the faults.
 * @param add - Receives the rows.
 * @param run - Runs the steps.
 * @throws {RegistryError} `invalid_argument` for a fault of the header, or for a line after which no cell can be found.
 */
export async function parseOwnCsv(
  text: string,
  options: ColumnOptions,
  faults: FileFaults,
  add: AddRow,
  run: RunStep,
): Promise<void> {
  if (text.trim() === '') faults.stop(1, 'expected a header line, got an empty file');
  const separator = findSeparator(text, options);
  let columns: readonly Column[] = [];
  let width = 0;
  for await (const records of batches(parseRecords(text, separator, faults))) {
    await run(() => {
      for (const record of records) {
        if (width === 0) {
          columns = readHeader(record.cells, options, faults);
          width = record.cells.length;
        } else if (record.cells.some((cell) => cell.trim() !== '')) {
          if (hasWidth(record, width, faults)) add(parseRow(record, columns));
        }
      }
    });
  }
}

/** Finds the separator by which most headers are known. */
function findSeparator(text: string, options: ColumnOptions): (typeof SEPARATORS)[number] {
  const start = text.slice(0, LONGEST_HEADER);
  const known = SEPARATORS.map((delimiter) => {
    const [header = []] = parseSync(start, {
      delimiter,
      to: 1,
      relax_column_count: true,
      relax_quotes: true,
    }) as string[][];
    return (
      countKnown(header.slice(0, MOST_COLUMNS), options) * MOST_COLUMNS + Math.min(header.length, MOST_COLUMNS - 1)
    );
  });
  return SEPARATORS[known.indexOf(Math.max(...known))] ?? ',';
}

async function* parseRecords(
  text: string,
  delimiter: (typeof SEPARATORS)[number],
  faults: FileFaults,
): AsyncGenerator<CsvRecord> {
  // The first line of the next record. The parser calls `on_record` at the end of each record, before later errors.
  let line = 1;
  const options: Options<CsvRecord, string[]> = {
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    on_record: (cells: string[]): CsvRecord => {
      const record = { line, cells };
      // Counted here: the parser counts a CR LF inside a cell as two lines.
      line += cells.join('').split('\n').length;
      return record;
    },
  };
  try {
    // The parser's types do not allow records of a type of one's own.
    const parser = parse(options as unknown as Options);
    yield* Readable.from(chunks(Buffer.from(text))).pipe(parser) as AsyncIterable<CsvRecord>;
  } catch (error) {
    if (error instanceof CsvError) faults.stop(line, describeCsvError(error, SEPARATOR_NAMES[delimiter]));
    throw error;
  }
}

async function* batches(records: AsyncIterable<CsvRecord>): AsyncGenerator<readonly CsvRecord[]> {
  let batch: CsvRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < STEP_RECORDS) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function readHeader(headers: readonly string[], options: ColumnOptions, faults: FileFaults): Column[] {
  if (headers.length > MOST_COLUMNS) faults.stop(1, `expected at most ${MOST_COLUMNS} columns, got ${headers.length}`);
  const columns = resolveColumns(headers, options, faults);
  // Without the column of a required field, each row would have the same fault.
  if (REQUIRED.some((name) => !columns.some(({ field }) => field === name))) faults.check();
  return columns;
}

/** Spreadsheets write empty cells after the last column. */
function hasWidth({ line, cells }: CsvRecord, width: number, faults: FileFaults): boolean {
  if (cells.length >= width && cells.slice(width).every((cell) => cell.trim() === '')) return true;
  faults.add(() => `line ${line}`, `expected ${width} cells, got ${cells.length}`);
  return false;
}

function parseRow({ line, cells }: CsvRecord, columns: readonly Column[]): RawOwnRow {
  const fields: Record<string, unknown> = {};
  const texts = new Map(columns.map(({ field, index }) => [field, withoutGuard(cells[index] ?? '')]));
  const empty = REQUIRED.filter((field) => texts.get(field)?.trim() === '');
  const expected = new Map<string, string>(empty.map((field) => [field, 'expected a value, got an empty cell']));
  const refuse = (field: string, text: string, expectation: string): void => {
    // The check of the entry refuses the text too, as it has another type than the value.
    fields[field] = text;
    expected.set(field, `cannot read ${quoteInput(text)}: expected ${expectation}`);
  };
  const fromPorts = readPorts(texts.get('firstPort') ?? '', refuse);
  for (const [field, text] of texts) {
    const isBlank = text.trim() === '';
    if (field === 'id' || field === 'firstPort' || (isBlank && fromPorts[field] !== undefined)) continue;
    const value = isBlank ? BLANK : (CELLS[kindOf(field)]?.(text) ?? { value: text });
    const other = fromPorts[field];
    if ('expected' in value) refuse(field, text, value.expected);
    else if (other !== undefined && String(other) !== String(value.value))
      refuse(field, text, `${String(other)}, as the column of the port says`);
    else if (!isBlank || OWN_FIELDS[field].fallback !== undefined) fields[field] = value.value;
  }
  const headers = new Map<string, string>(columns.map(({ field, header }) => [field, header]));
  return {
    line,
    id: texts.get('id')?.trim() || null,
    fields: { ...fromPorts, ...fields },
    initial: {},
    expected,
    locate: (field = '') => {
      const header = headers.get(field);
      return header === undefined ? `line ${line}` : `line ${line}, column ${quoteInput(header)}`;
    },
  };
}

/** Reads the fields of the column of ports: the ports, and the protocols where it names them. */
function readPorts(
  text: string,
  refuse: (field: string, text: string, expectation: string) => void,
): Partial<Record<string, unknown>> {
  if (text.trim() === '') return {};
  const ports = parsePorts(text);
  if ('expected' in ports) {
    refuse('firstPort', text, ports.expected);
    return {};
  }
  const { firstPort, lastPort, protocols } = ports.value;
  return { firstPort, ...(firstPort === lastPort ? {} : { lastPort }), ...(protocols === null ? {} : { protocols }) };
}

function kindOf(field: keyof OwnEntry) {
  return KINDS.get(field) ?? 'shortText';
}

/** Removes the apostrophe that the CSV export puts before a formula, so that spreadsheets do not run it. */
function withoutGuard(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r])/, '');
}
