import type { AdviceRows } from '../../registry/advice/advice.ts';
import type { AdviceUse, OfficialRow, OwnFacts } from '../../registry/advice/advice-facts.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { Connection } from '../file/database.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromMaskRow,
  IN_USE,
  MASK_COLUMNS,
  type MaskRow,
} from '../tables/rows.ts';
import { Reads } from './reads.ts';

/** A stored own use, with only the columns that advice needs: there may be thousands, and each request reads all. */
type OwnUseRow = Omit<AdviceUse, 'protocols' | 'sources'> & { readonly protocols: string };

/** A stored pool; its lists are JSON. */
interface PoolRow {
  readonly name: string;
  readonly ranges: string;
  readonly protocols: string;
  readonly owner: string | null;
}

/** The queries of `Reads` and of advice, prepared once for a connection, which may be one for reading or for writing. */
export class AdviceReads extends Reads implements AdviceRows {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    super(db);
    this.#statements = {
      official: db.prepare<[number, number], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment_span AS span JOIN assignment USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      maskRows: db.prepare<[], MaskRow>(`SELECT ${MASK_COLUMNS} FROM assignment WHERE first_port NOT NULL`),
      uses: db.prepare<[number, number], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      ownUses: db.prepare<[], OwnUseRow>(
        `SELECT id, name, used_by AS usedBy, first_port AS firstPort, last_port AS lastPort, protocols, confidence, prominence,
         origin, owner, environment FROM association WHERE origin = 'own' AND ${IN_USE}`,
      ),
      blockedPorts: db.prepare<[], number>('SELECT port FROM blocked_port').pluck(),
      pools: db.prepare<[], PoolRow>('SELECT name, ranges, protocols, owner FROM pool ORDER BY name'),
    };
  }

  officialRows({ firstPort, lastPort }: PortSpan): OfficialRow[] {
    return this.#statements.official.all(lastPort, firstPort).map((row) => fromAssignmentRow(row) as OfficialRow);
  }

  maskRows(): OfficialRow[] {
    return this.#statements.maskRows.all().map(fromMaskRow);
  }

  uses({ firstPort, lastPort }: PortSpan): AdviceUse[] {
    return this.#statements.uses.all(lastPort, firstPort).map(fromAssociationRow);
  }

  ownFacts(): OwnFacts {
    const ownUses = this.#statements.ownUses
      .all()
      .map((row): AdviceUse => ({ ...row, protocols: JSON.parse(row.protocols), sources: [] }));
    return { ownUses, pools: this.pools() };
  }

  pools(): OwnFacts['pools'] {
    return this.#statements.pools.all().map(({ name, ranges, protocols, owner }) => {
      return { name, spans: JSON.parse(ranges), protocols: JSON.parse(protocols), owner };
    });
  }

  blockedPorts(): number[] {
    return this.#statements.blockedPorts.all();
  }
}
