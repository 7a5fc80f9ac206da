import type { SourceFile } from './csv-table.ts';
import { parseIanaCsv } from './iana-csv.ts';
import { type IanaRow, newestDate } from './iana-row.ts';
import { parseIanaXml } from './iana-xml.ts';

/** IANA's registry in one of its published formats. */
export interface IanaFile {
  /** The rows, in the order of the file; they can be iterated once. */
  readonly rows: AsyncIterable<IanaRow>;
  /**
   * Returns the day of the registry, `YYYY-MM-DD`, after all rows were read: the date of the XML, or the newest date of
   * a row of the CSV. Empty if there is none.
   */
  readonly date: () => string;
}

/**
 * Parses IANA's registry as CSV or XML, depending on the content of the file.
 *
 * @param file - The file.
 * @throws {RegistryError} While the rows are iterated, as `parseIanaCsv` and `parseIanaXml`.
 */
export function parseIana(file: SourceFile): IanaFile {
  let newest = '';
  let updated = '';
  const events = {
    updated: (date: string): void => {
      updated = date;
    },
  };
  async function* rows(): AsyncGenerator<IanaRow> {
    for await (const row of isXml(file) ? parseIanaXml(file, events) : parseIanaCsv(file)) {
      const found = newestDate(row.cells);
      if (found > newest) newest = found;
      yield row;
    }
  }
  return { rows: rows(), date: () => updated || newest };
}

/** Returns whether a file is XML: IANA's CSV never begins with `<`. */
function isXml({ bytes }: SourceFile): boolean {
  return /^(?:\uFEFF)?\s*</.test(bytes.subarray(0, 1024).toString('utf8'));
}
