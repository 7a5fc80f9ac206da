import type { Observation, ObservationFilter } from '../../registry/observed/observation.ts';
import { namesHost } from '../../registry/observed/observed-host.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection } from '../file/database.ts';
import { type Condition, equals, where } from './conditions.ts';

/** A socket without a time is in the last snapshot of its host and source. */
const SEEN_SINCE = 'coalesce(last_seen, at) >= ?';

/** The rows that one step reads: 2 to 3 ms. */
const STEP_ROWS = 1_000;

/** CROSS JOIN reads the sockets first, in the order of an index. */
const SELECT = `SELECT host, source, environment, address_scope AS scope, protocol, port, process, first_seen AS firstSeen,
    coalesce(last_seen, at) AS lastSeen, gone_at AS goneAt
  FROM observed_socket CROSS JOIN observed_snapshot USING (host, source)`;

/** Counting needs the snapshots only for the time of a socket. */
const COUNT = 'SELECT count(*) FROM observed_socket';

/**
 * The condition that leaves out sockets of docker's proxy: docker reports their ports with the names of the containers. A
 * snapshot without root does not have the name of the proxy. A listening proxy whose container has gone is not left out.
 */
export const WITHOUT_PROXIES = `NOT (source = 'sockets' AND (process IS NULL OR process = 'docker-proxy') AND EXISTS (
  SELECT 1 FROM observed_socket AS published WHERE published.host = observed_socket.host AND published.source = 'docker'
    AND published.address_scope = observed_socket.address_scope AND published.protocol = observed_socket.protocol
    AND published.port = observed_socket.port AND (published.gone_at IS NULL OR observed_socket.gone_at NOT NULL)))`;

/** The order of rows with the same host and port. */
const ORDER = 'protocol, address_scope, process, source';

/** The position of a row in the list: host and port, or port and host if the list has one port. */
type Key = readonly [string | number, string | number];

/**
 * Lists observed sockets in steps, in the order of `ObservedUse.observations`.
 *
 * @param db - Any connection.
 * @param filter - Narrows the list.
 * @param page - The page.
 */
export function* observationPage(
  db: Connection,
  filter: ObservationFilter,
  page: PageRequest,
): Steps<Page<Observation>> {
  const hosts = filter.host === null ? null : hostsNamed(db, filter.host);
  const { columns, first, last } = keysOf(db, filter, hosts);
  const { sql, values } = where([
    [`(${columns}) > (?, ?) AND (${columns}) <= (?, ?)`],
    ...(hosts === null ? [] : ofHosts(hosts, filter.port)),
    ...conditionsOf(filter),
  ]);
  const hasTime = filter.since === null ? '' : ' CROSS JOIN observed_snapshot USING (host, source)';
  const count = db.prepare<unknown[], number>(`${COUNT}${hasTime} ${sql}`).pluck();
  const rows = db.prepare<unknown[], Observation>(`${SELECT} ${sql} ORDER BY ${columns}, ${ORDER} LIMIT ? OFFSET ?`);
  const next = db
    .prepare<unknown[], Key>(
      `SELECT ${columns} FROM observed_socket WHERE (${columns}) > (?, ?) ORDER BY ${columns} LIMIT 1 OFFSET ?`,
    )
    .raw();
  const results: Observation[] = [];
  const size = new AnswerSize();
  let total = 0;
  let start = first;
  while (compareKeys(start, last) < 0) {
    const found = next.get(...start, STEP_ROWS - 1) ?? last;
    const end = compareKeys(found, last) < 0 ? found : last;
    const bounds = [...start, ...end, ...values];
    const before = total;
    total += count.get(...bounds) ?? 0;
    if (total > page.offset && results.length < page.limit) {
      const part = rows.iterate(...bounds, page.limit - results.length, Math.max(0, page.offset - before));
      for (const row of part) results.push(size.count(row));
    }
    start = end;
    if (compareKeys(start, last) < 0) yield;
  }
  return { count: total, results };
}

/** Returns the columns of the key, a key before the first one and the last one. `~` sorts after every host name. */
function keysOf(
  db: Connection,
  { port, since }: ObservationFilter,
  hosts: readonly string[] | null,
): { columns: string; first: Key; last: Key } {
  if (hosts !== null) {
    const [from = '', to = from] = [hosts[0], hosts.at(-1)];
    return {
      columns: 'host, port',
      first: [from, (port ?? 0) - 1],
      last: [to, from === '' ? -1 : (port ?? LAST_PORT)],
    };
  }
  if (port !== null) return { columns: 'port, host', first: [port, ''], last: [port, '~'] };
  const [from, to] = since === null ? ['', '~'] : hostsSince(db, since);
  return { columns: 'host, port', first: [from, -1], last: [to, LAST_PORT] };
}

/** Lists the hosts that have reported under a name, with or without its domain: a few milliseconds for 5,000 hosts. */
function hostsNamed(db: Connection, name: string): string[] {
  const hosts = db.prepare<[], string>('SELECT DISTINCT host FROM observed_snapshot ORDER BY host').pluck().all();
  return hosts.filter((host) => namesHost([name], host));
}

/** Returns the conditions of several hosts: others may be between them. */
function ofHosts(hosts: readonly string[], port: number | null): Condition[] {
  if (hosts.length < 2) return [];
  const condition: Condition = ['host IN (SELECT value FROM json_each(?))', JSON.stringify(hosts)];
  return port === null ? [condition] : [condition, ['port = ?', port]];
}

/** Returns the first and the last host with a snapshot since a time; empty texts for none. */
function hostsSince(db: Connection, since: string): Key {
  const sql = "SELECT coalesce(min(host), ''), coalesce(max(host), '') FROM observed_snapshot WHERE at >= ?";
  return db.prepare<[string], Key>(sql).raw().get(since) ?? ['', ''];
}

function compareKeys([a, b]: Key, [c, d]: Key): number {
  if (a !== c) return a < c ? -1 : 1;
  return b === d ? 0 : b < d ? -1 : 1;
}

function conditionsOf({ protocol, process, state, since }: ObservationFilter): Condition[] {
  const conditions: Condition[] = [[WITHOUT_PROXIES], ...equals('protocol', protocol), ...equals('process', process)];
  if (state !== 'all') conditions.push([state === 'gone' ? 'gone_at NOT NULL' : 'gone_at IS NULL']);
  if (since !== null) conditions.push([SEEN_SINCE, since]);
  return conditions;
}
