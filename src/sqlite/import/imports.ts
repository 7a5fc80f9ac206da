import type { LoadedList } from '../../registry/catalogue.ts';
import type { AssignmentState } from '../../registry/rows/assignment.ts';
import { LIST_NAMES, type ListName } from '../../registry/rows/list-name.ts';
import type { ListRows } from '../../registry/rows/list-rows.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, toRegistryError } from '../file/database.ts';
import { DERIVATION } from '../tables/derive.ts';
import { RowMultiset } from '../tables/row-multiset.ts';
import { clearSql, insertSql, recordSnapshot, selectSql, TABLES, type Table } from './list-tables.ts';
import { rebuildSearchEntries } from './search-entries.ts';

/** A loaded list, with the column that only the importer uses. */
export interface StoredList extends LoadedList {
  /** True for the list that ships with Portolan. */
  readonly bundled: boolean;
}

/** The metadata of a list to import. The import counts the rows. */
export interface NewList<List extends ListName> extends Omit<StoredList, 'list' | 'date' | 'rows' | 'importedAt'> {
  readonly list: List;
  /** The date of the list, `YYYY-MM-DD`; null takes `newestDate` after all rows are read. */
  readonly date: string | null;
  /** Returns the newest date in the rows; called after the last row. */
  readonly newestDate?: () => string;
  /** The time of the import, ISO 8601 in UTC with milliseconds; now by default. */
  readonly importedAt?: string | undefined;
}

/** The result of an import. */
export interface ImportResult {
  /** False when the same file was loaded before: nothing was changed. */
  readonly changed: boolean;
  /** The number of rows of the list. */
  readonly rows: number;
  /** The date of the list, `YYYY-MM-DD`. */
  readonly date: string;
}

/** The numbers of official rows by kind. */
export interface AssignmentCounts {
  readonly states: Readonly<Partial<Record<AssignmentState, number>>>;
  /** The number of rows that IANA writes as a range, including six of one port such as 4748-4748. */
  readonly ranges: number;
}

/**
 * Finds the loaded list of a name.
 *
 * @param db - Any connection.
 * @param list - The name.
 */
export function storedList(db: Connection, list: ListName): StoredList | undefined {
  const columns = 'name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256, bundled';
  const row = db
    .prepare<[ListName], LoadedList & { bundled: number }>(`SELECT ${columns} FROM list WHERE name = ?`)
    .get(list);
  return row && { ...row, bundled: row.bundled === 1 };
}

/**
 * Replaces a list by another one in one transaction: readers see the old rows until the commit, and still do when the
 * import fails. A file with the SHA-256 and date of the loaded one changes nothing.
 *
 * @param db - A connection for writing.
 * @param list - The metadata of the new list.
 * @param rows - Its rows, read while they are stored.
 * @param fewest - The least number of rows that it must have.
 * @param progress - Called with the number of stored rows after each row.
 * @throws {RegistryError} `invalid_argument` when there are too few rows; the errors of `rows`; `unavailable` when the
 *   database is locked, full or damaged.
 */
export async function importList<List extends ListName>(
  db: Connection,
  list: NewList<List>,
  rows: AsyncIterable<ListRows[List]>,
  fewest: number,
  progress: (rows: number) => void = () => {},
): Promise<ImportResult> {
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = await replaceList(db, list, rows, fewest, progress);
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw toRegistryError(error);
  }
}

/**
 * Replaces a list, as `importList`, inside the transaction of the caller.
 *
 * @param db - A connection in a transaction.
 * @param list - The metadata of the new list.
 * @param rows - Its rows.
 * @param fewest - The least number of rows that it must have.
 * @param progress - Called with the number of stored rows after each row.
 * @throws {RegistryError} `invalid_argument` when there are too few rows; the errors of `rows`.
 */
export async function replaceList<List extends ListName>(
  db: Connection,
  list: NewList<List>,
  rows: AsyncIterable<ListRows[List]>,
  fewest: number,
  progress: (rows: number) => void = () => {},
): Promise<ImportResult> {
  const loaded = storedList(db, list.list);
  if (loaded?.sha256 === list.sha256 && loaded.date === (list.date ?? loaded.date))
    return { changed: false, rows: loaded.rows, date: loaded.date };
  const table: Table<ListRows[List]> = TABLES[list.list];
  const recorder = table.record?.(db);
  db.exec(clearSql(table));
  const insert = db.prepare(insertSql(table));
  let stored = 0;
  for await (const row of rows) {
    insert.run(...table.values(row));
    recorder?.add(row);
    progress(++stored);
  }
  if (table.finish !== undefined) db.exec(table.finish);
  const date = acceptedDate(list, stored, fewest);
  const importedAt = list.importedAt ?? new Date().toISOString();
  const values = [list.list, list.origin, list.source, date, importedAt, stored, list.sha256];
  db.prepare('INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...values,
    Number(list.bundled),
    DERIVATION,
  );
  if (table.isSearched) rebuildSearch(db);
  recorder?.finish({ ...list, date });
  return { changed: true, rows: stored, date };
}

