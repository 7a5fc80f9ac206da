import { chmodSync, existsSync, renameSync } from 'node:fs';
import { isValid, type StoredToken } from '../../registry/own/token.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { backupBeforeRestore, nameBeforeRestore } from '../file/backup.ts';
import { ALL_PAGES, modeOf, readBackup, toBackupError, toTargetError, WHOLE_BACKUP } from '../file/copied-file.ts';
import { BUSY_TIMEOUT_MS, type Connection, openForReading, openForWriting, PRIVATE_MODE } from '../file/database.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from '../file/migrate.ts';
import { createPart, moveDatabase, removeDatabase } from '../file/part-file.ts';
import { renewDatabaseId } from '../tables/database-id.ts';
import { storedTokens } from '../tables/tokens.ts';
import { checkFile, checkRows } from './backup-check.ts';
import { deriveAll } from './rebuild-derived.ts';

/** What a restore changes. */
export interface RestorePlan {
  /** The number of own entries in the backup. */
  readonly entries: number;
  /** The number of own entries in the database; null when it is missing or cannot be read. */
  readonly replaced: number | null;
  /** The names of its valid tokens that were not valid in the database. */
  readonly tokens: {
    /** Tokens that were revoked in the database. */
    readonly revived: readonly string[];
    /** Tokens that the database did not have with this secret and these rights. */
    readonly added: readonly string[];
    /** True when there was no database to compare with; all tokens are in `added` then. */
    readonly all: boolean;
  };
}

/** The result of a restore. */
export interface Restored extends RestorePlan {
  /** What was replaced; null when there was no database. */
  readonly kept: {
    readonly file: string;
    /** False for a damaged database, which is kept as it was. */
    readonly isBackup: boolean;
  } | null;
}

/**
 * Replaces the content of the database with a backup, in one transaction: running servers answer from the old rows until
 * the commit. The backup is untrusted: it is copied, and the copy is checked and migrated to this program's schema. All
 * derived columns and tables are rebuilt. What is replaced is kept in a file beside the database.
 *
 * @param path - The database. A missing or damaged file is replaced by the backup.
 * @param file - The backup, which is not changed.
 * @param refresh - Updates the lists of the checked copy.
 * @param confirm - Decides whether to replace the content, once the backup is checked.
 * @returns What was restored and kept; null when `confirm` returned false, and nothing was changed.
 * @throws {RegistryError} `invalid_argument` when the file is not a complete backup, or contains what Portolan does not
 *   write; `unavailable` when the database belongs to another program, is locked, or the disk is full. Nothing is changed.
 */
export async function restoreDatabase(
  path: string,
  file: string,
  refresh: (db: Connection) => Promise<void>,
  confirm: (plan: RestorePlan) => Promise<boolean> = async () => true,
): Promise<Restored | null> {
  let part: string | undefined;
  try {
    part = createPart(path);
    const copy = part;
    const before = stateBefore(path);
    await readBackup(file, (db) => db.backup(copy, { progress: () => ALL_PAGES }));
    const db = openForWriting(copy);
    try {
      const plan = check(db, file, before);
      await refresh(db);
      if (!(await confirm(plan))) return null;
      const mode = existsSync(path) ? modeOf(path) : PRIVATE_MODE;
      const kept = keep(path);
      if (kept?.isBackup) await overwrite(db, path);
      else replace(db, copy, path, mode);
      return { ...plan, kept };
    } finally {
      db.close();
    }
  } catch (error) {
    throw toTargetError(error, path);
  } finally {
    if (part !== undefined) removeDatabase(part);
  }
}

/** Checks the copy of a backup and migrates it to this program's schema. */
function check(db: Connection, file: string, before: StateBefore | null): RestorePlan {
  try {
    const version = schemaVersion(db);
    if (version < 1) throw new RegistryError('invalid_argument', WHOLE_BACKUP);
    // `migrate` refuses a newer version.
    if (version <= SCHEMA_VERSION) checkFile(db);
    migrate(db);
    checkRows(db);
    db.transaction(() => {
      deriveAll(db);
      renewDatabaseId(db);
    }).immediate();
    const tokens = compareTokens(before?.tokens ?? null, storedTokens(db));
    return { entries: countOwn(db), replaced: before?.entries ?? null, tokens };
  } catch (error) {
    throw toBackupError(error, file);
  }
}

/** Keeps what a restore replaces. A damaged database, which cannot be copied page by page, is moved as a file. */
function keep(path: string): Restored['kept'] {
  if (isUsable(path)) {
    try {
      return { file: backupBeforeRestore(path), isBackup: true };
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
  }
  if (!existsSync(path)) return null;
  const file = nameBeforeRestore(path);
  moveDatabase(path, file);
  chmodSync(file, PRIVATE_MODE);
  return { file, isBackup: false };
}

/** Replaces a missing or damaged database with the file of the copy. */
function replace(db: Connection, part: string, path: string, mode: number): void {
  db.pragma('journal_mode = DELETE');
  db.close();
  chmodSync(part, mode);
  removeDatabase(path);
  renameSync(part, path);
  openForWriting(path).close();
}

function countOwn(db: Connection): number {
  return db.prepare("SELECT count(*) FROM association WHERE origin = 'own'").pluck().get() as number;
}

/** What the database has before a restore. */
interface StateBefore {
  readonly tokens: readonly StoredToken[];
  /** The number of own entries. */
  readonly entries: number;
}

/** Reads the state of the database. Returns null when it is missing or cannot be read: backups also replace damaged ones. */
function stateBefore(path: string): StateBefore | null {
  try {
    if (!isUsable(path)) return null;
    const db = openForReading(path);
    try {
      return { tokens: storedTokens(db), entries: countOwn(db) };
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
    const { name, sha256 } = token;
    const known = before?.find((one) => one.sha256 === sha256);
    if (known !== undefined && known.revokedAt !== null) revived.push(name);
    else if (known === undefined || rightsOf(known) !== rightsOf(token)) added.push(name);
  }
  return { revived, added, all: before === null };
}

function rightsOf({ name, scope, owners, pools, hosts, expiresAt }: StoredToken): string {
  return JSON.stringify([name, scope, owners, pools, hosts, expiresAt]);
}

/** Writes all pages to the database. Waits up to `BUSY_TIMEOUT_MS` for other writers. */
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

/** Returns whether pages can be written to a database. A missing or damaged one is replaced as a file instead. */
function isUsable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    openForReading(path).close();
    return true;
  } catch (error) {
    if (isDamaged(error)) return false;
    throw error;
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof RegistryError && /^The database is (?:damaged|empty)/.test(error.message);
}
