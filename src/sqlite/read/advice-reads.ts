import type { AdviceUse, OfficialRow, OwnFacts } from '../../registry/advice/advice-facts.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { Connection } from '../file/database.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  CHART_COLUMNS,
  type ChartRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromChartRow,
} from '../tables/rows.ts';

/** An own use as it is stored, without what advice does not need: there may be thousands, and each question reads them. */
type OwnUseRow = Omit<AdviceUse, 'protocols' | 'sources'> & { readonly protocols: string };

/** A pool as it is stored: its lists are JSON. */
interface PoolRow {
  readonly name: string;
  readonly ranges: string;
  readonly protocols: string;
  readonly owner: string | null;
}

/** Every SELECT of advice, prepared once for a connection: one for writing serves as well as one for reading. */
export class AdviceReads {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#statements = {
      official: db.prepare<[number, number], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment_span AS span JOIN assignment USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      chartRows: db.prepare<[], ChartRow>(`SELECT ${CHART_COLUMNS} FROM assignment WHERE first_port NOT NULL`),
      uses: db.prepare<[number, number], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      ownUses: db.prepare<[], OwnUseRow>(
        `SELECT id, name, used_by AS usedBy, first_port AS firstPort, last_port AS lastPort, protocols, confidence, origin,
         owner, environment FROM association WHERE origin = 'own'`,
      ),
      blockedPorts: db.prepare<[], number>('SELECT port FROM blocked_port').pluck(),
      pools: db.prepare<[], PoolRow>('SELECT name, ranges, protocols, owner FROM pool ORDER BY name'),
    };
  }

  /** Finds the official rows with a port of a span, in no particular order. */
  officialRows({ firstPort, lastPort }: PortSpan): OfficialRow[] {
    return this.#statements.official.all(lastPort, firstPort).map((row) => fromAssignmentRow(row) as OfficialRow);
  }

  /** Finds all official rows that have ports, without the words that the chart does not show. */
  chartRows(): OfficialRow[] {
    return this.#statements.chartRows.all().map(fromChartRow);
  }

  /** Finds the informal and own uses with a port of a span, in no particular order. */
  uses({ firstPort, lastPort }: PortSpan): AdviceUse[] {
    return this.#statements.uses.all(lastPort, firstPort).map(fromAssociationRow);
  }

  /** Finds all that the team has said. An own use is its own source. */
  ownFacts(): OwnFacts {
    const ownUses = this.#statements.ownUses
      .all()
      .map((row): AdviceUse => ({ ...row, protocols: JSON.parse(row.protocols), sources: [] }));
    return { ownUses, pools: this.pools() };
  }

  /** Finds the pools, by name. */
  pools(): OwnFacts['pools'] {
    return this.#statements.pools.all().map(({ name, ranges, protocols, owner }) => {
      return { name, spans: JSON.parse(ranges), protocols: JSON.parse(protocols), owner };
    });
  }

  /** Finds the ports to which browsers do not connect. */
  blockedPorts(): number[] {
    return this.#statements.blockedPorts.all();
  }
}
