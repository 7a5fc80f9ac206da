import { existsSync, renameSync } from 'node:fs';
import { RegistryError } from '../registry/registry-error.ts';
import { ALL_PAGES, checkIntegrity, explainPlace, readOther, remove } from './copied-file.ts';
import { BUSY_TIMEOUT_MS, type Connection, openForReading, openForWriting } from './database.ts';
import { rederive } from './derive.ts';
import { migrate } from './migrate.ts';

/** What a backup has brought. */
export interface Restored {
  /** How many own entries it has. */
  readonly entries: number;
  /** The names of tokens that were revoked and, by the backup, are not. */
  readonly revivedTokens: readonly string[];
}

/**
 * Puts a backup in the place of all that the database holds, in one transaction: running servers answer from the old
 * rows until they answer from the new ones. A backup of an older Portolan is migrated before.
 *
 * @param path - The database; where there is none, or one that is damaged, the backup becomes it.
 * @param file - The backup, which is not changed.
 * @returns What came with it.
 * @throws {RegistryError} `invalid_argument` when the file is no whole backup, `unavailable` when the database belongs
 *   to another program, is locked, or the disk is full. Nothing is changed then.
 */
export async function restoreDatabase(path: string, file: string): Promise<Restored> {
  const part = `${path}.restore`;
  remove(part);
  try {
    const revoked = revokedBefore(path);
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
    return withReading(path, (now) => {
      const live = tokenNames(now, 'IS NULL');
      return { entries: countOwn(now), revivedTokens: revoked.filter((name) => live.includes(name)) };
    });
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

function countOwn(db: Connection): number {
  return db.prepare("SELECT count(*) FROM association WHERE origin = 'own'").pluck().get() as number;
}

/** What cannot be read has nothing to compare with: a damaged database is what backups are for. */
function revokedBefore(path: string): string[] {
  try {
    return isUsable(path) ? withReading(path, (db) => tokenNames(db, 'IS NOT NULL')) : [];
  } catch {
    return [];
  }
}

/** A database of the first schemas has no tokens. */
function tokenNames(db: Connection, revoked: 'IS NULL' | 'IS NOT NULL'): string[] {
  const hasTokens = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'token'").pluck().get() === 1;
  if (!hasTokens) return [];
  return db.prepare(`SELECT name FROM token WHERE revoked_at ${revoked} ORDER BY name`).pluck().all() as string[];
}

function withReading<T>(path: string, read: (db: Connection) => T): T {
  const db = openForReading(path);
  try {
    return read(db);
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
