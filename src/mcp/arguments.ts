import { nearest } from '../registry/values/nearest.ts';
import { quoteInput, quoteValue, RegistryError } from '../registry/values/registry-error.ts';
import type { Query } from '../rest/query.ts';
import type { Arguments } from './tool.ts';

/** The most elements of a list: more than any argument may have. */
const LONGEST_LIST = 1_000;

/**
 * Checks that a call has only arguments that its tool knows. Leaves out arguments that are null: models send them for
 * arguments without a value.
 *
 * @param given - The arguments of the call.
 * @param known - The names of the arguments of the tool.
 * @throws {RegistryError} `invalid_argument` for an unknown argument, with the nearest known one.
 */
export function checkArguments(given: Arguments, known: readonly string[]): Arguments {
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  for (const [name] of present) if (!known.includes(name)) throw unknownArgument(name, known);
  return Object.fromEntries(present);
}

/**
 * Converts arguments to query parameters of REST, which parses their values.
 *
 * @param given - The arguments, from `checkArguments`.
 * @throws {RegistryError} `invalid_argument` for a value that is no text, number, boolean or list of them.
 */
export function toQuery(given: Arguments): Map<string, string> {
  // As of a URL, text is well-formed: a lone surrogate of JSON's \u becomes U+FFFD.
  return new Map(Object.entries(given).map(([name, value]) => [name, toText(name, value).toWellFormed()]));
}

/**
 * Returns a required argument.
 *
 * @param query - The arguments, from `toQuery`.
 * @param name - The name of the argument.
 * @param expected - What is expected, for the error.
 * @throws {RegistryError} `invalid_argument` without it.
 */
export function requireArgument(query: Query, name: string, expected: string): string {
  const value = query.get(name);
  if (value !== undefined && value !== '') return value;
  throw new RegistryError('invalid_argument', `Argument ${name} is missing: expected ${expected}`, { parameter: name });
}

function toText(name: string, value: unknown): string {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value) && value.length <= LONGEST_LIST && value.every(isScalar)) return value.join(',');
  const detail = `Cannot read argument ${name} ${quoteValue(value)}: expected a text, a number, true, false or a list of at most ${LONGEST_LIST} of them`;
  throw new RegistryError('invalid_argument', detail, { parameter: name });
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function unknownArgument(name: string, known: readonly string[]): RegistryError {
  const [meant] = nearest(name, known, 1);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return new RegistryError('invalid_argument', `Unknown argument ${quoteInput(name)}: ${hint}`, { parameter: name });
}
