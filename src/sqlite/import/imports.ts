import type { LoadedList } from '../../registry/registry.ts';
import type { AssignmentState } from '../../registry/rows/assignment.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, toRegistryError } from '../file/database.ts';
import { DERIVATION } from '../tables/derive.ts';
import { RowMultiset } from '../tables/row-multiset.ts';
import { clearSql, insertSql, type ListRows, rememberSnapshot, selectSql, TABLES, type Table } from './list-tables.ts';

/** A list that is loaded, with what only the importer needs to know. */
export interface StoredList extends LoadedList {
  /** True when it is the one that ships with Portolan. */
  readonly bundled: boolean;
}

/** What becomes the stored list; the number of rows is counted and the time of import read from the clock. */
export interface NewList<List extends ListName> extends Omit<StoredList, 'list' | 'date' | 'rows' | 'importedAt'> {
  readonly list: List;
  /** The day the list stands for, `YYYY-MM-DD`; null takes the one that `newestDate` gives when all rows are read. */
  readonly date: string | null;
  /** Gives the newest date that was met in the rows; only asked for after the last one. */
  readonly newestDate?: () => string;
}

/** What an import did. */
export interface ImportResult {
  /** False when the very same file was loaded already: then nothing was touched. */
  readonly changed: boolean;
  /** How many rows the list has. */
  readonly rows: number;
  /** The day it stands for, `YYYY-MM-DD`. */
  readonly date: string;
}

/** How many official rows there are of a kind. */
export interface AssignmentTally {
  readonly states: Readonly<Partial<Record<AssignmentState, number>>>;
  /** Those that IANA writes as a range, six of one port included (4748-4748). */
  readonly ranges: number;
}

/**
 * Finds what is loaded of a list.
 *
 * @param db - Any connection.
 * @param list - Which list.
 */
export function storedList(db: Connection, list: ListName): StoredList | undefined {
  const columns = 'name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256, bundled';
  const row = db
    .prepare<[ListName], LoadedList & { bundled: number }>(`SELECT ${columns} FROM list WHERE name = ?`)
    .get(list);
  return row && { ...row, bundled: row.bundled === 1 };
}

/**
 * Replaces a list by another one, in one transaction: readers see the old rows until it is committed, and go on
 * seeing them when it fails. The file that is loaded already, by its sha256 and date, changes nothing.
 *
 * @param db - A connection for writing.
 * @param list - What is known of the new list.
 * @param rows - Its rows, read while they are stored.
 * @param fewest - How many rows it must have at least.
 * @param progress - Is told the number of rows after each.
 * @throws {RegistryError} `invalid_argument` when there are too few rows; what reading the rows throws; `unavailable`
 *   when the database is locked, full or damaged.
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

async function replaceList<List extends ListName>(
  db: Connection,
  list: NewList<List>,
  rows: AsyncIterable<ListRows[List]>,
  fewest: number,
  progress: (rows: number) => void,
): Promise<ImportResult> {
  const loaded = storedList(db, list.list);
  if (loaded?.sha256 === list.sha256 && loaded.date === (list.date ?? loaded.date))
    return { changed: false, rows: loaded.rows, date: loaded.date };
  const table: Table<ListRows[List]> = TABLES[list.list];
  const memory = table.remember?.(db);
  db.exec(clearSql(table));
  const insert = db.prepare(insertSql(table));
  let stored = 0;
  for await (const row of rows) {
    insert.run(...table.values(row));
    memory?.row(row);
    progress(++stored);
  }
  if (table.finish !== undefined) db.exec(table.finish);
  const date = acceptedDate(list, stored, fewest);
  const values = [list.list, list.origin, list.source, date, new Date().toISOString(), stored, list.sha256];
  db.prepare('INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...values,
    Number(list.bundled),
    DERIVATION,
  );
  memory?.end({ ...list, date });
  return { changed: true, rows: stored, date };
}

/**
 * Makes sure that a stored list is imported again unless its rows are those of the file that it is said to be.
 *
 * @param db - A connection for writing.
 * @param list - Which list.
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
  const isSame = stored.without(expected).length === 0 && expected.without(stored).length === 0;
  if (!isSame) db.prepare("UPDATE list SET sha256 = '' WHERE name = ?").run(list);
}

/**
 * Adds an earlier state of the official rows to the history, in one transaction. Answers go on being given from the
 * current ones. The file that stands for the day already, by its sha256, changes nothing.
 *
 * @param db - A connection for writing.
 * @param list - What is known of it.
 * @param rows - Its rows.
 * @param fewest - How many rows it must have at least.
 * @throws {RegistryError} As `importList`.
 */
export function importPast(
  db: Connection,
  list: Omit<NewList<'assignments'>, 'list' | 'origin'>,
  rows: readonly ListRows['assignments'][],
  fewest: number,
): ImportResult {
  const date = acceptedDate(list, rows.length, fewest);
  const known = db.prepare('SELECT 1 FROM snapshot WHERE date = ? AND bundled = ? AND sha256 = ?');
  const add = db.transaction(() => {
    if (known.get(date, Number(list.bundled), list.sha256) !== undefined) return false;
    const memory = rememberSnapshot(db);
    for (const row of rows) memory.row(row);
    memory.end({ ...list, date });
    return true;
  });
  try {
    return { changed: add.immediate(), rows: rows.length, date };
  } catch (error) {
    throw toRegistryError(error);
  }
}

/** The day of a list, if it may be loaded. */
function acceptedDate(
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
 * Counts the official rows that are loaded. It reads all of them.
 *
 * @param db - Any connection.
 */
export function tallyAssignments(db: Connection): AssignmentTally {
  const states = db.prepare('SELECT state, count(*) FROM assignment GROUP BY state').raw().all() as [string, number][];
  const ranges = db.prepare("SELECT count(*) FROM assignment WHERE port_number LIKE '%-%'").pluck().get() as number;
  return { states: Object.fromEntries(states), ranges };
}