/** Rebuilds the search entries, once all lists with names are loaded: a new database gets them with the last one. */
function rebuildSearch(db: Connection): void {
  const loaded = db.prepare<[ListName], number>('SELECT 1 FROM list WHERE name = ?').pluck();
  const isLoaded = LIST_NAMES.every((name) => TABLES[name].isSearched !== true || loaded.get(name) !== undefined);
  if (isLoaded) rebuildSearchEntries(db);
}

/**
 * Compares the stored rows of a list with those of its file. If they differ, clears the stored SHA-256, so that the next
 * start imports the file again.
 *
 * @param db - A connection for writing.
 * @param list - The list.
 * @param rows - The rows of the file.
 */
export async function compareList<List extends ListName>(
  db: Connection,
  list: List,
  rows: AsyncIterable<ListRows[List]>,
): Promise<void> {
  const table: Table<ListRows[List]> = TABLES[list];
  const [stored, expected] = [new RowMultiset(), new RowMultiset()];
  for await (const row of rows) expected.add(JSON.stringify(table.values(row)));
  for (const row of db.prepare(selectSql(table)).raw().iterate()) stored.add(JSON.stringify(row));
  const isSame = stored.minus(expected).length === 0 && expected.minus(stored).length === 0;
  if (!isSame) db.prepare("UPDATE list SET sha256 = '' WHERE name = ?").run(list);
}

/**
 * Adds an earlier state of the official rows to the history, in one transaction. The current rows stay. A file with the
 * SHA-256 of the stored snapshot of its day changes nothing.
 *
 * @param db - A connection for writing.
 * @param list - Its metadata.
 * @param rows - Its rows.
 * @param fewest - The least number of rows that it must have.
 * @throws {RegistryError} As `importList`.
 */
export function importPast(
  db: Connection,
  list: Omit<NewList<'assignments'>, 'list' | 'origin'>,
  rows: readonly ListRows['assignments'][],
  fewest: number,
): ImportResult {
  const date = acceptedDate(list, rows.length, fewest);
  const add = db.transaction(() => {
    if (hasSnapshot(db, { ...list, date })) return false;
    const recorder = recordSnapshot(db);
    for (const row of rows) recorder.add(row);
    recorder.finish({ ...list, date });
    return true;
  });
  try {
    return { changed: add.immediate(), rows: rows.length, date };
  } catch (error) {
    throw toRegistryError(error);
  }
}

/**
 * Returns whether the history has the same file on the same day.
 *
 * @param db - Any connection.
 * @param file - The day of its content, its SHA-256, and whether it is the bundled one.
 */
export function hasSnapshot(
  db: Connection,
  { date, bundled, sha256 }: Pick<StoredList, 'date' | 'bundled' | 'sha256'>,
): boolean {
  const known = db.prepare('SELECT 1 FROM snapshot WHERE date = ? AND bundled = ? AND sha256 = ?');
  return known.get(date, Number(bundled), sha256) !== undefined;
}

/**
 * Returns the date of a list.
 *
 * @param list - Its metadata.
 * @param rows - The number of its rows.
 * @param fewest - The least number of rows that it must have.
 * @throws {RegistryError} `invalid_argument` when the list must not be loaded.
 */
export function acceptedDate(
  { source, date, newestDate }: Pick<NewList<ListName>, 'source' | 'date' | 'newestDate'>,
  rows: number,
  fewest: number,
): string {
  if (rows < fewest) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot import ${source}: expected at least ${fewest} rows, got ${rows}`,
    );
  }
  const day = date ?? newestDate?.();
  if (day) return day;
  throw new RegistryError('invalid_argument', `Cannot import ${source}: expected a date in its rows; name one`);
}

/**
 * Counts the loaded official rows. Reads all of them.
 *
 * @param db - Any connection.
 */
export function countAssignments(db: Connection): AssignmentCounts {
  const states = db.prepare('SELECT state, count(*) FROM assignment GROUP BY state').raw().all() as [string, number][];
  const ranges = db.prepare("SELECT count(*) FROM assignment WHERE port_number LIKE '%-%'").pluck().get() as number;
  return { states: Object.fromEntries(states), ranges };
}
