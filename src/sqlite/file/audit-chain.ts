import { hash } from 'node:crypto';
import type { AuditRow } from '../../registry/audit.ts';
import type { Connection } from './database.ts';

/** The fields of a row of the audit log as they are stored: `before` and `after` are JSON texts. */
export interface AuditFields extends Omit<AuditRow, 'before' | 'after' | 'hash'> {
  readonly before: string | null;
  readonly after: string | null;
}

/** A row of the audit log as it is stored. */
export type StoredAudit = AuditFields & Pick<AuditRow, 'hash'>;

/** The columns of the fields, in the order in which they are hashed. */
export const AUDIT_COLUMNS: { readonly [Name in keyof AuditFields]: string } = {
  id: 'id',
  event: 'event',
  at: 'at',
  token: 'token',
  tokenId: 'token_id',
  requestId: 'request_id',
  idempotencyKey: 'idempotency_key',
  requestHash: 'request_hash',
  reservationKey: 'reservation_key',
  action: 'action',
  kind: 'kind',
  key: 'key',
  before: '"before"',
  after: '"after"',
};

const FIELD_NAMES = Object.keys(AUDIT_COLUMNS) as (keyof AuditFields)[];

/** Selects the fields and the hash of rows. */
export const SELECT_AUDIT = `${Object.entries(AUDIT_COLUMNS)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ')}, hash`;

/**
 * Returns the hash of a row: the SHA-256, in hexadecimal, of a JSON object in UTF-8 without white space, with `previous`
 * and then the fields in the order of `AUDIT_COLUMNS`. A field without a value is left out, so that a later version can add
 * fields without changing the hashes of existing rows. docs/audit.md describes this form.
 *
 * @param previous - The hash of the row before; null for the first row.
 * @param fields - The fields of the row.
 */
export function hashAuditRow(previous: string | null, fields: AuditFields): string {
  const pairs = FIELD_NAMES.map((name) => [name, fields[name]] as const);
  const present = [['previous', previous] as const, ...pairs].filter(([, value]) => value !== null);
  return hash('sha256', JSON.stringify(Object.fromEntries(present)));
}

/** Rows that the migration reads at once. A row has at most about 100 kB. */
const MIGRATED_ROWS = 100;

/**
 * Copies the rows of the audit log from the time before it was a chain, and drops their table. A step of the migration. The
 * rows of a request that follow each other are one event.
 *
 * @param db - A connection in the transaction of the migration.
 */
export function chainEarlierRows(db: Connection): void {
  const insert = db.prepare(
    `INSERT INTO audit (id, event, at, token, request_id, action, kind, key, "before", "after", hash)
     VALUES (:id, :event, :at, :token, :requestId, :action, :kind, :key, :before, :after, :hash)`,
  );
  let last: StoredAudit | null = null;
  for (const row of earlierRows(db)) {
    last = chainRow(last, row);
    insert.run(last);
  }
  db.exec('DROP TABLE earlier_audit');
}

type EarlierRow = Omit<AuditFields, 'event' | 'tokenId' | 'idempotencyKey' | 'requestHash' | 'reservationKey'>;

function* earlierRows(db: Connection): Generator<EarlierRow> {
  const read = db.prepare<[number], EarlierRow>(
    `SELECT id, at, token, request_id AS requestId, action, kind, key, "before", "after"
     FROM earlier_audit WHERE id > ? ORDER BY id LIMIT ${MIGRATED_ROWS}`,
  );
  for (let rows = read.all(0); rows.length > 0; rows = read.all(rows.at(-1)?.id ?? 0)) yield* rows;
}

function chainRow(last: StoredAudit | null, row: EarlierRow): StoredAudit {
  const isSameEvent = last?.requestId === row.requestId && row.requestId !== null && last.token === row.token;
  const event = isSameEvent ? last.event : row.id;
  const fields = { ...row, event, tokenId: null, idempotencyKey: null, requestHash: null, reservationKey: null };
  return { ...fields, hash: hashAuditRow(last?.hash ?? null, fields) };
}
