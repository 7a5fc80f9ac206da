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
