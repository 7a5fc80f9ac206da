import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { backupBeforeMigration } from '../../sqlite/file/backup.ts';
import { type Connection, openForWriting, toRegistryError } from '../../sqlite/file/database.ts';
import { migrate, SCHEMA_VERSION } from '../../sqlite/file/migrate.ts';
import { rebuildDerived } from '../../sqlite/import/rebuild-derived.ts';
import { refuseNode, registerOf } from '../../sqlite/tables/shared-node.ts';
import { seedBundled } from './bundled.ts';

/**
 * Opens the database, migrates it, runs a change and closes it. A database with an older schema is copied before its
 * migration.
 *
 * @param path - The SQLite file. The file and its folder are created if missing.
 * @param change - The change.
 * @param busyTimeoutMs - Timeout for the lock of another writer, in milliseconds.
 * @param notify - Receives a sentence with the path of the copy after a migration.
 * @throws {RegistryError} `invalid_argument` when the path cannot be written; `unavailable` when the database is locked,
 *   damaged, newer, of another program, or a node of a shared register.
 */
export function withDatabase<T>(
  path: string,
  change: (db: Connection) => Promise<T>,
  busyTimeoutMs?: number,
  notify?: (sentence: string) => void,
): Promise<T> {
  const changeAlone = async (db: Connection): Promise<T> => {
    refuseNode(db);
    return change(db);
  };
  return withAnyDatabase(path, changeAlone, busyTimeoutMs, notify);
}

/**
 * Does the same as `withDatabase`, also with the database of a node of a shared register.
 *
 * @param path - The SQLite file.
 * @param change - The change: of a node, only of what no other node has.
 * @param busyTimeoutMs - Timeout for the lock of another writer, in milliseconds.
 * @param notify - Receives a sentence with the path of the copy after a migration.
 * @throws {RegistryError} As `withDatabase`.
 */
export async function withAnyDatabase<T>(
  path: string,
  change: (db: Connection) => Promise<T>,
  busyTimeoutMs?: number,
  notify: (sentence: string) => void = console.error,
): Promise<T> {
  createDatabaseFolder(path);
  const db = openForWriting(path, busyTimeoutMs);
  try {
    migrateWithBackup(db, path, notify);
    rebuildDerived(db);
    return await change(db);
  } catch (error) {
    throw toRegistryError(error);
  } finally {
    db.close();
  }
}

function migrateWithBackup(db: Connection, path: string, notify: (sentence: string) => void): void {
  let copy: { readonly version: number; readonly file: string } | undefined;
  migrate(db, (version) => {
    copy = { version, file: backupBeforeMigration(path, version) };
  });
  if (copy === undefined) return;
  const { version, file } = copy;
  notify(`Migrated the database from schema ${version} to ${SCHEMA_VERSION}; ${quoteInput(file)} is as it was before`);
}

/**
 * Prepares the database to serve: migrates it, and loads each bundled list that is missing or has changed.
 *
 * @param path - The SQLite file.
 * @param busyTimeoutMs - Timeout for the lock of another writer, in milliseconds.
 * @param notify - As for `withDatabase`.
 * @throws {RegistryError} As `withDatabase`.
 */
export function prepareDatabase(path: string, busyTimeoutMs?: number, notify?: (sentence: string) => void) {
  return withDatabase(path, (db) => seedBundled(db), busyTimeoutMs, notify);
}

/**
 * Prepares the database of a node to serve: migrates it. Its lists come from the shared register.
 *
 * @param path - The SQLite file.
 * @param busyTimeoutMs - Timeout for the lock of another writer, in milliseconds.
 * @param notify - As for `withDatabase`.
 * @throws {RegistryError} As `withDatabase`; `unavailable` when there is no database, or it is no node.
 */
export async function prepareNode(
  path: string,
  busyTimeoutMs?: number,
  notify?: (sentence: string) => void,
): Promise<void> {
  const remedy = 'run portolan shared join';
  if (!existsSync(path)) throw new RegistryError('unavailable', `The database of this node is missing: ${remedy}`);
  const check = async (db: Connection): Promise<void> => {
    if (registerOf(db) !== null) return;
    throw new RegistryError('unavailable', `The database is no node of the shared register: ${remedy}`);
  };
  return withAnyDatabase(path, check, busyTimeoutMs, notify);
}

/** The reasons why a path cannot be written, by error code. The other codes are printed as they are. */
const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  ENOSPC: 'the disk is full',
};

/**
 * Creates the folder of the database, and checks that it and the file can be written.
 *
 * @param path - The SQLite file.
 * @throws {RegistryError} `invalid_argument`; `unavailable` for an existing file on a read-only disk.
 */
export function createDatabaseFolder(path: string): void {
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
    // An existing file on a read-only disk can still be read. Every other error is a fault of the settings.
    const fault = code === 'EROFS' && existsSync(path) ? 'unavailable' : 'invalid_argument';
    throw new RegistryError(fault, `Setting DATABASE: cannot write ${quoteInput(path)}: ${reason}`, { cause: error });
  }
}
