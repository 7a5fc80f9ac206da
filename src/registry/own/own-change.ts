import type { Association, EntryStatus } from '../rows/association.ts';
import { AnswerSize } from '../values/answer-size.ts';
import type { Page, PageRequest } from '../values/page.ts';
import { contains, overlaps, type PortSpan } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** A write of an own entry, without its author. */
export interface OwnChange {
  /** The number of the write, in ascending order of time. */
  readonly id: number;
  /** The time of the write, in UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly action: 'create' | 'update' | 'delete';
  /** The entry before the write; null for a new one. A field of a later version is missing. */
  readonly before: Association | null;
  /** The entry after the write; null for a deleted one. */
  readonly after: Association | null;
}

/** A change of an own entry. */
export interface EntryChange extends Pick<OwnChange, 'id' | 'at' | 'action'> {
  /** The entry after the change, or before its deletion. */
  readonly entry: Pick<Association, 'id' | 'name' | 'firstPort' | 'lastPort' | 'protocols' | 'owner' | 'environment'>;
  /** The difference in words, one for each field: the fields of a new or deleted entry. */
  readonly changes: readonly string[];
}

/** A filter of changes; null matches any value. A change matches if the entry before or after it does. */
export interface OwnChangeFilter {
  readonly action: OwnChange['action'] | null;
  /** The id of the entry. */
  readonly id: string | null;
  readonly owner: string | null;
  readonly environment: string | null;
  readonly tag: string | null;
  readonly status: EntryStatus | null;
  /** The name of the pool on whose ports the entry is. */
  readonly pool: string | null;
  readonly port: number | null;
  readonly protocol: TransportProtocol | null;
  /** The earliest time, ISO 8601 in UTC with milliseconds. */
  readonly since: string | null;
}

/** A filter that matches every change. */
export const ANY_OWN_CHANGE: OwnChangeFilter = {
  action: null,
  id: null,
  owner: null,
  environment: null,
  tag: null,
  status: null,
  pool: null,
  port: null,
  protocol: null,
  since: null,
};

/** The ports and protocols of a pool. */
export interface PoolPorts {
  readonly spans: readonly PortSpan[];
  readonly protocols: readonly TransportProtocol[];
}

/** Reads the writes of own entries. */
export interface OwnChangeRows {
  /**
   * Lists writes of own entries, the newest first.
   *
   * @param before - Only writes with a lower id; null for all.
   * @param limit - The most writes.
   */
  ownChanges(before: number | null, limit: number): OwnChange[];
}

/** The number of the newest writes that are searched. Older ones are in the audit log. */
export const SEARCHED_WRITES = 10_000;

/** The writes of one step: 100 of 2 kB each take 1 ms to read and parse. */
const STEP_WRITES = 100;

/**
 * Finds changes of own entries among the newest writes, the newest first.
 *
 * @param rows - The writes.
 * @param filter - Selects the changes.
 * @param page - The page.
 * @param pool - The ports of the pool of the filter; null for none.
 * @throws {RegistryError} `too_large` when the page is larger than an answer may be.
 */
export function* findOwnChanges(
  rows: OwnChangeRows,
  filter: OwnChangeFilter,
  { limit, offset }: PageRequest,
  pool: PoolPorts | null,
): Steps<Page<OwnChange>> {
  const size = new AnswerSize();
  const results: OwnChange[] = [];
  let count = 0;
  let before: number | null = null;
  for (let searched = 0; searched < SEARCHED_WRITES; searched += STEP_WRITES) {
    const step = rows.ownChanges(before, STEP_WRITES);
    const recent = step.filter(({ at }) => filter.since === null || at >= filter.since);
    for (const change of recent) {
      if (!matches(change, filter, pool)) continue;
      count++;
      if (count <= offset || results.length >= limit) continue;
      size.add(JSON.stringify(change).length);
      results.push(change);
    }
    before = step.at(-1)?.id ?? null;
    if (recent.length < STEP_WRITES) break;
    yield;
  }
  return { count, results };
}

function matches({ action, before, after }: OwnChange, filter: OwnChangeFilter, pool: PoolPorts | null): boolean {
  if (filter.action !== null && filter.action !== action) return false;
  return [before, after].some((entry) => entry !== null && matchesEntry(entry, filter, pool));
}

function matchesEntry(entry: Association, filter: OwnChangeFilter, pool: PoolPorts | null): boolean {
  const { id, owner, environment, tags = [], status = 'active', protocols } = entry;
  const { port, tag } = filter;
  return (
    (filter.id ?? id) === id &&
    (filter.owner ?? owner) === owner &&
    (filter.environment ?? environment) === environment &&
    (filter.status ?? status) === status &&
    (tag === null || tags.includes(tag)) &&
    (port === null || contains(entry, port)) &&
    (filter.protocol === null || protocols.includes(filter.protocol)) &&
    (pool === null || isIn(entry, pool))
  );
}

/** Returns whether an entry shares a port and a protocol with a pool. */
function isIn(entry: Association, pool: PoolPorts): boolean {
  return (
    entry.protocols.some((protocol) => pool.protocols.includes(protocol)) &&
    pool.spans.some((span) => overlaps(span, entry))
  );
}
