import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';

/** One record of a CSV file, with its first line. */
export interface CsvRecord {
  /** The first line of the record, from 1. */
  readonly line: number;
  /** The cells, verbatim: as many as the header has. */
  readonly cells: readonly string[];
}

/** A file of rows: its bytes and its name for errors. */
export interface SourceFile {
  /** The name for messages: a file name without its folder, an address, or `standard input`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The size of the chunks for the parser, in bytes. */
const CHUNK = 64 * 1024;

/**
 * Parses a CSV file (RFC 4180; lines may also end in LF) record by record. The whole result is never in memory.
 *
 * @param file - The file, in UTF-8, with or without a byte order mark.
 * @param headers - The valid names of each column; the first name of a column is the usual one.
 * @returns The records after the header.
 * @throws {RegistryError} `invalid_argument`, with file, line and what was expected, for an empty file, text that is
 *   not UTF-8, NUL bytes, another header, a record with more or fewer cells, an unclosed quoted cell.
 */
export async function* parseCsv(file: SourceFile, headers: readonly (readonly string[])[]): AsyncGenerator<CsvRecord> {
  checkText(file);
  // The first line of the next record. The parser calls `on_record` at the end of each record, before later errors.
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
      // Counted here: the parser counts a CR LF inside a cell as two lines.
      line += cells.join('').split('\n').length;
      return record;
    },
  };
  try {
    // The parser's types do not allow records of a type of one's own.
    const parser = parse(options as unknown as Options);
    yield* Readable.from(chunks(file.bytes)).pipe(parser) as AsyncIterable<CsvRecord>;
  } catch (error) {
    if (error instanceof CsvError)
      failAt(file, line, line === 1 ? headerExpected(headers) : describeCsvError(error, 'comma'));
    throw error;
  }
  if (line === 1) failAt(file, 1, headerExpected(headers));
}

/**
 * Cuts a file into chunks for the parser.
 *
 * @param bytes - The content.
 */
export function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
}

/**
 * Throws the error for an invalid file, with line and column.
 *
 * @param file - The file.
 * @param line - The line of the record, from 1.
 * @param expectation - What was expected and what was found.
 * @param column - The header of the column, if one cell is invalid.
 * @throws {RegistryError} `invalid_argument`, always.
 */
export function failAt(file: SourceFile, line: number, expectation: string, column?: string): never {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${quoteInput(column)}`;
  throw new RegistryError('invalid_argument', `Cannot import ${file.name}: ${place}: ${expectation}`);
}

/**
 * Checks that a file is not empty and is text in UTF-8.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file and line.
 */
export function checkText(file: SourceFile): void {
  if (file.bytes.length === 0) failAt(file, 1, 'expected a header line, got an empty file');
  const nul = file.bytes.indexOf(0);
  if (nul >= 0) failAt(file, lineOf(file.bytes, nul), 'expected text, got a NUL byte');
  if (!isUtf8(file.bytes)) failAt(file, firstBrokenLine(file.bytes), 'expected UTF-8, got invalid bytes');
}

function lineOf(bytes: Buffer, position: number): number {
  return bytes.subarray(0, position).reduce((lines, byte) => lines + Number(byte === 0x0a), 1);
}

/**
 * Finds the first line that is not UTF-8. A line feed is never part of a longer UTF-8 sequence.
 *
 * @param bytes - The content, not UTF-8.
 */
export function firstBrokenLine(bytes: Buffer): number {
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

/**
 * Returns a message for an error of csv-parse.
 *
 * @param error - The error.
 * @param separator - The name of the separator of cells.
 */
export function describeCsvError(error: CsvError, separator: string): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'expected the end of a quoted cell, got the end of the file';
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE') return `expected a ${separator} or a line end after a closing quote`;
  if (error.code === 'INVALID_OPENING_QUOTE') return 'expected a quote only around a whole cell or doubled inside one';
  return error.message;
}
