import { existsSync, statSync } from 'node:fs';
import { ALL_PAGES, finishCopy, modeOf, readBackup, toTargetError } from './copied-file.ts';
import { openForReading, PRIVATE_MODE } from './database.ts';
import { checkSchema } from './migrate.ts';
import { createPart, removeDatabase } from './part-file.ts';

/**
 * Copies the database, as of one moment, into another file. Servers can read and write during the copy. The file gets its
 * name when the copy is complete and checked.
 *
 * @param path - The database.
 * @param file - The path of the copy. An existing file must be an earlier backup; it is replaced.
 * @returns The size of the copy, in bytes.
 * @throws {RegistryError} `invalid_argument` when the existing file is not a backup, or the path cannot be written;
 *   `unavailable` when the database cannot be read, is damaged, or the disk is full.
 */
export async function backupDatabase(path: string, file: string): Promise<number> {
  if (existsSync(file)) await readBackup(file, (db) => db.pragma('schema_version'));
  let part: string | undefined;
  try {
    part = createPart(file);
    const db = openForReading(path);
    try {
      checkSchema(db);
      await db.backup(part, { progress: () => ALL_PAGES });
    } finally {
      db.close();
    }
    finishCopy(part, modeOf(path), file);
    return statSync(file).size;
  } catch (error) {
    throw toTargetError(error, file);
  } finally {
    if (part !== undefined) removeDatabase(part);
  }
}

/**
 * Copies a database to a file beside it, before a migration changes its schema. An earlier copy of the same schema version
 * is replaced when the new copy is complete. Blocks the thread.
 *
 * @param path - The database. The caller holds its write lock, so that no other process writes during the copy.
 * @param version - The version of its schema.
 * @returns The path of the copy.
 * @throws {RegistryError} As `backupDatabase`.
 */
export function backupBeforeMigration(path: string, version: number): string {
  const file = `${path}.schema-${version}`;
  copyNow(path, file, modeOf(path));
  return file;
}

/**
 * Copies a database to a file beside it, before a restored backup replaces its content. Blocks the thread.
 *
 * @param path - The database.
 * @returns The path of the copy, whose name has the time in UTC. Only its owner may read it.
 * @throws {RegistryError} As `backupDatabase`.
 */
export function backupBeforeRestore(path: string): string {
  const file = nameBeforeRestore(path);
  copyNow(path, file, PRIVATE_MODE);
  return file;
}

/**
 * Returns the name under which `restore` keeps what it replaces.
 *
 * @param path - The database.
 */
export function nameBeforeRestore(path: string): string {
  // With milliseconds: a second restore may follow at once, of the file that the first one kept.
  return `${path}.before-restore-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`;
}

/** Copies the committed data of a database, in one synchronous step. */
function copyNow(path: string, file: string, mode: number): void {
  let part: string | undefined;
  try {
    part = createPart(file);
    const db = openForReading(path);
    try {
      // VACUUM INTO copies the committed data and works while the caller holds the lock. better-sqlite3's `backup` is
      // asynchronous, and the caller's transaction is not.
      db.pragma('query_only = OFF');
      db.prepare('VACUUM INTO ?').run(part);
    } finally {
      db.close();
    }
    finishCopy(part, mode, file);
  } catch (error) {
    throw toTargetError(error, file);
  } finally {
    if (part !== undefined) removeDatabase(part);
  }
}
