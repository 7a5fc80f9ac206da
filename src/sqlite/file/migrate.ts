import { readdirSync, readFileSync } from 'node:fs';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { chainEarlierRows } from './audit-chain.ts';
import type { Connection } from './database.ts';

const FOLDER = new URL('../../../migrations/', import.meta.url);

/** The schema version that this program works with: the number of migrations. */
export const SCHEMA_VERSION = migrationFiles().length;

/**
 * Migrates a database to the schema of this program. All migrations run in one transaction, so all are applied or none. If
 * two processes start at the same time, the second one finds nothing to migrate.
 *
 * @param db - A connection for writing.
 * @param before - Called before the first change of a database that is not new, with its schema version and while the lock
 *   is held. Nothing is changed when it throws.
 * @returns The number of migrations applied.
 * @throws {RegistryError} `unavailable` when the database is newer than this program.
 */
export function migrate(db: Connection, before: (version: number) => void = () => {}): number {
  return db
    .transaction(() => {
      const version = schemaVersion(db);
      if (version > SCHEMA_VERSION) throw otherSchema(version);
      const missing = SCHEMA_VERSION - version;
      if (version > 0 && missing > 0) before(version);
      applyMigrations(db, version, SCHEMA_VERSION);
      // The version is written with the changes and undone with them.
      if (missing > 0) db.pragma(`user_version = ${SCHEMA_VERSION}`);
      return missing;
    })
    .immediate();
}

/**
 * Applies the migrations between two versions of the schema. The caller sets `user_version`.
 *
 * @param db - A connection for writing.
 * @param from - The schema version that the database has, from 0.
 * @param to - The schema version that it gets, up to `SCHEMA_VERSION`.
 */
export function applyMigrations(db: Connection, from: number, to: number): void {
  for (const file of migrationFiles().slice(from, to)) change(db, file);
}

/** This migration adds a constraint on `revision`, which existing own entries do not meet before the UPDATE below. */
const BRINGS_REVISIONS = '0003_own_entries.sql';

/** The steps of migrations that SQL alone cannot do, which follow the statements of the file. */
const STEPS: Readonly<Record<string, (db: Connection) => void>> = { '0018_audit_chain.sql': chainEarlierRows };

function change(db: Connection, file: string): void {
  const isFirstWithRevisions = file === BRINGS_REVISIONS;
  if (isFirstWithRevisions) db.pragma('ignore_check_constraints = ON');
  try {
    db.exec(readFileSync(new URL(file, FOLDER), 'utf8'));
    if (isFirstWithRevisions) db.exec("UPDATE association SET revision = 1 WHERE origin = 'own'");
    STEPS[file]?.(db);
  } finally {
    if (isFirstWithRevisions) db.pragma('ignore_check_constraints = OFF');
  }
}

/**
 * Checks that a database has the schema of this program.
 *
 * @param db - Any connection.
 * @throws {RegistryError} `unavailable` when it is newer or older.
 */
export function checkSchema(db: Connection): void {
  const version = schemaVersion(db);
  if (version !== SCHEMA_VERSION) throw otherSchema(version);
}

function migrationFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

/**
 * Returns the schema version of a database, from its `user_version`; 0 for a new one.
 *
 * @param db - Any connection.
 */
export function schemaVersion(db: Connection): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function otherSchema(version: number): RegistryError {
  const remedy = version > SCHEMA_VERSION ? 'run the newer Portolan that made it' : 'start Portolan to migrate it';
  return new RegistryError(
    'unavailable',
    `The database has schema version ${version}, but this Portolan works with version ${SCHEMA_VERSION}: ${remedy}, or set DATABASE to another file`,
  );
}
