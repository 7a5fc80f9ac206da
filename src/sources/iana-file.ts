import type { SourceFile } from './csv-table.ts';
import { readIanaCsv } from './iana-csv.ts';
import { type IanaRow, newestDate } from './iana-row.ts';
import { readIanaXml } from './iana-xml.ts';

/** IANA's registry in one of the forms in which it is published. */
export interface IanaFile {
  /** The rows, in the order of the file; they can be read once. */
  readonly rows: AsyncIterable<IanaRow>;
  /**
   * Gives the day of the registry, `YYYY-MM-DD`, when all rows were read: the XML tells it; of the CSV the newest date in
   * a row is taken. Empty where there is none.
   */
  readonly date: () => string;
}

/**
 * Reads IANA's registry as CSV or XML, whichever the file holds.
 *
 * @param file - The file.
 * @throws {RegistryError} While rows are read, as `readIanaCsv` and `readIanaXml`.
 */
export function readIana(file: SourceFile): IanaFile {
  let newest = '';
  let updated = '';
  const met = {
    updated: (date: string): void => {
      updated = date;
    },
  };
  async function* rows(): AsyncGenerator<IanaRow> {
    for await (const row of isXml(file) ? readIanaXml(file, met) : readIanaCsv(file)) {
      const found = newestDate(row.cells);
      if (found > newest) newest = found;
      yield row;
    }
  }
  return { rows: rows(), date: () => updated || newest };
}

/** No table of IANA's begins with a bracket. */
function isXml({ bytes }: SourceFile): boolean {
  return /^(?:\uFEFF)?\s*</.test(bytes.subarray(0, 1024).toString('utf8'));
}
