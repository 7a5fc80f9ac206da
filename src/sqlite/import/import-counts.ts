import Database from 'better-sqlite3';
import type { ImportCount } from '../../registry/rows/import-count.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import type { Connection } from '../file/database.ts';
import type { ImportResult } from './imports.ts';

/**
 * Makes an import, and counts it with its time. That a bundled list is still the one that is loaded is found at every
 * start, and is no import.
 *
 * @param db - A connection for writing.
 * @param list - Which list.
 * @param run - Makes the import.
 * @param countsUnchanged - Whether an import that found nothing new is one.
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
    // What cannot be written cannot be counted either, and a lock would be waited for once more.
    const isUnwritable = error instanceof Error && error.cause instanceof Database.SqliteError;
    if (!isUnwritable) add(db, list, 'failed', performance.now() - start, 0);
    throw error;
  }
}

/**
 * Counts an import that failed in a thread that could not count it itself.
 *
 * @param db - A connection for writing.
 * @param list - Which list.
 * @param ms - How long it took, in milliseconds.
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
    // The import has ended as it has, whether it is counted or not.
  }
}

/**
 * Lists how imports have ended.
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
