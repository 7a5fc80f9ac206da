import { nearest } from './nearest.ts';
import { type Fault, quoteInput, RegistryError } from './registry-error.ts';

/** A value that was read, or what was expected in its place. */
export type Read<Value> = { readonly value: Value } | { readonly expected: string };

/** A field that a client writes. */
export interface Field<Value> {
  /** What null stands for; undefined where the field cannot be null. */
  readonly fallback?: Value | null;
  readonly read: (value: unknown) => Read<Value>;
}

/** Fields as they were read, and what is wrong with the others. */
export interface Fields<Values> {
  readonly values: Partial<Values>;
  readonly faults: Fault[];
}

/** The fields of rows that no client writes. */
const MADE_FIELDS: readonly string[] = ['id', 'origin', 'revision', 'used', 'free'];

/**
 * Reads the fields of an object that a client wrote; those that are left out are missing in the result.
 *
 * @param input - What was written, of any content.
 * @param fields - The fields that there are.
 * @param place - Where the object stands, such as `[2]`; empty for the whole of the input.
 * @param example - What an object looks like, for who sends something else.
 */
export function readFields<Values>(
  input: unknown,
  fields: Readonly<Record<string, Field<unknown>>>,
  place: string,
  example: string,
): Fields<Values> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const what = place === '' ? 'the body' : `entry ${place}`;
    const detail = `Cannot read ${what}: expected an object such as ${example}`;
    return { values: {}, faults: [{ parameter: place, detail }] };
  }
  const values: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(input)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) faults.push(unknownField(name, place, Object.keys(fields)));
    else if (value !== undefined) {
      const hasFallback = value === null && field.fallback !== undefined;
      const read = hasFallback ? { value: field.fallback } : field.read(value);
      if ('value' in read) values[name] = read.value;
      else faults.push(faultAt(name, place, value, read.expected));
    }
  }
  return { values: values as Partial<Values>, faults };
}

/**
 * Tells of a field that must be there, unless something is wrong with it already.
 *
 * @param name - The field.
 * @param place - Where its object stands.
 * @param faults - What is known to be wrong.
 */
export function missingField(name: string, place: string, faults: readonly Fault[]): Fault[] {
  const parameter = joinPlace(place, name);
  const isTold = faults.some((fault) => fault.parameter === parameter || fault.parameter === place);
  return isTold ? [] : [{ parameter, detail: `Missing field "${parameter}"` }];
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
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return { parameter, detail: `Cannot read ${parameter} ${quoteInput(written)}: expected ${expected}` };
}

/**
 * Gathers faults into one error, whose message tells the first of them.
 *
 * @param faults - At least one.
 */
export function faultyInput(faults: readonly Fault[]): RegistryError {
  const [first, ...more] = faults;
  const count = more.length === 0 ? '' : `; and ${more.length} more ${more.length === 1 ? 'fault' : 'faults'}`;
  const errors = faults.filter(({ parameter }) => parameter !== '');
  return new RegistryError('invalid_argument', `${first?.detail}${count}`, errors.length === 0 ? {} : { errors });
}

function unknownField(name: string, place: string, known: readonly string[]): Fault {
  const parameter = joinPlace(place, name);
  if (MADE_FIELDS.includes(name))
    return { parameter, detail: `Cannot write field "${parameter}": the server makes it` };
  const [meant] = nearest(name, known, 1);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return { parameter, detail: `Unknown field ${quoteInput(parameter)}: ${hint}` };
}

function joinPlace(place: string, field: string): string {
  return place === '' ? field : `${place}.${field}`;
}
