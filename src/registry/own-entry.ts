import type { Association } from './association.ts';
import { nearest } from './nearest.ts';
import { OWN_FIELD_NAMES, OWN_FIELDS } from './own-fields.ts';
import { formatSpan, type PortSpan } from './port-range.ts';
import { type Fault, quoteInput, RegistryError } from './registry-error.ts';

/** What a team writes of an own entry; the rest of the association is made by the registry. */
export type OwnEntry = Omit<Association, 'id' | 'origin' | 'revision'>;

/** Changes of an own entry: fields that are left out stay. A `lastPort` of null makes it a single port. */
export type OwnPatch = Partial<Omit<OwnEntry, 'lastPort'>> & { readonly lastPort?: number | null };

/** How many entries one request may create. */
export const LARGEST_CREATION = 1_000;

/** The fields of an association that no client writes. */
const MADE_FIELDS: readonly string[] = ['id', 'origin', 'revision'];

/** Fields as they were read, and what is wrong with the others. */
interface Fields {
  readonly values: OwnPatch;
  readonly faults: Fault[];
}

/**
 * Reads an own entry.
 *
 * @param input - What a client wrote, of any content.
 * @throws {RegistryError} `invalid_argument`, with all faults at once in `errors`.
 */
export function readOwnEntry(input: unknown): OwnEntry {
  const faults: Fault[] = [];
  const entry = readEntry(input, '', faults);
  if (entry === undefined || faults.length > 0) throw faultyInput(faults);
  return entry;
}

/**
 * Reads a list of own entries.
 *
 * @param input - What a client wrote.
 * @throws {RegistryError} `invalid_argument`, with the faults of all entries at once: the parameter of an entry's field
 *   is `[2].firstPort`, counted from 0.
 */
export function readOwnEntries(input: readonly unknown[]): OwnEntry[] {
  if (input.length === 0 || input.length > LARGEST_CREATION) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot create ${input.length} entries at once: expected 1 to ${LARGEST_CREATION}`,
    );
  }
  const faults: Fault[] = [];
  const entries = input.map((item, index) => readEntry(item, `[${index}]`, faults));
  if (faults.length > 0) throw faultyInput(faults);
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Reads the changes of an own entry: `null` gives a field its default back.
 *
 * @param input - What a client wrote.
 * @throws {RegistryError} `invalid_argument`, with all faults at once.
 */
export function readOwnPatch(input: unknown): OwnPatch {
  const { values, faults } = readFields(input, '');
  if (faults.length > 0) throw faultyInput(faults);
  return values;
}

/**
 * Applies changes to an entry. A single port whose `firstPort` moves stays a single port.
 *
 * @param entry - The entry as it is.
 * @param patch - The changes.
 * @throws {RegistryError} `invalid_argument` when the ports of the result are no range.
 */
export function applyPatch(entry: OwnEntry, patch: OwnPatch): OwnEntry {
  const { firstPort = entry.firstPort, ...others } = patch;
  const wasSingle = entry.firstPort === entry.lastPort && patch.firstPort !== undefined;
  const { lastPort = wasSingle ? null : entry.lastPort } = patch;
  const span = { firstPort, lastPort: lastPort ?? firstPort };
  const fault = spanFault(span, '');
  if (fault !== undefined) throw faultyInput([fault]);
  return { ...entry, ...others, ...span };
}

/**
 * Makes sure that a use is the team's own.
 *
 * @param association - Any use.
 * @throws {RegistryError} `forbidden`
 */
export function checkOwn({ id, origin }: Association): void {
  if (origin === 'own') return;
  const detail = `Cannot change association ${quoteInput(id)}: it belongs to the bundled list; expected an own entry`;
  throw new RegistryError('forbidden', detail);
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

function readEntry(input: unknown, place: string, all: Fault[]): OwnEntry | undefined {
  const { values, faults } = readFields(input, place);
  const given = { ...DEFAULTS, ...values };
  const { name, firstPort, lastPort } = given;
  if (typeof input === 'object' && input !== null) {
    for (const field of ['name', 'firstPort'] as const) {
      const parameter = join(place, field);
      const isTold = faults.some((fault) => fault.parameter === parameter);
      if (given[field] === undefined && !isTold) faults.push({ parameter, detail: `Missing field "${parameter}"` });
    }
  }
  const span = firstPort === undefined ? undefined : { firstPort, lastPort: lastPort ?? firstPort };
  const fault = span && spanFault(span, place);
  if (fault !== undefined) faults.push(fault);
  all.push(...faults);
  return name === undefined || span === undefined ? undefined : { ...given, name, ...span };
}

const DEFAULTS = Object.fromEntries(OWN_FIELD_NAMES.map((name) => [name, OWN_FIELDS[name].fallback])) as Required<
  Omit<OwnEntry, 'name' | 'firstPort' | 'lastPort'>
> &
  OwnPatch;

function readFields(input: unknown, place: string): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const what = place === '' ? 'the entry' : `entry ${place}`;
    const detail = `Cannot read ${what}: expected an object such as {"name": "billing-api", "firstPort": 8443}`;
    return { values: {}, faults: [{ parameter: place, detail }] };
  }
  const values: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [key, value] of Object.entries(input)) {
    const name = OWN_FIELD_NAMES.find((known) => known === key);
    if (name === undefined) faults.push(unknownField(key, place));
    else if (value === null) readNull(name, place, values, faults);
    else if (value !== undefined) {
      const read = OWN_FIELDS[name].read(value);
      if ('value' in read) values[name] = read.value;
      else faults.push(faultAt(name, place, value, read.expected));
    }
  }
  return { values: values as OwnPatch, faults };
}

/** Null gives a field its default back; what has none cannot be null, but for `lastPort`, which follows `firstPort`. */
function readNull(name: keyof OwnEntry, place: string, values: Record<string, unknown>, faults: Fault[]): void {
  const { fallback = name === 'lastPort' ? null : undefined, read } = OWN_FIELDS[name];
  if (fallback !== undefined) values[name] = fallback;
  else {
    const refusal = read(null);
    faults.push(faultAt(name, place, null, 'expected' in refusal ? refusal.expected : ''));
  }
}

function unknownField(key: string, place: string): Fault {
  const parameter = join(place, key);
  if (MADE_FIELDS.includes(key)) return { parameter, detail: `Cannot write field "${parameter}": the server makes it` };
  const [meant] = nearest(key, OWN_FIELD_NAMES, 1);
  const hint = meant === undefined ? `expected one of ${OWN_FIELD_NAMES.join(', ')}` : `did you mean ${meant}?`;
  return { parameter, detail: `Unknown field ${quoteInput(parameter)}: ${hint}` };
}

function faultAt(name: string, place: string, value: unknown, expected: string): Fault {
  const parameter = join(place, name);
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return { parameter, detail: `Cannot read ${parameter} ${quoteInput(written)}: expected ${expected}` };
}

function spanFault(span: PortSpan, place: string): Fault | undefined {
  if (span.firstPort <= span.lastPort) return undefined;
  const expected = `no lower port than firstPort, as in ${formatSpan({ firstPort: span.lastPort, lastPort: span.firstPort })}`;
  return faultAt('lastPort', place, span.lastPort, expected);
}

function join(place: string, field: string): string {
  return place === '' ? field : `${place}.${field}`;
}
