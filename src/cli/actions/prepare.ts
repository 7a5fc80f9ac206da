import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { backupBeforeMigration } from '../../sqlite/file/backup.ts';
import { type Connection, openForWriting, toRegistryError } from '../../sqlite/file/database.ts';
import { migrate, SCHEMA_VERSION } from '../../sqlite/file/migrate.ts';
import { rebuildDerived } from '../../sqlite/import/rebuild-derived.ts';
import { seedBundled } from './bundled.ts';

/**
 * Opens the database for a change, migrated, and closes it when the change is made or has failed. A database of an
 * older schema is copied before.
 *
 * @param path - The SQLite file; it and its folder are made where missing.
 * @param change - What is to be done.
 * @param busyTimeoutMs - How long to wait for another writer, in milliseconds.
 * @param tell - Is told in a sentence when the schema was changed, and where the copy lies.
 * @throws {RegistryError} `invalid_argument` when the place cannot be written, `unavailable` when the database is locked, damaged, newer or another program's.
 */
export async function withDatabase<T>(
  path: string,
  change: (db: Connection) => Promise<T>,
  busyTimeoutMs?: number,
  tell: (sentence: string) => void = console.error,
): Promise<T> {
  makePlace(path);
  const db = openForWriting(path, busyTimeoutMs);
  try {
    migrateKeeping(db, path, tell);
    rebuildDerived(db);
    return await change(db);
  } catch (error) {
    throw toRegistryError(error);
  } finally {
    db.close();
  }
}

function migrateKeeping(db: Connection, path: string, tell: (sentence: string) => void): void {
  let kept: { readonly version: number; readonly file: string } | undefined;
  migrate(db, (version) => {
    kept = { version, file: backupBeforeMigration(path, version) };
  });
  if (kept === undefined) return;
  const { version, file } = kept;
  tell(`Migrated the database from schema ${version} to ${SCHEMA_VERSION}; ${quoteInput(file)} is as it was before`);
}

/**
 * Makes the database ready to serve: migrated, and with every bundled list that is missing or has changed.
 *
 * @param path - The SQLite file.
 * @param busyTimeoutMs - How long to wait for another writer, in milliseconds.
 * @param tell - As of `withDatabase`.
 * @throws {RegistryError} As `withDatabase`.
 */
export function prepareDatabase(path: string, busyTimeoutMs?: number, tell?: (sentence: string) => void) {
  return withDatabase(path, seedBundled, busyTimeoutMs, tell);
}

/** Why a place cannot be written, in words where whoever runs the server can do something about it. */
const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  ENOSPC: 'the disk is full',
};

/**
 * Makes the folder, and says in a sentence when it or the file cannot be written.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `invalid_argument`; `unavailable` for a file on a read-only disk.
 */
export function makePlace(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    const file = statSync(path, { throwIfNoEntry: false });
    if (file?.isDirectory())
      throw new RegistryError('invalid_argument', `Setting DATABASE: ${quoteInput(path)} is a folder; expected a file`);
    if (file !== undefined) accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? code;
    // What is there can be read on a read-only disk; any other fault is one of the settings.
    const fault = code === 'EROFS' && existsSync(path) ? 'unavailable' : 'invalid_argument';
    throw new RegistryError(fault, `Setting DATABASE: cannot write ${quoteInput(path)}: ${reason}`, { cause: error });
  }
}
