import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { BUSY_TIMEOUT_MS, type Connection, openForReading, openForWriting, toRegistryError } from './database.ts';
import { rederive } from './derive.ts';
import { checkSchema, migrate } from './migrate.ts';

/** All pages in one step: a write in the middle would have the copy begin anew. */
const ALL_PAGES = 0x7fffffff;

/** What belongs to a SQLite file beside itself. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

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
  const part = `${file}.part`;
  remove(part);
  try {
    const db = openForReading(path);
    try {
      checkSchema(db);
      await db.backup(part, { progress: () => ALL_PAGES });
    } finally {
      db.close();
    }
    finish(part);
    renameSync(part, file);
    return statSync(file).size;
  } catch (error) {
    throw explainPlace(error, file);
  } finally {
    remove(part);
  }
}

/** Checks a copy, and makes it a file without others beside it. */
function finish(part: string): void {
  const db = openForWriting(part);
  try {
    checkIntegrity(db);
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}

/**
 * Puts a backup in the place of all that the database holds, in one transaction: running servers answer from the old
 * rows until they answer from the new ones. A backup of an older Portolan is migrated before.
 *
 * @param path - The database; where there is none, or one that is damaged, the backup becomes it.
 * @param file - The backup, which is not changed.
 * @returns How many own entries it has.
 * @throws {RegistryError} `invalid_argument` when the file is no whole backup, `unavailable` when the database belongs
 *   to another program, is locked, or the disk is full. Nothing is changed then.
 */
export async function restoreDatabase(path: string, file: string): Promise<number> {
  const part = `${path}.restore`;
  remove(part);
  try {
    await readOther(file, async (db) => {
      checkIntegrity(db);
      await db.backup(part, { progress: () => ALL_PAGES });
    });
    const db = openForWriting(part);
    try {
      migrate(db);
      rederive(db);
      if (isUsable(path)) await overwrite(db, path);
      else replace(db, part, path);
    } finally {
      db.close();
    }
    return countOwn(path);
  } catch (error) {
    throw explainPlace(error, path);
  } finally {
    remove(part);
  }
}

/** Where there is no database into which pages can be written, the file itself becomes it. */
function replace(db: Connection, part: string, path: string): void {
  db.pragma('journal_mode = DELETE');
  db.close();
  remove(path);
  renameSync(part, path);
  openForWriting(path).close();
}

function countOwn(path: string): number {
  const db = openForReading(path);
  try {
    return db.prepare("SELECT count(*) FROM association WHERE origin = 'own'").pluck().get() as number;
  } finally {
    db.close();
  }
}

/** Writes all pages into the database; other writers are waited for, as long as usual. */
async function overwrite(db: Connection, path: string): Promise<void> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  await db.backup(path, {
    progress: ({ remainingPages }) => {
      if (remainingPages > 0 && performance.now() > deadline) {
        throw new RegistryError('unavailable', 'The database is locked by another process: try again when it is done');
      }
      return ALL_PAGES;
    },
  });
}

/** Tells whether pages can be written into a database; one that is missing or damaged is replaced as a file. */
function isUsable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    openForReading(path).close();
    return true;
  } catch (error) {
    if (error instanceof RegistryError && /^The database is (?:damaged|empty)/.test(error.message)) return false;
    throw error;
  }
}

/** Reads a file that must be one of Portolan's, and says that it is not in words of its own. */
async function readOther(file: string, read: (db: Connection) => unknown): Promise<void> {
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

function checkIntegrity(db: Connection): void {
  const faults = db.pragma('integrity_check') as readonly { readonly integrity_check: string }[];
  if (faults.length === 1 && faults[0]?.integrity_check === 'ok') return;
  throw new RegistryError('unavailable', 'The database is damaged: take an older backup', { cause: faults });
}

function remove(path: string): void {
  for (const end of ['', ...SIDE_FILES]) rmSync(path + end, { force: true });
}

function explainPlace(error: unknown, place: string): unknown {
  const { code, name } = error as NodeJS.ErrnoException;
  // What the library says of a folder that is missing has no code.
  const reason = name === 'TypeError' ? 'no such folder' : code;
  if (error instanceof RegistryError || (name !== 'TypeError' && !/^E[A-Z]+$/.test(String(code))))
    return toRegistryError(error);
  return new RegistryError('invalid_argument', `Cannot write ${quoteInput(place)}: ${reason}`, { cause: error });
}
