import type { Association } from '../rows/association.ts';
import { Faults, faultAt, parseFields, requireField } from '../values/fields.ts';
import { formatSpan, type PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { OWN_FIELD_NAMES, OWN_FIELDS, type OwnEntry, type OwnPatch } from './own-fields.ts';

/** What an entry looks like, for who sends something else. */
const ENTRY = '{"name": "billing-api", "firstPort": 8443}';

/** How many entries one request may create. */
export const LARGEST_CREATION = 1_000;

/**
 * Reads an own entry.
 *
 * @param input - What a client wrote, of any content.
 * @throws {RegistryError} `invalid_argument`, with all faults at once in `errors`, up to `MOST_FAULTS`.
 */
export function readOwnEntry(input: unknown): OwnEntry {
  const faults = new Faults();
  const entry = readEntry(input, '', faults);
  faults.check();
  return entry as OwnEntry;
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
  const faults = new Faults();
  const entries = input.map((item, index) => readEntry(item, `[${index}]`, faults));
  faults.check();
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Reads the changes of an own entry: `null` gives a field its default back.
 *
 * @param input - What a client wrote.
 * @throws {RegistryError} `invalid_argument`, with all faults at once.
 */
export function readOwnPatch(input: unknown): OwnPatch {
  const faults = new Faults();
  const patch = parseFields<OwnPatch>(input, OWN_FIELDS, '', ENTRY, faults);
  faults.check();
  return patch;
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
  const faults = new Faults();
  checkSpan(span, '', faults);
  faults.check();
  return { ...entry, ...others, ...span };
}

/**
 * Checks that a use is the team's own.
 *
 * @param association - Any use.
 * @throws {RegistryError} `forbidden`
 */
export function checkOwn({ id, origin }: Association): void {
  if (origin === 'own') return;
  const detail = `Cannot change association ${quoteInput(id)}: it belongs to the bundled list; expected an own entry`;
  throw new RegistryError('forbidden', detail);
}

/** Returns undefined where a field that must be there cannot be read. */
function readEntry(input: unknown, place: string, faults: Faults): OwnEntry | undefined {
  const given = { ...DEFAULTS, ...parseFields<OwnPatch>(input, OWN_FIELDS, place, ENTRY, faults) };
  for (const field of ['name', 'firstPort']) requireField(field, input, place, faults);
  const { name, firstPort, lastPort } = given;
  if (firstPort === undefined) return undefined;
  const span = { firstPort, lastPort: lastPort ?? firstPort };
  checkSpan(span, place, faults);
  return name === undefined ? undefined : { ...given, name, ...span };
}

const DEFAULTS = Object.fromEntries(OWN_FIELD_NAMES.map((name) => [name, OWN_FIELDS[name].fallback])) as Required<
  Omit<OwnEntry, 'name' | 'firstPort' | 'lastPort'>
> &
  OwnPatch;

function checkSpan({ firstPort, lastPort }: PortSpan, place: string, faults: Faults): void {
  if (firstPort <= lastPort) return;
  const expected = `no lower port than firstPort, as in ${formatSpan({ firstPort: lastPort, lastPort: firstPort })}`;
  faults.add(() => faultAt('lastPort', place, lastPort, expected));
}
