import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { RegistryError } from '../registry/values/registry-error.ts';

/** The longest record, in bytes: a record is buffered in memory. */
const LONGEST_RECORD = 1024 * 1024;

/**
 * Reads any CSV (RFC 4180) from a stream, record by record.
 *
 * @param stream - The bytes, in any encoding that contains ASCII.
 * @param name - The name of the input, for errors.
 * @returns The records, the header first; each character of a cell is one byte (latin1). A record may have fewer cells than
 *   the header.
 * @throws {RegistryError} `invalid_argument` with the first line that is not CSV or has more cells than the header.
 */
export async function* readCsvStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<readonly string[]> {
  const parser = parse({
    encoding: 'latin1',
    relax_column_count_less: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  let width = 0;
  try {
    for await (const record of Readable.from(stream).compose(parser) as AsyncIterable<readonly string[]>) {
      width ||= record.length;
      yield record;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const expected =
      error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
        ? `at most ${width} cells, as in the header, got ${(error.record as readonly string[]).length}`
        : 'CSV';
    throw new RegistryError('invalid_argument', `Cannot read ${name}, line ${error.lines}: expected ${expected}`, {
      cause: error,
    });
  }
}
