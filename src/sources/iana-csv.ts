import { fromCells } from '../registry/rows/cells.ts';
import { readCsv, type SourceFile } from './csv-table.ts';
import { type IanaRow, toIanaRow } from './iana-row.ts';

/** The columns of IANA's service-names-port-numbers.csv; the eleventh was renamed between 2018 and 2019. */
export const IANA_COLUMNS: readonly (readonly string[])[] = [
  ['Service Name'],
  ['Port Number'],
  ['Transport Protocol'],
  ['Description'],
  ['Assignee'],
  ['Contact'],
  ['Registration Date'],
  ['Modification Date'],
  ['Reference'],
  ['Service Code'],
  ['Unauthorized Use Reported', 'Known Unauthorized Uses'],
  ['Assignment Notes'],
];

/**
 * Reads IANA's CSV of the registry, row by row and verbatim, in the order of the file.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first row that does not have IANA's
 *   format.
 */
export async function* readIanaCsv(file: SourceFile): AsyncGenerator<IanaRow> {
  for await (const { line, cells } of readCsv(file, IANA_COLUMNS)) {
    yield toIanaRow(file, line, fromCells(cells));
  }
}
