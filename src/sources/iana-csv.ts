import { fromCells } from '../registry/rows/cells.ts';
import { IANA_COLUMNS } from '../registry/rows/iana-columns.ts';
import { parseCsv, type SourceFile } from './csv-table.ts';
import { type IanaRow, toIanaRow } from './iana-row.ts';

/** The valid headers of each column of service-names-port-numbers.csv, the current one first. */
const HEADERS: readonly (readonly string[])[] = IANA_COLUMNS.map((column) =>
  'earlierHeader' in column ? [column.header, column.earlierHeader] : [column.header],
);

/**
 * Parses IANA's CSV of the registry, row by row and verbatim, in the order of the file.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first row that does not have IANA's
 *   format.
 */
export async function* parseIanaCsv(file: SourceFile): AsyncGenerator<IanaRow> {
  for await (const { line, cells } of parseCsv(file, HEADERS)) {
    yield toIanaRow(file, line, fromCells(cells));
  }
}
