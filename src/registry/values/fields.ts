import { nearest } from './nearest.ts';
import { LAST_PORT } from './port-number.ts';
import { type Fault, quoteInput, quoteValue, RegistryError, shorten } from './registry-error.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from './transport-protocol.ts';

/** A parsed value, or what was expected instead. */
export type Parsed<Value> = { readonly value: Value } | { readonly expected: string };

/** A field that a client may write. */
export interface Field<Value> {
  /** The value that null stands for; undefined where the field cannot be null. */
  readonly fallback?: Value | null;
  readonly parse: (value: unknown) => Parsed<Value>;
}

/** The most faults that an error lists. The others are only counted. */
export const MOST_FAULTS = 100;

/** The faults of one input. */
export class Faults {
  readonly #listed: Fault[] = [];
  #count = 0;

  /**
   * Adds a fault.
   *
   * @param describe - Describes the fault. Not called after `MOST_FAULTS` faults: a body may have a million of them.
   */
  add(describe: () => Fault): void {
    if (this.#count++ < MOST_FAULTS) this.#listed.push(describe());
  }

  /**
   * Checks that there are no faults.
   *
   * @param describe - Describes the first fault in the message; by default with its sentence alone.
   * @throws {RegistryError} `invalid_argument`. The message describes the first fault and counts the others; `errors`
   *   lists the first `MOST_FAULTS`.
   */
  check(describe = ({ detail }: Fault) => detail): void {
    if (this.#count === 0) return;
    const more = this.#count - 1;
    const rest = more === 0 ? '' : `; and ${more} more ${more === 1 ? 'fault' : 'faults'}`;
    const errors = this.#listed.filter(({ parameter }) => parameter !== '');
    const message = `${this.#listed.slice(0, 1).map(describe)}${rest}`;
    throw new RegistryError('invalid_argument', message, errors.length === 0 ? {} : { errors });
  }
}

/** The largest list, in elements. */
export const LONGEST_LIST = 20;

/** The fields that only the server writes. */
const SERVER_FIELDS: readonly string[] = [
  'id',
  'prominence',
  'origin',
  'approvedBy',
  'approvedAt',
  'revision',
  'used',
  'free',
];

/**
 * Parses the fields of an object that a client wrote. The result lacks the fields that the input lacks and those with a
 * fault.
 *
 * @param input - Any value of JSON.
 * @param fields - The fields that the object may have.
 * @param path - The path of the object in the input, such as `[2]`; empty for the whole input.
 * @param example - An example of a valid object, for the error.
 * @param faults - Collects the faults.
 */
export function parseFields<Values>(
  input: unknown,
  fields: Readonly<Record<string, Field<unknown>>>,
  path: string,
  example: string,
  faults: Faults,
): Partial<Values> {
  if (!isObject(input)) {
    const what = path === '' ? 'the body' : `entry ${path}`;
    const detail = `Cannot read ${what}: expected an object such as ${example}`;
    faults.add(() => ({ parameter: path, detail }));
    return {};
  }
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const value = input[name];
    if (field === undefined) faults.add(() => unknownField(name, path, Object.keys(fields)));
    else if (value !== undefined) {
      const hasFallback = value === null && field.fallback !== undefined;
      const parsed = hasFallback ? { value: field.fallback } : field.parse(value);
      if ('value' in parsed) values[name] = parsed.value;
      else faults.add(() => faultAt(name, path, value, parsed.expected));
    }
  }
  return values as Partial<Values>;
}

function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/**
 * Adds a fault if a required field is missing.
 *
 * @param name - The field.
 * @param input - The object. `parseFields` has added a fault already if it is not an object or the field is invalid.
 * @param path - The path of the object in the input.
 * @param faults - Collects the fault.
 */
export function requireField(name: string, input: unknown, path: string, faults: Faults): void {
  if (!isObject(input) || input[name] !== undefined) return;
  const parameter = joinPath(path, name);
  faults.add(() => ({ parameter, detail: `Missing field "${parameter}"` }));
}

/**
 * Returns the fault of a field with an invalid value.
 *
 * @param name - The field.
 * @param path - The path of its object in the input.
 * @param value - The value.
 * @param expected - What was expected.
 */
export function faultAt(name: string, path: string, value: unknown, expected: string): Fault {
  const parameter = joinPath(path, name);
  return { parameter, detail: `Cannot read ${parameter} ${quoteValue(value)}: expected ${expected}` };
}

function unknownField(name: string, path: string, known: readonly string[]): Fault {
  const parameter = joinPath(path, shorten(name));
  if (SERVER_FIELDS.includes(name))
    return { parameter, detail: `Cannot write field "${parameter}": the server makes it` };
  const [meant] = nearest(name, known, 1);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return { parameter, detail: `Unknown field ${quoteInput(parameter)}: ${hint}` };
}

function joinPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/**
 * Matches a control character, and a character that is invisible or changes the direction of text: two names that differ in one
 * look the same (Unicode Technical Report 36, section 2).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Returns a parser of texts of one line, such as names.
 *
 * @param most - The longest text, in characters.
 */
export function text(most: number): (value: unknown) => Parsed<string> {
  return textWithout(INVISIBLE, 'control or invisible characters', most);
}

/**
 * Returns a parser of texts of several lines. They may have invisible characters, which some languages need.
 *
 * @param most - The longest text, in characters.
 */
export function multilineText(most: number): (value: unknown) => Parsed<string> {
  return textWithout(/[^\P{Cc}\n\r\t]/u, 'control characters', most);
}

function textWithout(forbidden: RegExp, words: string, most: number): (value: unknown) => Parsed<string> {
  const expected = `a text of 1 to ${most} characters without ${words}`;
  return (value) => {
    const isText = typeof value === 'string' && value.trim() !== '' && value.length <= most * 2;
    const fits = isText && value.isWellFormed() && [...value].length <= most && !forbidden.test(value);
    return fits ? { value } : { expected };
  };
}

/**
 * Parses a port number.
 *
 * @param value - Any value of JSON.
 */
export function portNumber(value: unknown): Parsed<number> {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_PORT;
  return isPort ? { value } : { expected: `an integer from 0 to ${LAST_PORT}` };
}

/**
 * Returns a parser of words, in any case.
 *
 * @param words - The valid words, in lower case.
 */
export function word<Word extends string>(words: readonly Word[]): (value: unknown) => Parsed<Word> {
  return (value) => {
    const written = typeof value === 'string' ? value.toLowerCase() : undefined;
    const found = words.find((known) => known === written);
    return found === undefined ? { expected: `one of ${words.join(', ')}` } : { value: found };
  };
}

/**
 * Parses a list of transport protocols, in any case and order.
 *
 * @param value - Any value of JSON.
 * @returns The protocols, each once, in the order of `TRANSPORT_PROTOCOLS`.
 */
export function protocols(value: unknown): Parsed<readonly TransportProtocol[]> {
  const expected = `a list of ${TRANSPORT_PROTOCOLS.join(', ')}, each at most once`;
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return { expected };
  const written = value.map((one) => one.toLowerCase());
  const found = TRANSPORT_PROTOCOLS.filter((protocol) => written.includes(protocol));
  return found.length > 0 && found.length === written.length ? { value: found } : { expected };
}

/**
 * Returns a parser of lists without duplicates.
 *
 * @param name - The plural name of the elements, for the error.
 * @param parse - Parses one element.
 * @param most - The largest list, in elements.
 */
export function listOf<Item>(
  name: string,
  parse: (value: unknown) => Parsed<Item>,
  most = LONGEST_LIST,
): (value: unknown) => Parsed<readonly Item[]> {
  return (value) => {
    const expected = `a list of at most ${most} ${name}`;
    if (!Array.isArray(value) || value.length > most) return { expected };
    const items = value.map(parse);
    const fault = items.find((item) => 'expected' in item);
    if (fault !== undefined) return { expected: `${expected}, each ${fault.expected}` };
    const found = items.flatMap((item) => ('value' in item ? [item.value] : []));
    return new Set(found).size === found.length ? { value: found } : { expected };
  };
}
