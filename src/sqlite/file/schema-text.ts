import Database from 'better-sqlite3';
import { quoteInput } from '../../registry/values/registry-error.ts';
import type { Connection } from './database.ts';
import { applyMigrations, schemaVersion } from './migrate.ts';

/** A table, index, view or trigger, as `sqlite_schema` lists it. */
interface SchemaObject {
  readonly type: string;
  readonly name: string;
  /** The table that it belongs to. */
  readonly tableName: string;
  /** The statement that created it; null for an index that SQLite creates for a constraint. */
  readonly sql: string | null;
}

/**
 * Compares the schema of a database with the one that this program's migrations up to the same version create. It compares
 * the statements of tables, indexes, views, triggers, virtual tables and their shadow tables, and runs none of them.
 *
 * @param db - Any connection to a database of `SCHEMA_VERSION` or an earlier one.
 * @returns The first object that differs, is missing or is foreign; null when all are the same.
 */
export function findSchemaFault(db: Connection): string | null {
  const expected = new Map(expectedSchema(schemaVersion(db)).map((object) => [keyOf(object), object]));
  for (const object of readSchema(db)) {
    const migrated = expected.get(keyOf(object));
    if (migrated === undefined) return `${describe(object)} is foreign`;
    if (migrated.sql !== object.sql || migrated.tableName !== object.tableName) return `${describe(object)} differs`;
    expected.delete(keyOf(object));
  }
  const [missing] = expected.values();
  return missing === undefined ? null : `${describe(missing)} is missing`;
}

/** Runs the migrations on an empty database in memory, which takes 10 ms. */
function expectedSchema(version: number): SchemaObject[] {
  const db = new Database(':memory:');
  try {
    applyMigrations(db, 0, version);
    return readSchema(db);
  } finally {
    db.close();
  }
}

function readSchema(db: Connection): SchemaObject[] {
  return db
    .prepare<[], SchemaObject>('SELECT type, name, tbl_name AS tableName, sql FROM sqlite_schema ORDER BY name, type')
    .all();
}

function keyOf({ type, name }: SchemaObject): string {
  return `${type} ${name}`;
}

function describe({ type, name }: SchemaObject): string {
  return `${type} ${quoteInput(name)}`;
}
