import { existsSync, statSync } from 'node:fs';
import { ALL_PAGES, explainPlace, finish, readOther } from './copied-file.ts';
import { openForReading } from './database.ts';
import { checkSchema } from './migrate.ts';
import { createPart, remove } from './part-file.ts';

/**
 * Copies the database into a file of its own, as it stands at one moment; servers go on reading and writing. The file
 * appears under its name once it is whole and was checked.
 *
 * @param path - The database.
 * @param file - Where the copy goes. Only a backup of before may lie there.
 * @returns The size of the copy, in bytes.
 * @throws {RegistryError} `invalid_argument` when there lies something else, or the place cannot be written;
 *   `unavailable` when the database cannot be read, is damaged, or the disk is full.
 */
export async function backupDatabase(path: string, file: string): Promise<number> {
  if (existsSync(file)) await readOther(file, (db) => db.pragma('schema_version'));
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
    finish(part, path, file);
    return statSync(file).size;
  } catch (error) {
    throw explainPlace(error, file);
  } finally {
    if (part !== undefined) remove(part);
  }
}

/**
 * Keeps a database as it is before its schema changes, in a file beside it. A copy of an earlier change from the same
 * schema is replaced once the new one is whole. It blocks the thread.
 *
 * @param path - The database; whoever calls this holds its lock, so that nobody writes meanwhile.
 * @param version - The version of its schema.
 * @returns The path of the copy.
 * @throws {RegistryError} As `backupDatabase`.
 */
export function backupBeforeMigration(path: string, version: number): string {
  const file = `${path}.schema-${version}`;
  let part: string | undefined;
  try {
    part = createPart(file);
    const db = openForReading(path);
    try {
      // Whoever holds the lock sees a copy of all but its own changes; the library's own backup would not block.
      db.pragma('query_only = OFF');
      db.prepare('VACUUM INTO ?').run(part);
    } finally {
      db.close();
    }
    finish(part, path, file);
    return file;
  } catch (error) {
    throw explainPlace(error, file);
  } finally {
    if (part !== undefined) remove(part);
  }
}
