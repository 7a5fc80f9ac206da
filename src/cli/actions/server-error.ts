import { type ErrorDetails, type Fault, RegistryError } from '../../registry/values/registry-error.ts';
import { escapeControls } from '../terminal/terminal-text.ts';

/** The most faults of an error. */
const MAX_FAULTS = 100;

/** The fields that are read of an error body: untrusted, of any type. */
export type ErrorBody = Partial<Record<'detail' | 'errors' | 'suggestions', unknown>>;

/**
 * Converts the error response of a server, which is untrusted. A body without a `detail` is reported by its status.
 *
 * @param root - The URL of the server.
 * @param response - The status and the header.
 * @param body - The body, as JSON; empty for another one.
 */
export function serverError(
  root: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  { detail, errors, suggestions }: ErrorBody,
): RegistryError {
  const [, wait] = /^(\d{1,9})$/.exec(headers.get('Retry-After') ?? '') ?? [];
  const retryHint = wait === undefined ? '' : ` (again in ${wait} s)`;
  if (typeof detail !== 'string') return unavailable(`${root} answers with status ${status}${retryHint}`);
  const message = escapeControls(truncate(detail, 2_000));
  const more = Array.isArray(suggestions)
    ? { suggestions: suggestions.slice(0, 10).filter(isText).map(truncateName) }
    : {};
  if (status === 401) return unavailable(`${message} (the command sends PORTOLAN_TOKEN)`);
  if (status !== 400) return unavailable(`${message}${retryHint}`, more);
  const faults = Array.isArray(errors) ? errors.slice(0, MAX_FAULTS).flatMap(readFault) : [];
  const parameter = faults[0]?.parameter ?? 'path';
  // A fault of a file is not a usage error.
  if (/^line \d/.test(parameter)) return new RegistryError('invalid_argument', message, { ...more, errors: faults });
  return new RegistryError('invalid_argument', message, { ...more, parameter });
}

function readFault(fault: unknown): Fault[] {
  const { parameter, detail } = (fault ?? {}) as Partial<Record<keyof Fault, unknown>>;
  if (!isText(parameter) || !isText(detail)) return [];
  return [{ parameter: truncateName(parameter), detail: escapeControls(truncate(detail, 500)) }];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function truncateName(name: string): string {
  return escapeControls(truncate(name, 100));
}

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

function unavailable(message: string, details: ErrorDetails = {}): RegistryError {
  return new RegistryError('unavailable', message, details);
}
