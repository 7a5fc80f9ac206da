import Database from 'better-sqlite3';
import type { ImportCount } from '../../registry/rows/import-count.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import type { Connection } from '../file/database.ts';
import type { ImportResult } from './imports.ts';

/**
 * Runs an import, and counts it with its duration.
 *
 * @param db - A connection for writing.
 * @param list - The list.
 * @param run - Runs the import.
 * @param countsUnchanged - False does not count an import that changes nothing: every start compares the bundled lists with
 *   the loaded ones.
 */
export async function countImport(
  db: Connection,
  list: ListName,
  run: () => Promise<ImportResult>,
  countsUnchanged: boolean,
): Promise<ImportResult> {
  const start = performance.now();
  try {
    const result = await run();
    const { changed, rows } = result;
    if (changed || countsUnchanged) add(db, list, changed ? 'changed' : 'unchanged', performance.now() - start, rows);
    return result;
  } catch (error) {
    // If the database cannot be written, the failure cannot be counted either, and a lock would be waited for again.
    const isUnwritable = error instanceof Error && error.cause instanceof Database.SqliteError;
    if (!isUnwritable) add(db, list, 'failed', performance.now() - start, 0);
    throw error;
  }
}

/**
 * Counts a failed import of a thread that ended before it could count the failure.
 *
 * @param db - A connection for writing.
 * @param list - The list.
 * @param ms - The duration, in milliseconds.
 */
export function countFailure(db: Connection, list: ListName, ms: number): void {
  add(db, list, 'failed', ms, 0);
}

function add(db: Connection, list: ListName, result: ImportCount['result'], ms: number, rows: number): void {
  const insert = db.prepare(
    `INSERT INTO import_count VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
      count = count + 1, last_at = excluded.last_at, last_ms = excluded.last_ms, last_rows = excluded.last_rows`,
  );
  try {
    insert.run(list, result, new Date().toISOString(), ms, rows);
  } catch {
    // A failure to count must not change the result of the import.
  }
}

/**
 * Lists the counts of imports, by list and result.
 *
 * @param db - Any connection.
 */
export function importCounts(db: Connection): ImportCount[] {
  return db
    .prepare<[], ImportCount>(
      `SELECT list, result, count, last_at AS lastAt, last_ms AS lastMs, last_rows AS lastRows
       FROM import_count ORDER BY list, result`,
    )
    .all();
}
