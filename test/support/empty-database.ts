import { existsSync, writeFileSync } from 'node:fs';
import { type Connection, openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate } from '../../src/sqlite/file/migrate.ts';

/** The bytes of such a file, once it was made: writing them takes a fraction of the time of all migrations. */
let bytes: Buffer | undefined;

/**
 * Opens a database of the current schema, and makes an empty one where there is none.
 *
 * @param path - The SQLite file.
 * @returns A connection for writing.
 */
export function openEmptyDatabase(path: string): Connection {
  if (bytes !== undefined && !existsSync(path)) writeFileSync(path, bytes);
  const db = openForWriting(path);
  migrate(db);
  bytes ??= db.prepare('SELECT count(*) FROM list').pluck().get() === 0 ? db.serialize() : undefined;
  return db;
}
