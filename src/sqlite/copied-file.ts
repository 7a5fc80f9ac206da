import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { type Connection, openForReading, openForWriting, toRegistryError } from './database.ts';

/** How many pages a copy takes in one step: all, as a write in the middle would have the copy begin anew. */
export const ALL_PAGES = 0x7fffffff;

/** What belongs to a SQLite file beside itself. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/**
 * Checks a copy, makes it a file without others beside it, and gives it its name once it will outlive a power cut.
 *
 * @param part - The copy.
 * @param original - The database of which it is one.
 * @param file - Its name.
 * @throws {RegistryError} `unavailable` when it is damaged.
 */
export function finish(part: string, original: string, file: string): void {
  const db = openForWriting(part);
  try {
    checkIntegrity(db);
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
  // It holds what the database holds, so that nobody else may read it.
  chmodSync(part, statSync(original).mode & 0o777);
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
 * Reads a file that must be one of Portolan's, and says that it is not in words of its own.
 *
 * @param file - The file.
 * @param read - What is done with it.
 * @throws {RegistryError} `not_found`, `invalid_argument`
 */
export async function readOther(file: string, read: (db: Connection) => unknown): Promise<void> {
  if (!existsSync(file)) throw new RegistryError('not_found', `Cannot read ${quoteInput(file)}: no such file`);
  try {
    const db = openForReading(file);
    try {
      await read(db);
    } finally {
      db.close();
    }
  } catch (error) {
    const cause = toRegistryError(error);
    const detail = 'expected a whole backup of Portolan';
    throw new RegistryError('invalid_argument', `Cannot use ${quoteInput(file)}: ${detail}`, { cause });
  }
}

/**
 * Looks at every page.
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
 * Removes a SQLite file with what belongs to it, where it is.
 *
 * @param path - The file.
 */
export function remove(path: string): void {
  for (const end of ['', ...SIDE_FILES]) rmSync(path + end, { force: true });
}

/**
 * Says what is wrong with the place of a file, where that is to blame.
 *
 * @param error - What was thrown.
 * @param place - The file.
 */
export function explainPlace(error: unknown, place: string): unknown {
  const { code, name } = error as NodeJS.ErrnoException;
  // What the library says of a folder that is missing has no code.
  const reason = name === 'TypeError' ? 'no such folder' : code;
  if (error instanceof RegistryError || (name !== 'TypeError' && !/^E[A-Z]+$/.test(String(code))))
    return toRegistryError(error);
  return new RegistryError('invalid_argument', `Cannot write ${quoteInput(place)}: ${reason}`, { cause: error });
}
