import { type HostChart, MOST_CHART_HOSTS } from '../../registry/observed/host-chart.ts';
import { LAST_PORT, PORT_COUNT } from '../../registry/values/port-number.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection } from '../file/database.ts';

/** The rows of one step: 1 to 2 ms. The rows of one port are never divided. */
const STEP_ROWS = 2_000;

/** Counts each host once: a port that docker publishes may have two rows, one of the container and one of its proxy. */
const COUNTS = `SELECT port, count(DISTINCT host) AS hosts FROM observed_socket
  WHERE port BETWEEN ? AND ? AND gone_at IS NULL GROUP BY port`;

/**
 * Counts the hosts that listen on each port, in steps.
 *
 * @param db - Any connection.
 */
export function* hostChart(db: Connection): Steps<HostChart> {
  const last = db
    .prepare<[number, number], number>(
      'SELECT port FROM observed_socket WHERE port >= ? ORDER BY port LIMIT 1 OFFSET ?',
    )
    .pluck();
  const counts = db.prepare<[number, number], { readonly port: number; readonly hosts: number }>(COUNTS);
  const chart = new Uint8Array(PORT_COUNT);
  for (let first = 0; first <= LAST_PORT; ) {
    const end = last.get(first, STEP_ROWS - 1) ?? LAST_PORT;
    for (const { port, hosts } of counts.all(first, end)) chart[port] = Math.min(hosts, MOST_CHART_HOSTS);
    first = end + 1;
    if (first <= LAST_PORT) yield;
  }
  return chart;
}
