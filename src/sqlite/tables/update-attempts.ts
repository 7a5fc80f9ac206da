import type { UpdateAttempt } from '../../registry/rows/update-attempt.ts';
import { DAY_MS } from '../../registry/values/day.ts';
import type { ErrorCode } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';

/** The outcome of an update. */
export type UpdateOutcome =
  | { readonly result: 'changed' | 'unchanged'; readonly failure: null }
  | { readonly result: 'failed'; readonly failure: ErrorCode };

/**
 * Returns the last attempt to update the official rows.
 *
 * @param db - Any connection.
 * @returns Null before the first attempt.
 */
export function lastUpdate(db: Connection): UpdateAttempt | null {
  const columns = 'tried_at AS triedAt, result, failure, succeeded_at AS succeededAt, stale_at AS staleAt';
  const sql = `SELECT ${columns} FROM update_attempt WHERE list = 'assignments'`;
  return db.prepare<[], UpdateAttempt>(sql).get() ?? null;
}

/**
 * Returns the state after an update of the official rows: a failure keeps the time of the last success, and so the time from
 * which the rows are stale.
 *
 * @param last - The state before; null before the first attempt.
 * @param outcome - The outcome.
 * @param staleDays - The number of days without a successful update after which the rows are stale.
 */
export function nextAttempt(
  last: UpdateAttempt | null,
  { result, failure }: UpdateOutcome,
  staleDays: number,
): UpdateAttempt {
  const now = new Date();
  const triedAt = now.toISOString();
  const staleAt = new Date(now.valueOf() + staleDays * DAY_MS).toISOString();
  if (result !== 'failed') return { triedAt, result, failure, succeededAt: triedAt, staleAt };
  return { triedAt, result, failure, succeededAt: last?.succeededAt ?? null, staleAt: last?.staleAt ?? staleAt };
}

/**
 * Stores the state of updates.
 *
 * @param db - A connection for writing.
 * @param attempt - The state.
 */
export function storeAttempt(db: Connection, { triedAt, result, failure, succeededAt, staleAt }: UpdateAttempt): void {
  db.prepare(
    `INSERT OR REPLACE INTO update_attempt (list, tried_at, result, failure, succeeded_at, stale_at)
     VALUES ('assignments', ?, ?, ?, ?, ?)`,
  ).run(triedAt, result, failure, succeededAt, staleAt);
}

/**
 * Stores the outcome of an update of the official rows.
 *
 * @param db - A connection for writing.
 * @param outcome - The outcome.
 * @param staleDays - The number of days without a successful update after which the rows are stale.
 */
export function storeUpdate(db: Connection, outcome: UpdateOutcome, staleDays: number): void {
  storeAttempt(db, nextAttempt(lastUpdate(db), outcome, staleDays));
}
