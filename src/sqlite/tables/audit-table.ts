import type { AuditAction, AuditFilter, AuditKind, AuditRow } from '../../registry/audit.ts';
import type { Author } from '../../registry/own/token.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Connection } from '../file/database.ts';

/** One write: the values before and after it. */
export interface Written {
  readonly kind: AuditKind;
  /** The id or name of the written object. */
  readonly key: string;
  /** Null for a new object. */
  readonly before: AuditRow['before'];
  /** Null for a deleted object. */
  readonly after: AuditRow['after'];
}

/**
 * Adds a row to the audit log. Must be called inside the transaction of the write that it records.
 *
 * @param db - A connection in a transaction.
 * @param written - The write.
 * @param by - The author.
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

/** The SQL condition of each filter. */
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
 * @param filter - Narrows the list.
 * @param page - The page.
 */
export function auditPage(db: Connection, filter: AuditFilter, page: PageRequest): Page<AuditRow> {
  const filters = Object.entries(filter).filter(([, value]) => value !== null) as [keyof AuditFilter, string][];
  const conditions = filters.map(([name]) => CONDITIONS[name]).join(' AND ');
  const from = `FROM audit ${conditions === '' ? '' : `WHERE ${conditions}`}`;
  const values = filters.map(([, value]) => value);
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

/**
 * Finds the times of the last writes of own entries.
 *
 * @param db - Any connection.
 * @param ids - The ids of the entries.
 */
export function lastWrites(db: Connection, ids: readonly string[]): ReadonlyMap<string, string> {
  const find = db
    .prepare<[string], string>("SELECT at FROM audit WHERE key = ? AND kind = 'association' ORDER BY id DESC LIMIT 1")
    .pluck();
  return new Map(
    ids.flatMap((id) => {
      const at = find.get(id);
      return at === undefined ? [] : [[id, at] as const];
    }),
  );
}

type StoredAudit = Omit<AuditRow, 'before' | 'after'> & { before: string | null; after: string | null };

function fromJson(text: string | null): AuditRow['before'] {
  return text === null ? null : JSON.parse(text);
}
