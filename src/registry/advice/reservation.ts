import type { OwnEntry } from '../own/own-fields.ts';
import { OWN_FIELD_NAMES, OWN_FIELDS } from '../own/own-fields.ts';
import { LONGEST_NAME } from '../rows/association.ts';
import {
  Faults,
  type Field,
  type Parsed,
  parseFields,
  portNumber,
  requireField,
  text,
  word,
} from '../values/fields.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import type { Pool } from './advice-facts.ts';
import {
  LARGEST_COUNT,
  parseSuggestionConditions,
  SUGGESTION_ORDERS,
  type SuggestionConditions,
  type SuggestionQuestion,
} from './advice-question.ts';

/** An own entry without the ports and protocols, which the registry chooses. */
export type PortlessEntry = Omit<OwnEntry, 'firstPort' | 'lastPort' | 'protocols'>;

/** A reservation. */
export interface Reservation {
  /** The conditions of the ports. `settleProtocols` sets the protocol, as it depends on the pool. */
  readonly question: SuggestionQuestion;
  readonly entry: PortlessEntry;
  /** The protocols of the entry; null for those of the pool, or tcp. */
  readonly protocols: readonly TransportProtocol[] | null;
  /** The key by which the entry is found again; null for none. */
  readonly key: string | null;
}

/** The most characters of the key of a reservation. */
const LONGEST_KEY = 255;

const EXAMPLE = '{"name": "billing-api", "within": "20000-20999"}';

/** The conditions in JSON; `avoid` is a list, or a text separated by commas. */
const CONDITIONS: Readonly<Record<string, Field<unknown>>> = {
  count: { fallback: null, parse: count },
  protocol: { fallback: null, parse: word(TRANSPORT_PROTOCOLS) },
  near: { fallback: null, parse: portNumber },
  within: { fallback: null, parse: text(20) },
  consecutive: { fallback: null, parse: bool },
  like: { fallback: null, parse: text(LONGEST_NAME) },
  avoid: { fallback: null, parse: words },
  pool: { fallback: null, parse: text(LONGEST_NAME) },
  order: { fallback: null, parse: word(SUGGESTION_ORDERS) },
};

const { firstPort: _first, lastPort: _last, ...ENTRY_FIELDS } = OWN_FIELDS;
const FIELDS: Readonly<Record<string, Field<unknown>>> = {
  ...ENTRY_FIELDS,
  ...CONDITIONS,
  key: { fallback: null, parse: text(LONGEST_KEY) },
};

/** The names of the fields of a reservation. */
export const RESERVATION_FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

function count(value: unknown): Parsed<number> {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_COUNT;
  return isCount ? { value } : { expected: `an integer from 1 to ${LARGEST_COUNT}` };
}

function bool(value: unknown): Parsed<boolean> {
  return typeof value === 'boolean' ? { value } : { expected: 'true or false' };
}

function words(value: unknown): Parsed<readonly string[]> {
  const list = typeof value === 'string' ? value.split(',').filter((word) => word !== '') : value;
  const isList = Array.isArray(list) && list.length <= 20 && list.every((one) => typeof one === 'string');
  return isList ? { value: list } : { expected: 'a list of words' };
}

/**
 * Parses a reservation: the conditions of suggestions, and the fields of an own entry without its ports. `environment`
 * is both. `count` ports are reserved as one range; the default is 1. `key` finds the entry of an earlier reservation.
 *
 * @param input - Any value of JSON.
 * @throws {RegistryError} `invalid_argument`, with all faults of fields in `errors`.
 */
export function parseReservation(input: unknown): Reservation {
  const faults = new Faults();
  const values = parseFields<SuggestionConditions & OwnEntry & Pick<Reservation, 'key'>>(
    input,
    FIELDS,
    '',
    EXAMPLE,
    faults,
  );
  requireField('name', input, '', faults);
  const { count: asked, protocol } = values;
  const ports = asked ?? 1;
  if (values.consecutive === false && ports > 1) {
    const detail = 'Cannot reserve several ports apart: expected consecutive true, or one reservation for each';
    faults.add(() => ({ parameter: 'consecutive', detail }));
  }
  if (protocol && values.protocols !== undefined && !values.protocols.includes(protocol)) {
    const detail = `Cannot reserve for ${protocol}: expected one of protocols, ${enumerate(values.protocols)}`;
    faults.add(() => ({ parameter: 'protocol', detail }));
  }
  faults.check();
  const conditions = { ...values, count: ports, consecutive: ports > 1 };
  return {
    question: parseSuggestionConditions({ ...conditions, protocol: null }),
    entry: { ...DEFAULTS, ...entryFields(values) },
    protocols: values.protocols ?? (protocol ? [protocol] : null),
    key: values.key ?? null,
  };
}

const DEFAULTS = Object.fromEntries(
  OWN_FIELD_NAMES.filter((name) => name in ENTRY_FIELDS && name !== 'protocols').map((name) => [
    name,
    OWN_FIELDS[name].fallback,
  ]),
) as unknown as PortlessEntry;

function entryFields(values: Partial<OwnEntry>): Partial<PortlessEntry> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in DEFAULTS));
}

/**
 * Decides the protocols of a reservation: those of the entry, else tcp, else those of the pool if it is not for tcp.
 *
 * @param reservation - The reservation.
 * @param pool - Its pool; undefined for none.
 * @returns The conditions of the ports, and the protocols of the entry.
 * @throws {RegistryError} `invalid_argument` when the pool is not for one of the protocols.
 */
export function settleProtocols(
  { question, protocols: asked }: Reservation,
  pool: Pool | undefined,
): { readonly question: SuggestionQuestion; readonly protocols: readonly TransportProtocol[] } {
  const defaults: readonly TransportProtocol[] =
    pool === undefined || pool.protocols.includes('tcp') ? ['tcp'] : pool.protocols;
  const protocols = asked ?? defaults;
  const unsupported = protocols.find((protocol) => pool?.protocols.includes(protocol) === false);
  if (pool !== undefined && unsupported !== undefined) {
    const detail = `Cannot reserve a ${unsupported} port of pool ${quoteInput(pool.name)}: expected ${enumerate(pool.protocols)}`;
    throw new RegistryError('invalid_argument', detail, { parameter: 'protocols' });
  }
  const [only] = protocols;
  // With several protocols, facts of every protocol count.
  return { question: { ...question, protocol: protocols.length === 1 ? (only ?? null) : null }, protocols };
}
