import type { AuditFilter, AuditHead, AuditRow } from '../../registry/audit.ts';
import type { OwnChange } from '../../registry/own/own-change.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { SELECT_AUDIT, type StoredAudit } from '../file/audit-chain.ts';
import type { Connection } from '../file/database.ts';

/** The SQL condition of each filter. */
const CONDITIONS: { readonly [Name in keyof AuditFilter]: string } = {
  token: 'token = ?',
  action: 'action = ?',
  event: 'event = ?',
  id: 'key = ?',
  requestId: 'request_id = ?',
  idempotencyKey: 'event IN (SELECT event FROM audit WHERE idempotency_key = ?)',
  reservationKey: 'reservation_key = ?',
  since: 'at >= ?',
  until: 'at < ?',
};

/** The filters with an index of few rows each. Without them, all rows of the index `audit_list` are read: it has what others compare. */
const SELECTIVE: readonly (keyof AuditFilter)[] = ['event', 'id', 'requestId', 'idempotencyKey', 'reservationKey'];

/**
 * Returns the FROM and WHERE clauses of a filter, and the values of their parameters.
 *
 * @param filter - The filter.
 */
export function auditCondition(filter: AuditFilter): {
  readonly from: string;
  readonly values: readonly (string | number)[];
} {
  const filters = Object.entries(filter).filter(([, value]) => value !== null) as [
    keyof AuditFilter,
    string | number,
  ][];
  const conditions = filters.map(([name]) => CONDITIONS[name]).join(' AND ');
  const isSelective = filters.some(([name]) => SELECTIVE.includes(name));
  return {
    from: `FROM audit ${isSelective ? '' : 'INDEXED BY audit_list '}${conditions === '' ? '' : `WHERE ${conditions}`}`,
    values: filters.map(([, value]) => value),
  };
}

/** The rows that one step reads: 100 of 2 kB each take 1 ms to read and parse. */
const STEP_ROWS = 100;

/**
 * Lists writes in steps, the newest first.
 *
 * @param db - Any connection.
 * @param filter - Narrows the list.
 * @param page - The page.
 */
export function* auditPage(db: Connection, filter: AuditFilter, page: PageRequest): Steps<Page<AuditRow>> {
  const { from, values } = auditCondition(filter);
  const count = db.prepare<unknown[], number>(`SELECT count(*) ${from}`).pluck();
  const ids = db
    .prepare<unknown[], number>(`SELECT id ${from} ORDER BY event DESC, id DESC LIMIT ? OFFSET ?`)
    .pluck()
    .all(...values, page.limit, page.offset);
  const total = count.get(...values) ?? 0;
  const select = db.prepare<[number], StoredAudit>(`SELECT ${SELECT_AUDIT} FROM audit WHERE id = ?`);
  const size = new AnswerSize();
  const results: AuditRow[] = [];
  for (const id of ids) {
    if (results.length % STEP_ROWS === 0) yield;
    results.push(fromStored(size.count(select.get(id) as StoredAudit)));
  }
  return { count: total, results };
}

/**
 * Lists writes of own entries without their authors, the newest first.
 *
 * @param db - Any connection.
 * @param before - Only writes with a lower id; null for all.
 * @param limit - The most writes.
 */
export function ownChanges(db: Connection, before: number | null, limit: number): OwnChange[] {
  return db
    .prepare<[number, number], Pick<StoredAudit, 'id' | 'at' | 'action' | 'before' | 'after'>>(
      `SELECT id, at, action, "before", "after" FROM audit WHERE kind = 'association' AND id < ? ORDER BY id DESC LIMIT ?`,
    )
    .all(before ?? Number.MAX_SAFE_INTEGER, limit)
    .map((row) => ({ ...row, before: fromJson(row.before), after: fromJson(row.after) }) as OwnChange);
}

/**
 * Finds the writes of a request by its `Idempotency-Key`, in their order.
 *
 * @param db - Any connection.
 * @param tokenId - The id of the token.
 * @param key - The key.
 */
export function writesWithKey(db: Connection, tokenId: string, key: string): AuditRow[] {
  const event = db
    .prepare<[string, string], number>('SELECT event FROM audit WHERE token_id = ? AND idempotency_key = ?')
    .pluck()
    .get(tokenId, key);
  return event === undefined ? [] : eventWrites(db, event);
}

/**
 * Lists the writes of an event, in their order.
 *
 * @param db - Any connection.
 * @param event - The id of its first write.
 */
export function eventWrites(db: Connection, event: number): AuditRow[] {
  const size = new AnswerSize();
  const rows: StoredAudit[] = [];
  const stored = db.prepare<[number], StoredAudit>(`SELECT ${SELECT_AUDIT} FROM audit WHERE event = ? ORDER BY id`);
  for (const row of stored.iterate(event)) rows.push(size.count(row));
  return rows.map(fromStored);
}

/**
 * Returns the last row of the audit log; null for none.
 *
 * @param db - Any connection.
 */
export function auditHead(db: Connection): AuditHead | null {
  return db.prepare<[], AuditHead>('SELECT id, at, hash FROM audit ORDER BY id DESC LIMIT 1').get() ?? null;
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

/**
 * Parses the states of a row.
 *
 * @param row - The row.
 */
export function fromStored(row: StoredAudit): AuditRow {
  return { ...row, before: fromJson(row.before), after: fromJson(row.after) };
}

function fromJson(text: string | null): AuditRow['before'] {
  return text === null ? null : JSON.parse(text);
}
