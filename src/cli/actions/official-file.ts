import type { SourceFile } from '../../sources/csv-table.ts';
import { type IanaFile, readIana } from '../../sources/iana-file.ts';
import type { IanaRow } from '../../sources/iana-row.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { type AssignmentCounts, type ImportResult, importList, type NewList } from '../../sqlite/import/imports.ts';
import { type Progress, showProgress } from '../terminal/progress.ts';
import { bundledLists, sha256 } from './bundled.ts';

/** How a file of IANA's is imported. */
export interface FileImport {
  /** The day it stands for, `YYYY-MM-DD`; null takes the one that it tells. */
  readonly date: string | null;
  /** Takes fewer than 10,000 rows as well. */
  readonly allowSmall: boolean;
  /** What it throws keeps the old data. */
  readonly guard?: ImportGuard | undefined;
  /** Is told how far it has come; by default a person is. */
  readonly progress?: Progress | undefined;
}

/** Looks at rows while they are imported. */
export interface ImportGuard {
  readonly row: (row: IanaRow) => void;
  /** @param date - The day of the registry, `YYYY-MM-DD`. */
  readonly end: (date: string) => void;
}

/** IANA's file has had more rows than this since before 2014: fewer mean that something was cut off. */
const FEWEST_ROWS = 10_000;

/**
 * Makes a file of IANA's the current registry.
 *
 * @param db - A connection for writing.
 * @param file - The file.
 * @param how - How it is imported.
 * @throws {RegistryError} What reading and storing the rows throw.
 */
export function importFile(db: Connection, file: SourceFile, how: FileImport): Promise<ImportResult> {
  return importRows(db, file, readIana(file), how);
}

/**
 * Makes rows of a file of IANA's that are read already the current registry.
 *
 * @param db - A connection for writing.
 * @param file - The file.
 * @param read - What was read of it.
 * @param how - How it is imported.
 * @throws {RegistryError} What reading and storing the rows throw.
 */
export async function importRows(
  db: Connection,
  file: SourceFile,
  read: IanaFile,
  { date, allowSmall, guard, progress = showProgress(file) }: FileImport,
): Promise<ImportResult> {
  async function* rows(): AsyncGenerator<IanaRow> {
    for await (const row of read.rows) {
      guard?.row(row);
      yield row;
    }
    guard?.end(read.date());
  }
  try {
    return await importList(db, officialList(file, date, read), rows(), fewestRows(allowSmall), progress.at);
  } finally {
    progress.end();
  }
}

/**
 * Tells what is known of a file of official rows.
 *
 * @param file - The file.
 * @param date - The day it stands for, `YYYY-MM-DD`; null takes the one that it tells.
 * @param read - What is read of it.
 */
export function officialList(file: SourceFile, date: string | null, read: IanaFile): NewList<'assignments'> {
  const fingerprint = sha256(file.bytes);
  const shipped = bundledLists().assignments;
  // Whoever imports the bundled file by hand goes back to it, and gets the next one with the next release.
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
 * Tells how many rows a file must have at least.
 *
 * @param allowSmall - Takes few rows as well.
 */
export function fewestRows(allowSmall: boolean): number {
  return allowSmall ? 1 : FEWEST_ROWS;
}

/** Says in a line what an import did. */
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
