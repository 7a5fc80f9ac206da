import { existsSync, writeFileSync } from 'node:fs';
import { type Connection, openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate } from '../../src/sqlite/file/migrate.ts';

/** The bytes of an empty database, once created: writing them is much faster than all migrations. */
let bytes: Buffer | undefined;

/**
 * Opens a database of the current schema. Creates an empty one if the file does not exist.
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
