import type { ErrorCode } from '../values/registry-error.ts';

/** The stored result of the last update of the official rows. Times are UTC, ISO 8601 with milliseconds. */
export interface UpdateAttempt {
  readonly triedAt: string;
  /** `changed`: rows changed; `unchanged`: the file has the loaded rows; `failed`: nothing was changed. */
  readonly result: 'changed' | 'unchanged' | 'failed';
  /** The error code of a failure; null for none. */
  readonly failure: ErrorCode | null;
  /** The time of the last success; null for none. */
  readonly succeededAt: string | null;
  /** The time from which the rows are stale, unless an update succeeds before. */
  readonly staleAt: string;
}

/** The result of the last update, as answers contain it. */
export interface UpdateInfo extends Pick<UpdateAttempt, 'triedAt' | 'result' | 'succeededAt'> {
  /** True if no update has succeeded for `UPDATE_STALE_DAYS` days. */
  readonly stale: boolean;
  /** A sentence on the failure of the last update; null for none. The server's log has the details. */
  readonly detail: string | null;
}

/** Sentences for all clients. The error itself may contain a private address, so only the log has it. */
const DETAILS: Readonly<Record<ErrorCode, string>> = {
  invalid_argument: 'The file was refused: it cannot be a later version of the loaded registry.',
  not_found: 'There was no file.',
  unavailable: 'The file could not be fetched, or the database could not be written.',
  conflict: 'Another import came in between.',
  stale: 'Another import came in between.',
  key_used: 'Another import came in between.',
  too_large: 'The file is too large.',
  unauthorized: 'The file could not be fetched.',
  forbidden: 'The file could not be fetched.',
  internal: 'Something unexpected went wrong.',
};

/**
 * Returns the result of an update for answers.
 *
 * @param attempt - The attempt.
 * @param now - The current time, in milliseconds since 1970.
 */
export function toUpdateInfo(attempt: UpdateAttempt, now: number): UpdateInfo {
  const { triedAt, result, failure, succeededAt, staleAt } = attempt;
  const detail = failure === null ? null : DETAILS[failure];
  return { triedAt, result, succeededAt, stale: Date.parse(staleAt) <= now, detail };
}
