import { type ChartFacts, computeKindChart, type KindChart } from '../../registry/chart/kind-chart.ts';
import type { RegistryVersion } from '../../registry/registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from './reads.ts';

type StateRow = ChartFacts['assignments'][number];

/** Draws the chart of all ports over one connection, once for each state of the registry. */
export class KindCharts {
  readonly #reads: Reads;
  readonly #statements;
  #drawn: { readonly version: RegistryVersion; readonly chart: KindChart } | undefined;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - Tells the version.
   */
  constructor(db: Connection, reads: Reads) {
    this.#reads = reads;
    this.#statements = {
      // Of the names it only matters whether there is one.
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

  /** Gives the chart: the same object until something changes. */
  current(): KindChart {
    const version = this.#reads.version();
    const isCurrent = this.#drawn?.version.lists === version.lists && this.#drawn.version.own === version.own;
    if (!isCurrent || this.#drawn === undefined) {
      // Before anything is loaded the picture would be of a registry without a row.
      this.#reads.registryDate();
      const { assignments, associations, blockedPorts } = this.#statements;
      const facts = {
        assignments: assignments.all(),
        associations: associations.all(),
        blockedPorts: blockedPorts.all(),
      };
      this.#drawn = { version, chart: computeKindChart(facts) };
    }
    return this.#drawn.chart;
  }
}
