import type { SourceFile } from '../../sources/csv-table.ts';
import { type IanaFile, parseIana } from '../../sources/iana-file.ts';
import type { IanaRow } from '../../sources/iana-row.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import type { AssignmentCounts, ImportResult, NewList } from '../../sqlite/import/imports.ts';
import { type Progress, showProgress } from '../terminal/progress.ts';
import { bundledLists } from './bundled.ts';
import { createLocalLoader, type ListLoader } from './list-loader.ts';
import { sha256 } from './sha256.ts';

/** The options of an import of IANA's file. */
export interface FileImport {
  /** The day of its content, `YYYY-MM-DD`; null uses the day in the file. */
  readonly date: string | null;
  /** Whether a file with fewer than 10,000 rows is accepted. */
  readonly allowSmall: boolean;
  /** Checks the rows; an error that it throws cancels the import. */
  readonly guard?: ImportGuard | undefined;
  /** Imports the rows; by default into a standalone database. */
  readonly loader?: ListLoader | undefined;
  /** The progress display; by default the one of `showProgress`. */
  readonly progress?: Progress | undefined;
}

/** Checks rows during an import. */
export interface ImportGuard {
  readonly row: (row: IanaRow) => void;
  /** @param date - The day of the registry, `YYYY-MM-DD`. */
  readonly end: (date: string) => void;
}

/** The minimum number of rows. IANA's file has had more since before 2014: fewer mean that it is truncated. */
const MIN_ROWS = 10_000;

/**
 * Imports IANA's file as the current registry.
 *
 * @param db - A connection for writing.
 * @param file - The file.
 * @param options - The options.
 * @throws {RegistryError} As reading and storing the rows.
 */
export function importFile(db: Connection, file: SourceFile, options: FileImport): Promise<ImportResult> {
  return importRows(db, file, parseIana(file), options);
}

/**
 * Imports parsed rows of IANA's file as the current registry.
 *
 * @param db - A connection for writing.
 * @param file - The file.
 * @param read - The parsed file.
 * @param options - The options.
 * @throws {RegistryError} As reading and storing the rows.
 */
export async function importRows(
  db: Connection,
  file: SourceFile,
  read: IanaFile,
  { date, allowSmall, guard, loader = createLocalLoader(db), progress = showProgress(file) }: FileImport,
): Promise<ImportResult> {
  async function* rows(): AsyncGenerator<IanaRow> {
    for await (const row of read.rows) {
      guard?.row(row);
      yield row;
    }
    guard?.end(read.date());
  }
  try {
    const list = officialList(file, date, read);
    const content = { bytes: file.bytes, rows: rows(), fewest: fewestRows(allowSmall) };
    return await loader.importList(list, content, progress.at);
  } finally {
    progress.end();
  }
}

/**
 * Returns the metadata of a file of official rows.
 *
 * @param file - The file.
 * @param date - The day of its content, `YYYY-MM-DD`; null uses the day in the file.
 * @param read - The parsed file.
 */
export function officialList(file: SourceFile, date: string | null, read: IanaFile): NewList<'assignments'> {
  const fingerprint = sha256(file.bytes);
  const shipped = bundledLists().assignments;
  // An operator who imports the bundled file returns to the bundled list, which the next release updates.
  const bundled = fingerprint === shipped.sha256 && (date ?? shipped.date) === shipped.date;
  return {
    list: 'assignments',
    origin: 'iana',
    source: file.name,
    date: bundled ? shipped.date : date,
    newestDate: read.date,
    sha256: fingerprint,
    bundled,
  };
}

/**
 * Returns the minimum number of rows of a file.
 *
 * @param allowSmall - Whether a small file is accepted.
 */
export function fewestRows(allowSmall: boolean): number {
  return allowSmall ? 1 : MIN_ROWS;
}

/** Formats the result of an import as one line. */
export function closingLine(
  name: string,
  { changed, rows, date }: ImportResult,
  { states, ranges }: AssignmentCounts,
  milliseconds: number,
): string {
  const verb = changed ? 'Imported' : 'Unchanged, loaded already:';
  const byState = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const seconds = (milliseconds / 1000).toFixed(2);
  return `${verb} ${name}: ${rows} rows (${byState.join(', ')}), ${ranges} ranges, registry of ${date}, ${seconds} s`;
}
