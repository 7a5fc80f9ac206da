import {
  Faults,
  type Field,
  listOf,
  type Parsed,
  parseFields,
  portNumber,
  protocols,
  requireField,
  text,
} from '../values/fields.ts';
import { nearest } from '../values/nearest.ts';
import { parsePortSpan } from '../values/port-query.ts';
import { formatSpan, type PortSpan, spanWidth } from '../values/port-range.ts';
import { type ErrorDetails, quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { AdviceUse, Pool } from './advice-facts.ts';

/** A pool as it is shown. */
export interface PoolReport {
  readonly name: string;
  /** Its stretches of ports, lowest first. */
  readonly ranges: readonly PortSpan[];
  readonly protocols: readonly TransportProtocol[];
  /** The team to which it is given. */
  readonly owner: string | null;
  /** How many of its ports own entries use, on any of its protocols. */
  readonly used: number;
  /** How many they do not use. */
  readonly free: number;
}

const EXAMPLE = '{"name": "payments", "ranges": ["20000-20099"]}';

const FIELDS: Readonly<Record<'name' | 'ranges' | 'protocols' | 'owner', Field<unknown>>> = {
  name: { parse: name },
  ranges: { parse: listOf('ranges', range) },
  protocols: { fallback: ['tcp', 'udp'], parse: protocols },
  owner: { fallback: null, parse: text(100) },
};

/**
 * Reads a pool. Ranges that touch or overlap become one.
 *
 * @param input - What a client wrote, of any content.
 * @throws {RegistryError} `invalid_argument`, with all faults at once.
 */
export function readPool(input: unknown): Pool {
  type Values = Omit<Pool, 'spans'> & { readonly ranges: readonly PortSpan[] };
  const faults = new Faults();
  const values = parseFields<Values>(input, FIELDS, '', EXAMPLE, faults);
  const { name = '', ranges, protocols = ['tcp', 'udp'], owner = null } = values;
  requireField('name', input, '', faults);
  requireField('ranges', input, '', faults);
  if (ranges?.length === 0)
    faults.add(() => ({ parameter: 'ranges', detail: 'Cannot read ranges: expected at least one' }));
  faults.check();
  return { name, spans: joinSpans(ranges ?? []), protocols, owner };
}

/** A segment of dots has no address: clients and proxies take it out of a path (RFC 3986, section 5.2.4). */
function name(value: unknown): Parsed<string> {
  if (value === '.' || value === '..') return { expected: 'a name other than "." and ".."' };
  return text(100)(value);
}

/** `"20000-20099"`, `"20000"` or `{"firstPort": 20000, "lastPort": 20099}`. */
function range(value: unknown): Parsed<PortSpan> {
  const expected = 'a range such as "20000-20099" or {"firstPort": 20000, "lastPort": 20099}';
  if (typeof value === 'string') {
    try {
      return { value: parsePortSpan(value, 'ranges') };
    } catch {
      return { expected };
    }
  }
  if (typeof value !== 'object' || value === null) return { expected };
  const { firstPort, lastPort = firstPort, ...rest } = value as Readonly<Record<string, unknown>>;
  const [first, last] = [portNumber(firstPort), portNumber(lastPort)];
  if ('expected' in first || 'expected' in last || Object.keys(rest).length > 0) return { expected };
  return first.value <= last.value ? { value: { firstPort: first.value, lastPort: last.value } } : { expected };
}

function joinSpans(spans: readonly PortSpan[]): PortSpan[] {
  const joined: PortSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.firstPort - b.firstPort)) {
    const before = joined.at(-1);
    if (before === undefined || before.lastPort + 1 < span.firstPort) joined.push(span);
    else joined[joined.length - 1] = { ...before, lastPort: Math.max(before.lastPort, span.lastPort) };
  }
  return joined;
}

/**
 * Checks that a new pool takes no name and no port of another one.
 *
 * @param pool - The new one.
 * @param others - The pools that there are.
 * @throws {RegistryError} `conflict`
 */
export function checkNewPool(pool: Pool, others: readonly Pool[]): void {
  const cannot = `Cannot create pool ${quoteInput(pool.name)}`;
  if (others.some(({ name }) => name === pool.name)) {
    throw new RegistryError('conflict', `${cannot}: there is one of this name`, { parameter: 'name' });
  }
  for (const other of others.filter((one) => one.protocols.some((protocol) => pool.protocols.includes(protocol)))) {
    const taken = other.spans.find((span) => pool.spans.some((own) => overlap(own, span)));
    if (taken === undefined) continue;
    const detail = `${cannot}: ${formatSpan(taken)} belongs to pool ${quoteInput(other.name)}`;
    throw new RegistryError('conflict', detail, { parameter: 'ranges' });
  }
}

/**
 * Finds a pool by its name.
 *
 * @param name - The name, of any content.
 * @param pools - The pools that there are.
 * @param code - What kind of error it is when there is none.
 * @param details - What the error tells beside the nearest name.
 * @throws {RegistryError} `not_found`, or the code, with the nearest name under `suggestions`.
 */
export function findPool<Named extends { readonly name: string }>(
  name: string,
  pools: readonly Named[],
  code: 'not_found' | 'invalid_argument' = 'not_found',
  details: ErrorDetails = {},
): Named {
  const pool = pools.find((one) => one.name === name);
  if (pool !== undefined) return pool;
  const names = pools.map((one) => one.name);
  const suggestions = nearest(name, names, 1);
  throw new RegistryError(code, `Cannot find pool ${quoteInput(name)}: no such pool`, {
    ...details,
    ...(suggestions.length > 0 && { suggestions }),
  });
}

/**
 * Shows a pool with how much of it is used.
 *
 * @param pool - The pool.
 * @param ownUses - All own entries.
 */
export function poolReport({ name, spans, protocols, owner }: Pool, ownUses: readonly AdviceUse[]): PoolReport {
  const speaks = ownUses.filter((use) => use.protocols.some((protocol) => protocols.includes(protocol)));
  const parts = spans.flatMap((span) => speaks.filter((use) => overlap(use, span)).map((use) => common(use, span)));
  const size = sizeOf(spans);
  const used = sizeOf(joinSpans(parts));
  return { name, ranges: spans, protocols, owner, used, free: size - used };
}

function overlap(a: PortSpan, b: PortSpan): boolean {
  return a.firstPort <= b.lastPort && b.firstPort <= a.lastPort;
}

function common(a: PortSpan, b: PortSpan): PortSpan {
  return { firstPort: Math.max(a.firstPort, b.firstPort), lastPort: Math.min(a.lastPort, b.lastPort) };
}

function sizeOf(spans: readonly PortSpan[]): number {
  return spans.reduce((size, span) => size + spanWidth(span) + 1, 0);
}
