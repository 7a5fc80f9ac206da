import { hash } from 'node:crypto';
import Database from 'better-sqlite3';

const TABLES = ['list', 'assignment', 'association', 'ephemeral_range', 'check_command', 'blocked_port'] as const;

/** All rows of the imported tables, by table. */
export type DatabaseContent = Readonly<Record<(typeof TABLES)[number], readonly Readonly<Record<string, unknown>>[]>>;

/**
 * Reads all imported rows.
 *
 * @param path - The SQLite file, which is not changed.
 */
export function contentOf(path: string): DatabaseContent {
  return withConnection(path, (db) => {
    const rows = TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]);
    return Object.fromEntries(rows);
  });
}

/** Tables that differ between databases with the same rows: random numbers, and the pages of indexes. */
const NOT_COMPARED =
  /^(?:sqlite_sequence|registry_version|observed_version|database_id|import_count|download|\w+_words|\w+_(?:data|idx|content|docsize|config|node|parent|rowid))$/;

/** The most rows of a table that are compared one by one. */
const SHOWN_ROWS = 20;

/**
 * Reads the rows of all tables that decide answers, those of own entries, pools, tokens and the audit log included. A large table is
 * a hash of its rows.
 *
 * @param path - The SQLite file, which is not changed.
 */
export function wholeContentOf(path: string): Readonly<Record<string, unknown>> {
  return withConnection(path, (db) => {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck();
    const names = (tables.all() as string[]).filter((name) => !NOT_COMPARED.test(name));
    return Object.fromEntries(names.map((name) => [name, rowsOf(db, name)]));
  });
}

function rowsOf(db: Database.Database, table: string): unknown {
  const stored = db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all() as Record<string, unknown>[];
  // The hour of the last use of a token stays on the node where it was used, and so do the ids of observed sockets.
  const rows =
    table === 'observed_socket'
      ? stored.map(({ id: _, ...row }) => row).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : stored.map(({ last_used_at: _, ...row }) => row);
  return rows.length <= SHOWN_ROWS ? rows : `${rows.length} rows ${hash('sha256', JSON.stringify(rows))}`;
}

/**
 * Changes a SQLite file without the program's own code.
 *
 * @param path - The file; it is created if missing.
 * @param sql - Any statements.
 */
export function executeSql(path: string, sql: string): void {
  withConnection(path, (db) => db.exec(sql));
}

function withConnection<T>(path: string, use: (db: Database.Database) => T): T {
  const db = new Database(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** Returns an SQL statement that inserts an own entry without the program's own code. */
export function ownUse(id: string, firstPort: number, lastPort: number, environment: string | null): string {
  const place = environment === null ? 'NULL' : `'${environment}'`;
  return `INSERT INTO association (id, name, first_port, last_port, protocols, category, confidence, origin, sources, environment, revision)
    VALUES ('own-${id}', 'billing', ${firstPort}, ${lastPort}, '["tcp"]', 'other', 'documented', 'own', '[]', ${place}, 1);`;
}
