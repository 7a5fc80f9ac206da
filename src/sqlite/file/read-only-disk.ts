import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';

/**
 * The offsets of the write and read version in the header of a SQLite file: 1 is a rollback journal, 2 a write-ahead log.
 * See https://www.sqlite.org/fileformat.html#file_format_version_numbers
 */
const FORMAT_BYTES = [18, 19];
const ROLLBACK_JOURNAL = 1;

/**
 * Returns whether a file is on a file system that is mounted read-only. Missing write permission is another case, and most
 * likely a mistake.
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

/** The suffix of the name of a compressed database. */
export const COMPRESSED = '.gz';

/**
 * Opens a compressed database in memory: nothing is written beside the file.
 *
 * @param path - The SQLite file, compressed with gzip.
 * @throws The error of SQLite, of the file system or of zlib.
 */
export function openCompressed(path: string): Database.Database {
  return new Database(gunzipSync(readFileSync(path)));
}

/**
 * Opens a database on a read-only file system. In WAL mode SQLite needs a writable `-shm` file beside the database. Here
 * no process can change the file, so a copy in memory serves as well.
 *
 * @param path - The SQLite file.
 * @throws The error of SQLite or the file system.
 */
export function openReadOnly(path: string): Database.Database {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // Some data is only in the write-ahead log: SQLite reads it if the `-shm` file exists too.
  if (log !== undefined && log.size > 0) return new Database(path, { readonly: true });
  const file = readFileSync(path);
  for (const byte of FORMAT_BYTES) if (byte < file.length) file[byte] = ROLLBACK_JOURNAL;
  return new Database(file);
}
