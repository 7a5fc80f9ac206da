import { MOST_PROCESSES, type ObservedPort } from '../../registry/observed/observed-port.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { Connection } from '../file/database.ts';
import { WITHOUT_PROXIES } from './observed-reads.ts';

const FROM = `FROM observed_socket CROSS JOIN observed_snapshot USING (host, source)
  WHERE port = @port AND (@protocol IS NULL OR protocol = @protocol) AND ${WITHOUT_PROXIES}`;

const COUNTS = `SELECT count(DISTINCT iif(gone_at IS NULL, host, NULL)) AS hosts, count(*) FILTER (WHERE gone_at IS NULL) AS sockets,
  count(gone_at) AS gone, max(coalesce(last_seen, at)) AS lastSeen ${FROM}`;

const PROCESSES = `SELECT process ${FROM} AND gone_at IS NULL AND process NOT NULL
  GROUP BY process ORDER BY count(*) DESC, process LIMIT ${MOST_PROCESSES}`;

interface Place {
  readonly port: number;
  readonly protocol: TransportProtocol | null;
}

/** The queries of the observed use of ports, over one connection. */
export class ObservedPorts {
  readonly #counts;
  readonly #processes;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#counts = db.prepare<[Place], Omit<ObservedPort, 'processes'>>(COUNTS);
    this.#processes = db.prepare<[Place], string>(PROCESSES).pluck();
  }

  /**
   * Counts the sockets of a port.
   *
   * @param port - The port.
   * @param protocol - The protocol; null for all.
   */
  count(port: number, protocol: TransportProtocol | null): ObservedPort {
    const place = { port, protocol };
    const { hosts, sockets, gone, lastSeen } = this.#counts.get(place) as Omit<ObservedPort, 'processes'>;
    return { hosts, sockets, gone, processes: sockets === 0 ? [] : this.#processes.all(place), lastSeen };
  }
}
