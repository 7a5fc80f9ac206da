import type { Observation, ObservationFilter } from '../../registry/observed/observation.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { Connection } from '../file/database.ts';
import { type Condition, equals, where } from './conditions.ts';

/** A socket without a time is in the last snapshot of its host and source. */
const SEEN_SINCE = `(last_seen >= ?
  OR last_seen IS NULL AND (host, source) IN (SELECT host, source FROM observed_snapshot WHERE at >= ?))`;

/** CROSS JOIN reads the sockets first, in the order of an index. */
const SELECT = `SELECT host, source, environment, address_scope AS scope, protocol, port, process, first_seen AS firstSeen,
    coalesce(last_seen, at) AS lastSeen, gone_at AS goneAt
  FROM observed_socket CROSS JOIN observed_snapshot USING (host, source)`;

/**
 * The condition that leaves out sockets of the proxy of docker: docker reports their ports with the names of the containers. A
 * snapshot without root does not have the name of the proxy. A listening proxy of a container that has gone stays in.
 */
export const WITHOUT_PROXIES = `NOT (source = 'sockets' AND (process IS NULL OR process = 'docker-proxy') AND EXISTS (
  SELECT 1 FROM observed_socket AS published WHERE published.host = observed_socket.host AND published.source = 'docker'
    AND published.address_scope = observed_socket.address_scope AND published.protocol = observed_socket.protocol
    AND published.port = observed_socket.port AND (published.gone_at IS NULL OR observed_socket.gone_at NOT NULL)))`;

const ORDER = 'ORDER BY host, port, protocol, address_scope, process, source';

/**
 * Lists observed sockets, in the order of `ObservedUse.observations`.
 *
 * @param db - Any connection.
 * @param filter - Narrows the list.
 * @param page - The page.
 */
export function observationPage(db: Connection, filter: ObservationFilter, page: PageRequest): Page<Observation> {
  const { sql, values } = where(conditionsOf(filter));
  const size = new AnswerSize();
  const stored = db
    .prepare<unknown[], Observation>(`${SELECT} ${sql} ${ORDER} LIMIT ? OFFSET ?`)
    .iterate(...values, page.limit, page.offset);
  const results: Observation[] = [];
  for (const row of stored) results.push(size.count(row));
  const count = db
    .prepare<unknown[], number>(`SELECT count(*) FROM observed_socket ${sql}`)
    .pluck()
    .get(...values);
  return { count: count ?? 0, results };
}

function conditionsOf({ host, port, protocol, process, state, since }: ObservationFilter): Condition[] {
  const conditions: Condition[] = [
    [WITHOUT_PROXIES],
    ...equals('host', host),
    ...equals('protocol', protocol),
    ...equals('process', process),
  ];
  if (port !== null) conditions.push(['port = ?', port]);
  if (state !== null) conditions.push([state === 'gone' ? 'gone_at NOT NULL' : 'gone_at IS NULL']);
  if (since !== null) conditions.push([SEEN_SINCE, since, since]);
  return conditions;
}
