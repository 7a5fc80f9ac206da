import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import { hashAuditRow } from '../../src/sqlite/file/audit-chain.ts';
import { applyMigrations } from '../../src/sqlite/file/migrate.ts';
import { PROJECT } from './portolan-process.ts';
import { tokenNamed } from './tokens.ts';

/** The application id of Portolan in a SQLite file. */
const APPLICATION_ID = 0x506f7274;

const FOLDER = join(PROJECT, 'migrations');

/** The migrations, in their order. */
export const MIGRATIONS: readonly string[] = readdirSync(FOLDER).sort();

type Row = Readonly<Record<string, string | number | null>>;

const LIST = { date: '2020-01-01', imported_at: '2020-01-02T00:00:00.000Z', sha256: 'older' };
const USE = {
  used_by: null,
  note: null,
  protocols: '["tcp"]',
  category: 'other',
  confidence: 'documented',
  sources: '[]',
};
const CELLS = {
  assignee: '',
  contact: '',
  registration_date: '',
  modification_date: '',
  reference: '[RFC4251]',
  service_code: '',
  unauthorized_use_reported: '',
  assignment_notes: '',
};

const AUDIT = {
  id: 41,
  event: 41,
  at: LIST.imported_at,
  token: 'ci',
  tokenId: null,
  requestId: 'r1',
  idempotencyKey: null,
  requestHash: null,
  reservationKey: null,
  action: 'create',
  kind: 'association',
  key: 'own-000000000002',
  before: null,
  after: '{"name":"harbour crane"}',
} as const;

/** The rows of an installation. Columns that an earlier schema lacks are omitted. */
const ROWS: readonly (readonly [table: string, row: Row])[] = [
  ['list', { ...LIST, name: 'assignments', origin: 'iana', source: 'our mirror', row_count: 1, bundled: 0 }],
  ['list', { ...LIST, name: 'associations', origin: 'informal', source: 'bundled', row_count: 1, bundled: 1 }],
  [
    'assignment',
    {
      ...CELLS,
      id: 1,
      service_name: 'ssh',
      port_number: '22',
      transport_protocol: 'tcp',
      description: "Our mirror's own words",
      first_port: 22,
      last_port: 22,
      state: 'assigned',
    },
  ],
  ['assignment_span', { id: 1, first_port: 22, last_port: 22 }],
  [
    'association',
    {
      ...USE,
      id: 'own-000000000001',
      name: 'quayside lamp',
      used_by: 'Crew',
      first_port: 20022,
      last_port: 20023,
      protocols: '["tcp","udp"]',
      origin: 'own',
      note: 'Züri "1"',
      sources: '[{"title":"Wiki","url":"https://wiki.example.org/1"}]',
      owner: 'payments',
      contact: 'pay@example.org',
      environment: 'production',
      link: 'https://wiki.example.org/3',
      tags: '["a","b"]',
      revision: 7,
    },
  ],
  [
    'association',
    { ...USE, id: 'own-000000000002', name: 'harbour crane', first_port: 9, last_port: 9, origin: 'own', revision: 1 },
  ],
  [
    'token',
    {
      id: 'token-000000000001',
      name: 'ci',
      sha256: sha256(Buffer.from(tokenNamed('ci'))),
      scope: 'admin',
      created_at: LIST.imported_at,
    },
  ],
  [
    'token',
    {
      id: 'token-000000000002',
      name: 'gone',
      sha256: sha256(Buffer.from(tokenNamed('gone'))),
      scope: 'write',
      created_at: LIST.imported_at,
      revoked_at: LIST.imported_at,
    },
  ],
  ['audit', { ...AUDIT, request_id: AUDIT.requestId, hash: hashAuditRow(null, AUDIT) }],
  ['pool', { name: 'payments', ranges: '[{"firstPort":20000,"lastPort":20099}]', protocols: '["tcp"]', owner: 'crew' }],
];

/**
 * Creates the database of an earlier version, with own entries and an operator's import.
 *
 * @param path - The SQLite file, which must not exist.
 * @param version - The version of its schema, from 1.
 */
export function makeEarlierDatabase(path: string, version: number): void {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma(`application_id = ${APPLICATION_ID}`);
    applyMigrations(db, 0, version);
    db.pragma(`user_version = ${version}`);
    for (const [table, row] of ROWS) insert(db, table, row);
  } finally {
    db.close();
  }
}

function insert(db: Database.Database, table: string, row: Row): void {
  const known = columnsOf(db, table);
  const columns = Object.keys(row).filter((column) => known.includes(column));
  if (columns.length === 0) return;
  const names = columns.map((column) => `"${column}"`).join(', ');
  const values = columns.map((column) => `@${column}`).join(', ');
  db.prepare(`INSERT INTO ${table} (${names}) VALUES (${values})`).run(row);
}

/**
 * Reads all rows without their derived columns.
 *
 * @param path - The SQLite file, which is not changed.
 * @returns The rows by table, in a stable order.
 */
export function writtenRows(path: string): Record<string, Row[]> {
  const db = new Database(path);
  try {
    const tables = [...new Set(ROWS.map(([table]) => table))].filter((table) => columnsOf(db, table).length > 0);
    return Object.fromEntries(
      tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all().map(withoutDerived)]),
    );
  } finally {
    db.close();
  }
}

function withoutDerived(row: unknown): Row {
  const { derivation, name_words, text_words, search_keys, ...written } = row as Row;
  return written;
}

function columnsOf(db: Database.Database, table: string): unknown[] {
  return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}
