import type { UpdateAttempt } from '../../registry/rows/update-attempt.ts';
import { looksLikeTime } from '../../registry/values/day.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';

const RESULTS: readonly unknown[] = ['changed', 'unchanged', 'failed'];

/**
 * Parses the result of the last update, which another node has stored.
 *
 * @param text - The result, as JSON.
 * @throws {RegistryError} `unavailable` when it is not as an update stores it.
 */
export function parseAttempt(text: string): UpdateAttempt {
  try {
    const { triedAt, result, failure, succeededAt, staleAt } = JSON.parse(text) as Record<string, unknown>;
    const times = [triedAt, staleAt, succeededAt ?? triedAt];
    const isFailure = result === 'failed' ? typeof failure === 'string' : failure === null;
    if (
      RESULTS.includes(result) &&
      isFailure &&
      times.every((time) => typeof time === 'string' && looksLikeTime(time))
    ) {
      return { triedAt, result, failure, succeededAt, staleAt } as UpdateAttempt;
    }
  } catch {
    // Reported below.
  }
  throw new RegistryError(
    'unavailable',
    'Cannot read the shared register: its last update is not as an update stores it',
  );
}
