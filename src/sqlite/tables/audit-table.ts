import type { AuditAction, AuditFilter, AuditKind, AuditRow } from '../../registry/audit.ts';
import type { Author } from '../../registry/own/token.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Connection } from '../file/database.ts';

/** One write, as it happens: what stood there and what stands there since. */
export interface Written {
  readonly kind: AuditKind;
  /** The id or name of what was written. */
  readonly key: string;
  /** Null for something new. */
  readonly before: AuditRow['before'];
  /** Null for something that was deleted. */
  readonly after: AuditRow['after'];
}

/**
 * Adds a row to the audit. It belongs into the transaction of the write that it tells of.
 *
 * @param db - A connection in a transaction.
 * @param written - What was written.
 * @param by - Who wrote.
 */
export function audit(db: Connection, { kind, key, before, after }: Written, by: Author): void {
  const action: AuditAction = before === null ? 'create' : after === null ? 'delete' : 'update';
  db.prepare(
    'INSERT INTO audit (at, token, request_id, action, kind, key, "before", "after") VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(new Date().toISOString(), by.token, by.requestId, action, kind, key, toJson(before), toJson(after));
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** What each filter compares. */
const CONDITIONS: { readonly [Name in keyof AuditFilter]: string } = {
  token: 'token = ?',
  action: 'action = ?',
  id: 'key = ?',
  requestId: 'request_id = ?',
  since: 'at >= ?',
  until: 'at < ?',
};

/**
 * Lists writes, the newest first.
 *
 * @param db - Any connection.
 * @param filter - Which ones.
 * @param page - Which part of them.
 */
export function auditPage(db: Connection, filter: AuditFilter, page: PageRequest): Page<AuditRow> {
  const asked = Object.entries(filter).filter(([, value]) => value !== null) as [keyof AuditFilter, string][];
  const conditions = asked.map(([name]) => CONDITIONS[name]).join(' AND ');
  const from = `FROM audit ${conditions === '' ? '' : `WHERE ${conditions}`}`;
  const values = asked.map(([, value]) => value);
  const columns = 'id, at, token, request_id AS requestId, action, kind, key, "before", "after"';
  const size = new AnswerSize();
  const stored = db
    .prepare<unknown[], StoredAudit>(`SELECT ${columns} ${from} ORDER BY id DESC LIMIT ? OFFSET ?`)
    .iterate(...values, page.limit, page.offset);
  const rows: StoredAudit[] = [];
  for (const row of stored) rows.push(size.count(row));
  const count = db
    .prepare(`SELECT count(*) ${from}`)
    .pluck()
    .get(...values) as number;
  return { count, results: rows.map((row) => ({ ...row, before: fromJson(row.before), after: fromJson(row.after) })) };
}

type StoredAudit = Omit<AuditRow, 'before' | 'after'> & { before: string | null; after: string | null };

function fromJson(text: string | null): AuditRow['before'] {
  return text === null ? null : JSON.parse(text);
}
