import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';

/** One record of a CSV file, with the place where it begins. */
export interface CsvRecord {
  /** Line of the file on which the record begins, from 1. */
  readonly line: number;
  /** The cells, verbatim, as many as the header has. */
  readonly cells: readonly string[];
}

/** A file of rows: its bytes and what to call it in an error. */
export interface SourceFile {
  /** Name for messages: a file name without its folder, an address, or `standard input`. */
  readonly name: string;
  readonly bytes: Buffer;
}

const CHUNK = 64 * 1024;

/**
 * Reads a CSV file (RFC 4180; lines may end in LF as well) record by record, without holding the whole result.
 *
 * @param file - The file, in UTF-8, with or without a byte order mark.
 * @param headers - The headers allowed, column by column: the first name of a column is the usual one.
 * @returns The records after the header.
 * @throws {RegistryError} `invalid_argument`, with file, line and what was expected: an empty file, text that is not
 *   UTF-8, NUL bytes, another header, a record with more or fewer cells, a quoted cell without an end.
 */
export async function* readCsv(file: SourceFile, headers: readonly (readonly string[])[]): AsyncGenerator<CsvRecord> {
  checkText(file);
  // Where the next record begins. The parser tells of each record as it comes to its end, before any fault behind it.
  let line = 1;
  const options: Options<CsvRecord, string[]> = {
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: false,
    on_record: (cells: string[]): CsvRecord | null => {
      const record = line === 1 ? null : { line, cells };
      if (line === 1) checkHeader(file, headers, cells);
      else if (cells.length !== headers.length)
        failAt(file, line, `expected ${headers.length} cells, got ${cells.length}`);
      // Counted here, as the parser counts a CR LF inside a cell twice.
      line += cells.join('').split('\n').length;
      return record;
    },
  };
  try {
    // The parser's own types know only records that are objects by column or lists of text.
    const parser = parse(options as unknown as Options);
    yield* Readable.from(chunks(file.bytes)).pipe(parser) as AsyncIterable<CsvRecord>;
  } catch (error) {
    if (error instanceof CsvError) failAt(file, line, line === 1 ? headerExpected(headers) : explain(error));
    throw error;
  }
  if (line === 1) failAt(file, 1, headerExpected(headers));
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
}

/**
 * Refuses a file with a sentence that says where the fault stands.
 *
 * @param file - The file at fault.
 * @param line - Line of the record, from 1.
 * @param expectation - What was expected there and what stood there.
 * @param column - Header of the column, where one cell is at fault.
 * @throws {RegistryError} `invalid_argument`, always.
 */
export function failAt(file: SourceFile, line: number, expectation: string, column?: string): never {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${quoteInput(column)}`;
  throw new RegistryError('invalid_argument', `Cannot import ${file.name}: ${place}: ${expectation}`);
}

/**
 * Refuses what is no text in UTF-8.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file and line.
 */
export function checkText(file: SourceFile): void {
  if (file.bytes.length === 0) failAt(file, 1, 'expected a header line, got an empty file');
  const nul = file.bytes.indexOf(0);
  if (nul >= 0) failAt(file, lineOf(file.bytes, nul), 'expected text, got a NUL byte');
  if (!isUtf8(file.bytes)) failAt(file, firstBrokenLine(file.bytes), 'expected UTF-8, got bytes that are none');
}

function lineOf(bytes: Buffer, position: number): number {
  return bytes.subarray(0, position).reduce((lines, byte) => lines + Number(byte === 0x0a), 1);
}

/** A line feed is never part of a longer UTF-8 sequence, so each line can be judged by itself. */
function firstBrokenLine(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n');
  return lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1'))) + 1;
}

function headerExpected(headers: readonly (readonly string[])[]): string {
  return `expected a header line that begins with ${quoteInput(headers[0]?.[0] ?? '')}`;
}

function checkHeader(file: SourceFile, headers: readonly (readonly string[])[], cells: readonly string[]): void {
  const wrong = headers.findIndex((names, index) => !names.includes(cells[index] ?? ''));
  if (wrong >= 0) {
    failAt(
      file,
      1,
      `expected ${quoteInput(headers[wrong]?.[0] ?? '')} as header of column ${wrong + 1}, got ${quoteInput(cells[wrong] ?? '')}`,
    );
  }
  if (cells.length > headers.length) failAt(file, 1, `expected ${headers.length} columns, got ${cells.length}`);
}

/** What csv-parse calls its faults, in plain words. */
function explain(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'expected the end of a quoted cell, got the end of the file';
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE') return 'expected a comma or a line end after a closing quote';
  if (error.code === 'INVALID_OPENING_QUOTE') return 'expected a quote only around a whole cell or doubled inside one';
  return error.message;
}
