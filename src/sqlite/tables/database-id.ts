import type { Connection } from '../file/database.ts';

/**
 * Returns the random id of a database, which no other database has, except a copy of its file.
 *
 * @param db - Any connection.
 */
export function databaseId(db: Connection): string {
  return db.prepare('SELECT value FROM database_id').pluck().get() as string;
}

/**
 * Gives a database a new id.
 *
 * @param db - A connection for writing.
 */
export function renewDatabaseId(db: Connection): void {
  db.exec('UPDATE database_id SET value = lower(hex(randomblob(16)))');
}
