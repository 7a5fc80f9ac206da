import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** Where the header of a SQLite file says how it is written and read: 1 for a rollback journal, 2 for a write-ahead log. */
const FORMAT_BYTES = [18, 19];
const ROLLBACK_JOURNAL = 1;

/**
 * Tells whether a file lies on a file system that is mounted read-only. That somebody has no right to write is another
 * thing, and most likely a mistake.
 *
 * @param path - The file.
 */
export function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/**
 * Opens a database where nothing can be written. SQLite reads a file with a write-ahead log only where it can write beside
 * it, to tell others that it reads: here nobody can change the file, so that a copy in memory is as good.
 *
 * @param path - The SQLite file.
 * @throws What SQLite or the file system throws.
 */
export function openReadOnly(path: string): Database.Database {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // Part of the data is in the log alone: SQLite takes it from there when its index was left too.
  if (log !== undefined && log.size > 0) return new Database(path, { readonly: true });
  const file = readFileSync(path);
  for (const byte of FORMAT_BYTES) if (byte < file.length) file[byte] = ROLLBACK_JOURNAL;
  return new Database(file);
}
