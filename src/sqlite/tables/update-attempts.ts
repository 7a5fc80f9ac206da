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
 * Stores the outcome of an update of the official rows.
 *
 * @param db - A connection for writing.
 * @param outcome - The outcome.
 * @param staleDays - The number of days without a successful update after which the rows are stale.
 */
export function storeUpdate(db: Connection, { result, failure }: UpdateOutcome, staleDays: number): void {
  const now = new Date();
  const time = now.toISOString();
  const staleAt = new Date(now.valueOf() + staleDays * DAY_MS).toISOString();
  const succeededAt = result === 'failed' ? null : time;
  // A failure keeps the time of the last success, and so the time from which the rows are stale.
  db.prepare(
    `INSERT INTO update_attempt (list, tried_at, result, failure, succeeded_at, stale_at)
     VALUES ('assignments', ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at,
     result = excluded.result, failure = excluded.failure,
     succeeded_at = coalesce(excluded.succeeded_at, succeeded_at),
     stale_at = iif(excluded.succeeded_at IS NULL, stale_at, excluded.stale_at)`,
  ).run(time, result, failure, succeededAt, staleAt);
}
