import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { RegistryError } from '../registry/values/registry-error.ts';

/** The longest record, in bytes: a record is buffered in memory. */
const LONGEST_RECORD = 1024 * 1024;

/**
 * Reads any CSV (RFC 4180) from a stream, record by record.
 *
 * @param stream - The bytes, in UTF-8.
 * @param name - The name of the input, for errors.
 * @returns The records, the header first.
 * @throws {RegistryError} `invalid_argument` with the first line that is not CSV.
 */
export async function* readCsvStream(stream: Readable, name: string): AsyncGenerator<readonly string[]> {
  const options = { bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: LONGEST_RECORD };
  try {
    yield* stream.pipe(parse(options));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RegistryError('invalid_argument', `Cannot read ${name}, line ${error.lines}: expected CSV`, {
      cause: error,
    });
  }
}
