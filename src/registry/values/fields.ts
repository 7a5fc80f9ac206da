import { nearest } from './nearest.ts';
import { LAST_PORT } from './port-number.ts';
import { type Fault, quoteInput, quoteValue, RegistryError, shorten } from './registry-error.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from './transport-protocol.ts';

/** A value that was read, or what was expected in its place. */
export type Read<Value> = { readonly value: Value } | { readonly expected: string };

/** A field that a client writes. */
export interface Field<Value> {
  /** What null stands for; undefined where the field cannot be null. */
  readonly fallback?: Value | null;
  readonly read: (value: unknown) => Read<Value>;
}

/** The most faults that an error lists. It counts the others. */
export const MOST_FAULTS = 100;

/** What is wrong with what a client wrote. */
export class Faults {
  readonly #listed: Fault[] = [];
  #count = 0;

  /**
   * Adds a fault.
   *
   * @param describe - Describes it. Not called for more than `MOST_FAULTS`: a body may hold a million faults.
   */
  add(describe: () => Fault): void {
    if (this.#count++ < MOST_FAULTS) this.#listed.push(describe());
  }

  /**
   * Returns when there are none.
   *
   * @throws {RegistryError} `invalid_argument`: the message tells the first fault and how many more there are, `errors` the
   *   first `MOST_FAULTS`.
   */
  check(): void {
    if (this.#count === 0) return;
    const more = this.#count - 1;
    const rest = more === 0 ? '' : `; and ${more} more ${more === 1 ? 'fault' : 'faults'}`;
    const errors = this.#listed.filter(({ parameter }) => parameter !== '');
    const message = `${this.#listed[0]?.detail}${rest}`;
    throw new RegistryError('invalid_argument', message, errors.length === 0 ? {} : { errors });
  }
}

/** The largest list, in elements. */
const LONGEST_LIST = 20;

/** The fields of rows that no client writes. */
const MADE_FIELDS: readonly string[] = ['id', 'origin', 'revision', 'used', 'free'];

/**
 * Reads the fields of an object that a client wrote; those that are left out are missing in the result.
 *
 * @param input - What was written, of any content.
 * @param fields - The fields that there are.
 * @param place - Where the object stands, such as `[2]`; empty for the whole of the input.
 * @param example - What an object looks like, for who sends something else.
 * @param faults - Gets what is wrong with the others.
 */
export function readFields<Values>(
  input: unknown,
  fields: Readonly<Record<string, Field<unknown>>>,
  place: string,
  example: string,
  faults: Faults,
): Partial<Values> {
  if (!isObject(input)) {
    const what = place === '' ? 'the body' : `entry ${place}`;
    const detail = `Cannot read ${what}: expected an object such as ${example}`;
    faults.add(() => ({ parameter: place, detail }));
    return {};
  }
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const value = input[name];
    if (field === undefined) faults.add(() => unknownField(name, place, Object.keys(fields)));
    else if (value !== undefined) {
      const hasFallback = value === null && field.fallback !== undefined;
      const read = hasFallback ? { value: field.fallback } : field.read(value);
      if ('value' in read) values[name] = read.value;
      else faults.add(() => faultAt(name, place, value, read.expected));
    }
  }
  return values as Partial<Values>;
}

function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/**
 * Adds a fault for a field that must be there and is not.
 *
 * @param name - The field.
 * @param input - The object. What is none has its fault already, and so has a field that cannot be read.
 * @param place - Where the object stands.
 * @param faults - Gets the fault.
 */
export function requireField(name: string, input: unknown, place: string, faults: Faults): void {
  if (!isObject(input) || input[name] !== undefined) return;
  const parameter = joinPlace(place, name);
  faults.add(() => ({ parameter, detail: `Missing field "${parameter}"` }));
}

/**
 * Says what is wrong with the value of a field.
 *
 * @param name - The field.
 * @param place - Where its object stands.
 * @param value - What was written.
 * @param expected - What was expected.
 */
export function faultAt(name: string, place: string, value: unknown, expected: string): Fault {
  const parameter = joinPlace(place, name);
  return { parameter, detail: `Cannot read ${parameter} ${quoteValue(value)}: expected ${expected}` };
}

function unknownField(name: string, place: string, known: readonly string[]): Fault {
  const parameter = joinPlace(place, shorten(name));
  if (MADE_FIELDS.includes(name))
    return { parameter, detail: `Cannot write field "${parameter}": the server makes it` };
  const [meant] = nearest(name, known, 1);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return { parameter, detail: `Unknown field ${quoteInput(parameter)}: ${hint}` };
}

function joinPlace(place: string, field: string): string {
  return place === '' ? field : `${place}.${field}`;
}

/**
 * Makes the reader of a text.
 *
 * @param most - The longest, in characters.
 * @param forbidden - A character that it may not hold; by default any control character.
 */
export function text(most: number, forbidden = /\p{Cc}/u): (value: unknown) => Read<string> {
  const expected = `a text of 1 to ${most} characters without control characters`;
  return (value) => {
    const isText = typeof value === 'string' && value.trim() !== '' && value.length <= most * 2;
    const fits = isText && value.isWellFormed() && [...value].length <= most && !forbidden.test(value);
    return fits ? { value } : { expected };
  };
}

/**
 * Reads a port number.
 *
 * @param value - What was written.
 */
export function portNumber(value: unknown): Read<number> {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_PORT;
  return isPort ? { value } : { expected: `an integer from 0 to ${LAST_PORT}` };
}

/**
 * Makes the reader of a word, in any case.
 *
 * @param words - The words that there are.
 */
export function word<Word extends string>(words: readonly Word[]): (value: unknown) => Read<Word> {
  return (value) => {
    const written = typeof value === 'string' ? value.toLowerCase() : undefined;
    const found = words.find((known) => known === written);
    return found === undefined ? { expected: `one of ${words.join(', ')}` } : { value: found };
  };
}

/**
 * Reads a list of transport protocols, in any case and order.
 *
 * @param value - What was written.
 * @returns Each once, in the order of every answer.
 */
export function protocols(value: unknown): Read<readonly TransportProtocol[]> {
  const expected = `a list of ${TRANSPORT_PROTOCOLS.join(', ')}, each at most once`;
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return { expected };
  const written = value.map((one) => one.toLowerCase());
  const found = TRANSPORT_PROTOCOLS.filter((protocol) => written.includes(protocol));
  return found.length > 0 && found.length === written.length ? { value: found } : { expected };
}

/**
 * Makes the reader of a list.
 *
 * @param name - What its elements are called.
 * @param read - Reads one of them.
 */
export function listOf<Item>(
  name: string,
  read: (value: unknown) => Read<Item>,
): (value: unknown) => Read<readonly Item[]> {
  return (value) => {
    const expected = `a list of at most ${LONGEST_LIST} ${name}`;
    if (!Array.isArray(value) || value.length > LONGEST_LIST) return { expected };
    const items = value.map(read);
    const fault = items.find((item) => 'expected' in item);
    if (fault !== undefined) return { expected: `${expected}, each ${fault.expected}` };
    const found = items.flatMap((item) => ('value' in item ? [item.value] : []));
    return new Set(found).size === found.length ? { value: found } : { expected };
  };
}
