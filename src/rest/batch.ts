import { setImmediate } from 'node:timers/promises';
import { parsePortNumber } from '../registry/port-number.ts';
import { type PortQuery, parsePortQuery } from '../registry/port-query.ts';
import type { Registry } from '../registry/registry.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { parseTransportProtocol, type TransportProtocol } from '../registry/transport-protocol.ts';
import { answerPorts } from './ports.ts';
import type { PortAnswer } from './route.ts';

/** An item of a batch: the ports it asks for, or why it cannot be read. */
export type BatchItem =
  | { readonly query: unknown; readonly ports: PortQuery }
  | { readonly query: unknown; readonly error: RegistryError };

/** One line of the answer: a port of an item, or the item that could not be read. */
export type BatchResult =
  | ({ readonly query: unknown } & PortAnswer)
  | { readonly query: unknown; readonly error: RegistryError };

/** How many reports are composed before other requests get their turn. */
const TURN = 128;

/**
 * Reads a batch that came as text: one port, `443/tcp` or `6000-6002` a line; empty lines and what is behind a `#`
 * count for nothing.
 *
 * @param text - The body.
 */
export function readTextBatch(text: string): BatchItem[] {
  const lines = text.split(/\r\n|[\r\n]/).map((line) => line.replace(/#.*/, '').trim());
  return lines.filter((line) => line !== '').map(readItem);
}

/**
 * Reads a batch that came as JSON: an array of `80`, `"80"`, `"443/tcp"`, `"6000-6002"` or
 * `{"number": 443, "protocol": "tcp"}`.
 *
 * @param body - The parsed body.
 * @throws {RegistryError} `invalid_argument` when it is no array.
 */
export function readJsonBatch(body: unknown): BatchItem[] {
  if (Array.isArray(body)) return body.map(readItem);
  throw new RegistryError(
    'invalid_argument',
    'Cannot read the body: expected a JSON array such as [80, "443/tcp", "6000-6002"]',
  );
}

/**
 * Counts the results that a batch gives: one a port of a range, one an item that cannot be read.
 *
 * @param items - The batch.
 */
export function countResults(items: readonly BatchItem[]): number {
  return items.reduce((sum, item) => sum + ('error' in item ? 1 : item.ports.lastPort - item.ports.firstPort + 1), 0);
}

/**
 * Answers a batch in its order, in small parts: other requests get their turn between them.
 *
 * @param registry - What answers; a snapshot, so that all results come from one state of the data.
 * @param items - The batch.
 */
export async function* answerBatch(registry: Registry, items: readonly BatchItem[]): AsyncGenerator<BatchResult[]> {
  let part: BatchItem[] = [];
  for (const item of singlePorts(items)) {
    part.push(item);
    if (part.length < TURN) continue;
    yield answerPart(registry, part);
    part = [];
    await setImmediate();
  }
  if (part.length > 0) yield answerPart(registry, part);
}

function* singlePorts(items: readonly BatchItem[]): Generator<BatchItem> {
  for (const item of items) {
    if ('error' in item || item.ports.firstPort === item.ports.lastPort) {
      yield item;
      continue;
    }
    const { firstPort, lastPort, protocol } = item.ports;
    for (let port = firstPort; port <= lastPort; port++) {
      yield { query: item.query, ports: { firstPort: port, lastPort: port, protocol } };
    }
  }
}

function answerPart(registry: Registry, part: readonly BatchItem[]): BatchResult[] {
  const asked = part.flatMap((item) => ('error' in item ? [] : item.ports));
  const answers = answerPorts(registry, asked).values();
  return part.map((item) => {
    if ('error' in item) return item;
    const { number, protocol, shared } = answers.next().value as PortAnswer;
    return { query: item.query, number, protocol, shared };
  });
}

/** One bad item does not fail the rest: its error stands in its place. */
function readItem(query: unknown): BatchItem {
  try {
    return { query, ports: parseItem(query) };
  } catch (error) {
    if (error instanceof RegistryError) return { query, error };
    throw error;
  }
}

function parseItem(query: unknown): PortQuery {
  if (typeof query === 'string') return parsePortQuery(query, 'query');
  if (typeof query === 'number') return singlePort(query, null);
  if (typeof query === 'object' && query !== null && 'number' in query) {
    const { number, protocol = null, ...rest } = query as Record<string, unknown>;
    const isWord = protocol === null || typeof protocol === 'string';
    const parsed = typeof protocol === 'string' ? parseTransportProtocol(protocol) : null;
    if (typeof number === 'number' && isWord && Object.keys(rest).length === 0) return singlePort(number, parsed);
  }
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse query ${quoteInput(JSON.stringify(query))}: expected 80, "443/tcp", "6000-6002" or {"number": 443, "protocol": "tcp"}`,
    { parameter: 'query' },
  );
}

function singlePort(number: number, protocol: TransportProtocol | null): PortQuery {
  const port = parsePortNumber(String(number), 'query');
  return { firstPort: port, lastPort: port, protocol };
}
