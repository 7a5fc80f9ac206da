import type { ChartFacts } from '../../registry/chart/kind-chart.ts';
import type { Connection } from '../file/database.ts';

/**
 * Reads the input of the chart of all ports.
 *
 * @param db - A connection to a database of this program's schema.
 */
export function chartFacts(db: Connection): ChartFacts {
  // The chart only needs to know whether a row has a name.
  const assignments = db.prepare<[], ChartFacts['assignments'][number]>(
    `SELECT iif(service_name = '', NULL, '-') AS serviceName, first_port AS firstPort,
       last_port AS lastPort, nullif(transport_protocol, '') AS protocol, state
     FROM assignment WHERE first_port NOT NULL`,
  );
  const informalUses = db.prepare<[], ChartFacts['informalUses'][number]>(
    "SELECT DISTINCT first_port AS firstPort, last_port AS lastPort FROM association WHERE origin = 'informal'",
  );
  const blockedPorts = db.prepare<[], number>('SELECT port FROM blocked_port').pluck();
  return { assignments: assignments.all(), informalUses: informalUses.all(), blockedPorts: blockedPorts.all() };
}
