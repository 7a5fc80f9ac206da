import { type Association, inFieldOrder } from '../rows/association.ts';
import { HIGHEST_PROMINENCE } from '../rows/prominence.ts';
import { Faults, faultAt, parseFields, requireField } from '../values/fields.ts';
import { formatSpan, type PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { NOT_APPROVED } from './approval.ts';
import { OWN_FIELD_NAMES, OWN_FIELDS, type OwnEntry, type OwnPatch } from './own-fields.ts';

/** An example of an entry, for error messages. */
const ENTRY = '{"name": "billing-api", "firstPort": 8443}';

/** The most entries that one request may create. */
const LARGEST_CREATION = 1_000;

/**
 * Parses an own entry.
 *
 * @param input - Any value of JSON.
 * @throws {RegistryError} `invalid_argument`, with all faults in `errors`, up to `MOST_FAULTS`.
 */
export function parseOwnEntry(input: unknown): OwnEntry {
  const faults = new Faults();
  const entry = parseEntry(input, '', faults);
  faults.check();
  return entry as OwnEntry;
}

/**
 * Parses a list of own entries.
 *
 * @param input - Any list of JSON.
 * @throws {RegistryError} `invalid_argument`, with the faults of all entries in `errors`. The parameter of a field is
 *   such as `[2].firstPort`, counted from 0.
 */
export function parseOwnEntries(input: readonly unknown[]): OwnEntry[] {
  if (input.length === 0 || input.length > LARGEST_CREATION) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot create ${input.length} entries at once: expected 1 to ${LARGEST_CREATION}`,
    );
  }
  const faults = new Faults();
  const entries = input.map((item, index) => parseEntry(item, `[${index}]`, faults));
  faults.check();
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Returns a new own entry, with the revision 1.
 *
 * @param id - Its id.
 * @param entry - The fields that the client writes.
 */
export function newAssociation(id: string, entry: OwnEntry): Association {
  return inFieldOrder({ ...entry, ...NOT_APPROVED, id, prominence: HIGHEST_PROMINENCE, origin: 'own', revision: 1 });
}

/**
 * Parses a patch of an own entry. `null` resets a field to its default.
 *
 * @param input - Any value of JSON.
 * @throws {RegistryError} `invalid_argument`, with all faults in `errors`.
 */
export function parseOwnPatch(input: unknown): OwnPatch {
  const faults = new Faults();
  const patch = parseFields<OwnPatch>(input, OWN_FIELDS, '', ENTRY, faults);
  faults.check();
  return patch;
}

/**
 * Applies a patch to an entry. A single port stays a single port if only `firstPort` changes.
 *
 * @param entry - The entry before the changes.
 * @param patch - The changes.
 * @throws {RegistryError} `invalid_argument` when the first port of the result is above its last.
 */
export function applyPatch(entry: OwnEntry, patch: OwnPatch): OwnEntry {
  const { firstPort = entry.firstPort, ...others } = patch;
  const wasSingle = entry.firstPort === entry.lastPort && patch.firstPort !== undefined;
  const { lastPort = wasSingle ? null : entry.lastPort } = patch;
  const span = { firstPort, lastPort: lastPort ?? firstPort };
  const faults = new Faults();
  checkSpan(span, '', faults);
  faults.check();
  return { ...entry, ...others, ...span };
}

/**
 * Checks that a use is an own entry.
 *
 * @param association - Any use.
 * @throws {RegistryError} `forbidden`
 */
export function checkOwn({ id, origin }: Association): void {
  if (origin === 'own') return;
  const detail = `Cannot change association ${quoteInput(id)}: it belongs to the bundled list; expected an own entry`;
  throw new RegistryError('forbidden', detail);
}

/** Returns undefined if a required field is missing or invalid. */
function parseEntry(input: unknown, path: string, faults: Faults): OwnEntry | undefined {
  const fields = { ...DEFAULTS, ...parseFields<OwnPatch>(input, OWN_FIELDS, path, ENTRY, faults) };
  for (const field of ['name', 'firstPort']) requireField(field, input, path, faults);
  const { name, firstPort, lastPort } = fields;
  if (firstPort === undefined) return undefined;
  const span = { firstPort, lastPort: lastPort ?? firstPort };
  checkSpan(span, path, faults);
  return name === undefined ? undefined : { ...fields, name, ...span };
}

const DEFAULTS = Object.fromEntries(OWN_FIELD_NAMES.map((name) => [name, OWN_FIELDS[name].fallback])) as Required<
  Omit<OwnEntry, 'name' | 'firstPort' | 'lastPort'>
> &
  OwnPatch;

function checkSpan({ firstPort, lastPort }: PortSpan, path: string, faults: Faults): void {
  if (firstPort <= lastPort) return;
  const expected = `no lower port than firstPort, as in ${formatSpan({ firstPort: lastPort, lastPort: firstPort })}`;
  faults.add(() => faultAt('lastPort', path, lastPort, expected));
}
