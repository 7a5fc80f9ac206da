import { join } from 'node:path';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import type { ListRows } from '../../src/registry/rows/list-rows.ts';
import type { Connection } from '../../src/sqlite/file/database.ts';
import { importList, importPast, storedList } from '../../src/sqlite/import/imports.ts';
import { openEmptyDatabase } from './empty-database.ts';
import { EMPTY_CELLS } from './iana-file.ts';

/** The official rows of a day. */
export interface Day {
  readonly date: string;
  readonly rows: readonly Partial<AssignmentCells>[];
  readonly bundled?: boolean;
}

/** Converts cells to rows that can be stored. */
export function toRows(rows: Day['rows']): ListRows['assignments'][] {
  return rows.map((row) => {
    const cells = { ...EMPTY_CELLS, ...row };
    const [first, last = first] = cells.portNumber === '' ? [] : cells.portNumber.split('-').map(Number);
    return { cells, span: first === undefined || last === undefined ? null : { firstPort: first, lastPort: last } };
  });
}

/** Yields items one by one, as a file yields its rows. */
export async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/**
 * Imports rows as the command `import` does: rows older than the current registry are added to the history.
 *
 * @param db - A connection for writing.
 * @param day - The rows.
 */
export async function importDay(db: Connection, { date, rows, bundled = false }: Day): Promise<void> {
  const list = { source: `${date}.csv`, date, sha256: sha256(Buffer.from(JSON.stringify(rows))), bundled };
  const current = storedList(db, 'assignments');
  if (current !== undefined && date < current.date) importPast(db, list, toRows(rows), 1);
  else await importList(db, { ...list, list: 'assignments', origin: 'iana' }, each(toRows(rows)), 1);
}

/**
 * Creates an empty database.
 *
 * @param folder - Its folder.
 * @param name - Its file name, without the extension.
 */
export function newDatabase(folder: string, name: string) {
  const path = join(folder, `${name}.db`);
  const db = openEmptyDatabase(path);
  return { path, db };
}
