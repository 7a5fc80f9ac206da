import { type ChartFacts, computeKindChart, type KindChart } from '../../registry/chart/kind-chart.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import { perVersion } from '../../registry/values/registry-version.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from './reads.ts';

type StateRow = ChartFacts['assignments'][number];

/** Computes the chart of all ports over one connection, once per version of the registry. */
export class KindCharts {
  readonly #reads: Reads;
  readonly #statements;
  /** Returns the current chart: the same object until the version changes. */
  readonly current: () => KindChart;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - Reads the version, over the same connection.
   */
  constructor(db: Connection, reads: Reads) {
    this.#reads = reads;
    this.current = perVersion(reads, () => this.#draw());
    this.#statements = {
      // The chart only needs to know whether a row has a name.
      assignments: db.prepare<[], StateRow>(
        `SELECT iif(service_name = '', NULL, '-') AS serviceName, first_port AS firstPort,
           last_port AS lastPort, nullif(transport_protocol, '') AS protocol, state
         FROM assignment WHERE first_port NOT NULL`,
      ),
      associations: db.prepare<[], PortSpan & Pick<Association, 'origin'>>(
        'SELECT DISTINCT first_port AS firstPort, last_port AS lastPort, origin FROM association',
      ),
      blockedPorts: db.prepare<[], number>('SELECT port FROM blocked_port').pluck(),
    };
  }

  #draw(): KindChart {
    // Throws before the first import, when the chart would be empty.
    this.#reads.registryDate();
    const { assignments, associations, blockedPorts } = this.#statements;
    return computeKindChart({
      assignments: assignments.all(),
      associations: associations.all(),
      blockedPorts: blockedPorts.all(),
    });
  }
}
