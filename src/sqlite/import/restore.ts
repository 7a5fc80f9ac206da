import { chmodSync, existsSync, renameSync, statSync } from 'node:fs';
import { isValid, type StoredToken } from '../../registry/own/token.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { ALL_PAGES, explainFile, explainPlace, readOther, WHOLE_BACKUP } from '../file/copied-file.ts';
import { BUSY_TIMEOUT_MS, type Connection, openForReading, openForWriting, PRIVATE_MODE } from '../file/database.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from '../file/migrate.ts';
import { createPart, remove } from '../file/part-file.ts';
import { storedTokens } from '../tables/tokens.ts';
import { checkForm, checkRows } from './backup-check.ts';
import { deriveAll } from './rebuild-derived.ts';

/** What a backup has brought. */
export interface Restored {
  /** How many own entries it has. */
  readonly entries: number;
  /** The names of its valid tokens. */
  readonly tokens: {
    /** Those that were revoked in the database. */
    readonly revived: readonly string[];
    /** Those that the database did not have, or not with this secret, scope and end. */
    readonly added: readonly string[];
    /** True when there was no database to compare with: all tokens are added ones then. */
    readonly all: boolean;
  };
}

/**
 * Puts a backup in the place of all that the database holds, in one transaction: running servers answer from the old
 * rows until they answer from the new ones. The backup is untrusted: it is copied, the copy is checked, then migrated if
 * it is of an older Portolan, and all that is derived from rows is derived anew.
 *
 * @param path - The database; where there is none, or one that is damaged, the backup becomes it.
 * @param file - The backup, which is not changed.
 * @param refresh - Brings the lists of the checked copy up to date.
 * @returns What came with it.
 * @throws {RegistryError} `invalid_argument` when the file is no whole backup or holds what Portolan does not write,
 *   `unavailable` when the database belongs to another program, is locked, or the disk is full. Nothing is changed then.
 */
export async function restoreDatabase(
  path: string,
  file: string,
  refresh: (db: Connection) => Promise<void>,
): Promise<Restored> {
  let part: string | undefined;
  try {
    part = createPart(path);
    const copy = part;
    const before = tokensBefore(path);
    await readOther(file, (db) => db.backup(copy, { progress: () => ALL_PAGES }));
    const db = openForWriting(copy);
    try {
      const restored = check(db, file, before);
      await refresh(db);
      if (isUsable(path)) await overwrite(db, path);
      else replace(db, copy, path);
      return restored;
    } finally {
      db.close();
    }
  } catch (error) {
    throw explainPlace(error, path);
  } finally {
    if (part !== undefined) remove(part);
  }
}

/** Checks the copy of a backup and brings it to this program's schema. */
function check(db: Connection, file: string, before: readonly StoredToken[] | null): Restored {
  try {
    const version = schemaVersion(db);
    if (version < 1) throw new RegistryError('invalid_argument', WHOLE_BACKUP);
    // `migrate` refuses a newer one.
    if (version <= SCHEMA_VERSION) checkForm(db);
    migrate(db);
    checkRows(db);
    db.transaction(() => deriveAll(db)).immediate();
    return { entries: countOwn(db), tokens: compareTokens(before, storedTokens(db)) };
  } catch (error) {
    throw explainFile(error, file);
  }
}

/** Where there is no database into which pages can be written, the file itself becomes it. */
function replace(db: Connection, part: string, path: string): void {
  db.pragma('journal_mode = DELETE');
  db.close();
  const old = statSync(path, { throwIfNoEntry: false });
  chmodSync(part, old === undefined ? PRIVATE_MODE : old.mode & 0o777);
  remove(path);
  renameSync(part, path);
  openForWriting(path).close();
}

function countOwn(db: Connection): number {
  return db.prepare("SELECT count(*) FROM association WHERE origin = 'own'").pluck().get() as number;
}

/**
 * Reads the tokens of the database; null where there is none or they cannot be read: a damaged database is what backups are
 * for.
 */
function tokensBefore(path: string): StoredToken[] | null {
  try {
    if (!isUsable(path)) return null;
    const db = openForReading(path);
    try {
      return storedTokens(db);
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

function compareTokens(before: readonly StoredToken[] | null, after: readonly StoredToken[]): Restored['tokens'] {
  const now = new Date().toISOString();
  const revived: string[] = [];
  const added: string[] = [];
  for (const token of after.filter((one) => isValid(one, now))) {
    const { name, sha256, scope, expiresAt } = token;
    const known = before?.find((one) => one.name === name && one.sha256 === sha256);
    if (known !== undefined && known.revokedAt !== null) revived.push(name);
    else if (known?.scope !== scope || known.expiresAt !== expiresAt) added.push(name);
  }
  return { revived, added, all: before === null };
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
