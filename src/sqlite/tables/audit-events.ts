import type { AuditAction, AuditEvent, AuditFilter, AuditRow } from '../../registry/audit.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { SELECT_AUDIT, type StoredAudit } from '../file/audit-chain.ts';
import type { Connection } from '../file/database.ts';
import { auditCondition, fromStored } from './audit-table.ts';

/** The writes of an event that are listed. */
const LISTED_WRITES = 10;

/** The events that one step reads, with 10 writes of 2 kB each: 2 ms. */
const STEP_EVENTS = 20;

/**
 * Lists events in steps: the writes of one transaction each, the newest first.
 *
 * @param db - Any connection.
 * @param filter - Selects events with a matching write.
 * @param page - The page.
 */
export function* auditEvents(db: Connection, filter: AuditFilter, page: PageRequest): Steps<Page<AuditEvent>> {
  const { from, values } = auditCondition(filter);
  const count = db
    .prepare(`SELECT count(DISTINCT event) ${from}`)
    .pluck()
    .get(...values) as number;
  const events = db
    .prepare(`SELECT DISTINCT event ${from} ORDER BY event DESC LIMIT ? OFFSET ?`)
    .pluck()
    .all(...values, page.limit, page.offset) as number[];
  const counted = db.prepare<[number], { readonly action: AuditAction; readonly count: number }>(
    'SELECT action, count(*) AS count FROM audit WHERE event = ? GROUP BY action',
  );
  const first = db.prepare<[number], Pick<AuditEvent, 'event' | 'at' | 'token' | 'tokenId' | 'requestId'>>(
    'SELECT event, at, token, token_id AS tokenId, request_id AS requestId FROM audit WHERE id = ?',
  );
  const matching = db.prepare<unknown[], StoredAudit>(
    `SELECT ${SELECT_AUDIT} ${from} ${values.length === 0 ? 'WHERE' : 'AND'} event = ? ORDER BY event, id LIMIT ${LISTED_WRITES}`,
  );
  const last = db.prepare<[number], string>('SELECT hash FROM audit WHERE event = ? ORDER BY id DESC LIMIT 1').pluck();
  const size = new AnswerSize();
  const results: AuditEvent[] = [];
  for (const event of events) {
    if (results.length % STEP_EVENTS === 0) yield;
    const counts = { create: 0, update: 0, delete: 0 };
    for (const { action, count: number } of counted.all(event)) counts[action] = number;
    const writes = matching.all(...values, event).map((row) => fromStored(size.count(row)));
    const { at, token, tokenId, requestId } = first.get(event) ?? (writes[0] as AuditRow);
    results.push({ event, at, token, tokenId, requestId, counts, writes, hash: last.get(event) ?? '' });
  }
  return { count, results };
}
