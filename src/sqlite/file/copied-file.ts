import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, openForReading, openForWriting, toRegistryError } from './database.ts';

/** How many pages a copy takes in one step: all, as a write in the middle would have the copy begin anew. */
export const ALL_PAGES = 0x7fffffff;

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
  // Whoever may read the database may read its copies, and nobody else.
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
    throw explainFile(error, file);
  }
}

/** What is expected of a file that is read in the place of the database. */
export const WHOLE_BACKUP = 'expected a whole backup of Portolan';

/** What a connection says of a file that is no backup. */
const UNUSABLE = /^The database is (?:damaged|empty|locked|missing|not one of Portolan)/;

/**
 * Says what is wrong with a file that was read as a backup. A full disk is not the fault of the file.
 *
 * @param error - What was thrown: an `invalid_argument` says what is wrong with the content.
 * @param file - The file.
 */
export function explainFile(error: unknown, file: string): unknown {
  const cause = toRegistryError(error);
  const { code, message } = cause instanceof RegistryError ? cause : { code: 'internal', message: '' };
  if (code === 'unavailable' && !UNUSABLE.test(message)) return cause;
  const detail = code === 'invalid_argument' ? message : WHOLE_BACKUP;
  return new RegistryError('invalid_argument', `Cannot use ${quoteInput(file)}: ${detail}`, { cause });
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
 * Says what is wrong with the place of a file, where that is to blame.
 *
 * @param error - What was thrown.
 * @param place - The file.
 */
export function explainPlace(error: unknown, place: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof RegistryError || !/^E[A-Z]+$/.test(String(code))) return toRegistryError(error);
  const reason = code === 'ENOENT' ? 'no such folder' : code;
  return new RegistryError('invalid_argument', `Cannot write ${quoteInput(place)}: ${reason}`, { cause: error });
}
