import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, openForReading, openForWriting, toRegistryError } from './database.ts';

/** The number of pages that a backup copies in one step: all of them, because a write between two steps restarts it. */
export const ALL_PAGES = 0x7fffffff;

/**
 * Checks a copy, turns it into a single file without a write-ahead log, syncs it to the disk and renames it.
 *
 * @param part - The copy, under its temporary name.
 * @param mode - The mode of the file, with which the same users may read it as the database.
 * @param file - The final name.
 * @throws {RegistryError} `unavailable` when the copy is damaged.
 */
export function finishCopy(part: string, mode: number, file: string): void {
  const db = openForWriting(part);
  try {
    checkIntegrity(db);
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
  chmodSync(part, mode);
  sync(part);
  renameSync(part, file);
  sync(dirname(file));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Opens a file that must be a backup of Portolan, and reads it.
 *
 * @param file - The file.
 * @param read - Reads from the open connection, which is closed afterwards.
 * @throws {RegistryError} `not_found` when there is no such file; `invalid_argument` when it is not a backup.
 */
export async function readBackup(file: string, read: (db: Connection) => unknown): Promise<void> {
  if (!existsSync(file)) throw new RegistryError('not_found', `Cannot read ${quoteInput(file)}: no such file`);
  try {
    const db = openForReading(file);
    try {
      await read(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw toBackupError(error, file);
  }
}

/**
 * Returns the permissions of a file.
 *
 * @param path - The file.
 * @throws The error of the file system.
 */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** The end of the message about a file that is not a backup. */
export const WHOLE_BACKUP = 'expected a whole backup of Portolan';

/** The messages with which a connection fails on a file that is not a backup. */
const UNUSABLE = /^The database is (?:damaged|empty|locked|missing|not one of Portolan)/;

/**
 * Returns the error for a file that was read as a backup. An error with another cause, such as a full disk, does not name
 * the file.
 *
 * @param error - The caught error. The message of an `invalid_argument` becomes the detail.
 * @param file - The file.
 */
export function toBackupError(error: unknown, file: string): unknown {
  const cause = toRegistryError(error);
  const { code, message } = cause instanceof RegistryError ? cause : { code: 'internal', message: '' };
  if (code === 'unavailable' && !UNUSABLE.test(message)) return cause;
  const detail = code === 'invalid_argument' ? message : WHOLE_BACKUP;
  return new RegistryError('invalid_argument', `Cannot use ${quoteInput(file)}: ${detail}`, { cause });
}

/**
 * Checks every page of a database with SQLite's `integrity_check`.
 *
 * @param db - Any connection.
 * @throws {RegistryError} `unavailable` when one is damaged.
 */
export function checkIntegrity(db: Connection): void {
  const faults = db.pragma('integrity_check') as readonly { readonly integrity_check: string }[];
  if (faults.length === 1 && faults[0]?.integrity_check === 'ok') return;
  throw new RegistryError('unavailable', 'The database is damaged: take an older backup', { cause: faults });
}

/**
 * Returns the error for a file that was being written: errors of the file system name the path, all others are converted
 * by `toRegistryError`.
 *
 * @param error - The caught error.
 * @param path - The path of the file.
 */
export function toTargetError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof RegistryError || !/^E[A-Z]+$/.test(String(code))) return toRegistryError(error);
  const reason = code === 'ENOENT' ? 'no such folder' : code;
  return new RegistryError('invalid_argument', `Cannot write ${quoteInput(path)}: ${reason}`, { cause: error });
}
