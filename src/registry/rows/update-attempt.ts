import type { ErrorCode } from '../values/registry-error.ts';

/** How the last attempt to update the official rows ended, as it is kept. Times are UTC, ISO 8601 with milliseconds. */
export interface UpdateAttempt {
  readonly triedAt: string;
  /** `changed` brought other rows, `unchanged` found the ones that are loaded, `failed` left everything as it was. */
  readonly result: 'changed' | 'unchanged' | 'failed';
  /** Why it failed; null where it did not. */
  readonly failure: ErrorCode | null;
  /** When one last ended well; null for never. */
  readonly succeededAt: string | null;
  /** From when on the rows are stale, unless an update ends well before. */
  readonly staleAt: string;
}

/** What answers tell of updates. */
export interface UpdateInfo extends Pick<UpdateAttempt, 'triedAt' | 'result' | 'succeededAt'> {
  /** True when no update has ended well for as many days as `UPDATE_STALE_DAYS` says. */
  readonly stale: boolean;
  /** Why the last one failed, in a sentence; null where it did not. The server's log says more. */
  readonly detail: string | null;
}

/** What can be said to anybody: the error itself may name a place that is nobody else's business. */
const DETAILS: Readonly<Record<ErrorCode, string>> = {
  invalid_argument: 'The file was refused: it cannot be what follows on the registry that is loaded.',
  not_found: 'There was no file.',
  unavailable: 'The file could not be fetched, or the database not be written.',
  conflict: 'Another import came in between.',
  stale: 'Another import came in between.',
  too_large: 'The file is too large.',
  unauthorized: 'The file could not be fetched.',
  forbidden: 'The file could not be fetched.',
  internal: 'Something unexpected went wrong.',
};

/**
 * Tells of an attempt as it is seen now.
 *
 * @param attempt - The attempt.
 * @param now - The time, in milliseconds since 1970.
 */
export function toUpdateInfo(attempt: UpdateAttempt, now: number): UpdateInfo {
  const { triedAt, result, failure, succeededAt, staleAt } = attempt;
  const detail = failure === null ? null : DETAILS[failure];
  return { triedAt, result, succeededAt, stale: Date.parse(staleAt) <= now, detail };
}
