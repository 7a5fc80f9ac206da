import { type ErrorDetails, RegistryError } from '../../registry/values/registry-error.ts';
import { toRegistryError } from '../file/database.ts';
import type { OwnWriting } from './own-writes.ts';

/** A write for a thread. */
export interface WriteJob {
  /** Identifies the job in its outcome. */
  readonly number: number;
  readonly method: keyof OwnWriting;
  readonly values: readonly unknown[];
}

/** The outcome of a write. The structured clone between threads loses the class of an error. */
export type WriteOutcome = { readonly number: number } & (
  | { readonly value: unknown }
  | { readonly refusal: ErrorDetails & Pick<RegistryError, 'code' | 'message'> }
  | { readonly failure: unknown }
);

/**
 * Returns the error for a write of which it is unknown whether it was made: the connection or the thread ended before the outcome.
 *
 * @param cause - The reason, for the log.
 */
export function unknownOutcome(cause: unknown): RegistryError {
  const message = 'The write was cut off: look whether it was made before you try again';
  return new RegistryError('unavailable', message, { cause });
}

/**
 * Returns the outcome of a write that failed.
 *
 * @param number - The number of its job.
 * @param error - The caught error.
 */
export function failedOutcome(number: number, error: unknown): WriteOutcome {
  const translated = toRegistryError(error);
  if (!(translated instanceof RegistryError)) return { number, failure: error };
  const { code, message, parameter, suggestions, errors, holders, cause } = translated;
  const details = Object.entries({ parameter, suggestions, errors, holders, cause }).filter(
    ([, value]) => value !== undefined,
  );
  return { number, refusal: { code, message, ...Object.fromEntries(details) } };
}
