import type { AdviceRows } from '../../registry/advice/advice.ts';
import type { AdviceUse, OfficialRow, OwnFacts } from '../../registry/advice/advice-facts.ts';
import type { EntryPorts } from '../../registry/advice/released-ports.ts';
import type { ConflictRows } from '../../registry/conflicts/conflicts.ts';
import type { PortAlias } from '../../registry/conflicts/listed-claims.ts';
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
import { releasedSince } from './releases.ts';

/** A stored own use, with only the columns that advice needs: there may be thousands, and each request reads all. */
type OwnUseRow = Omit<AdviceUse, 'protocols' | 'sources' | 'otherNames'> &
  Readonly<Record<'protocols' | 'otherNames', string>>;

const OWN_USE_COLUMNS = `association.id, name, used_by AS usedBy, association.first_port AS firstPort,
  association.last_port AS lastPort, protocols, confidence, prominence, origin, owner, environment,
  other_names AS otherNames, status`;

/** A stored pool; its lists are JSON. */
interface PoolRow {
  readonly name: string;
  readonly ranges: string;
  readonly protocols: string;
  readonly owner: string | null;
}

/** The queries of `Reads`, of advice and of conflicts, prepared once for a connection, which may be one for reading or for writing. */
export class AdviceReads extends Reads implements AdviceRows, ConflictRows {
  readonly #db: Connection;
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    super(db);
    this.#db = db;
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
        `SELECT ${OWN_USE_COLUMNS} FROM association WHERE origin = 'own' AND ${IN_USE}`,
      ),
      ownUsesAfter: db.prepare<[string, number], OwnUseRow>(
        `SELECT ${OWN_USE_COLUMNS} FROM association WHERE origin = 'own' AND ${IN_USE} AND id > ? ORDER BY id LIMIT ?`,
      ),
      ownUsesIn: db.prepare<[number, number], OwnUseRow>(
        `SELECT ${OWN_USE_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND origin = 'own'`,
      ),
      blockedPorts: db.prepare<[], number>('SELECT port FROM blocked_port').pluck(),
      portAliases: db.prepare<[], Omit<PortAlias, 'protocols'> & { readonly protocols: string }>(
        'SELECT name, port, protocols FROM other_name',
      ),
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
    return { ownUses: this.#statements.ownUses.all().map(fromOwnUseRow), pools: this.pools() };
  }

  ownUsesAfter(id: string, limit: number): AdviceUse[] {
    return this.#statements.ownUsesAfter.all(id, limit).map(fromOwnUseRow);
  }

  /** Finds the own uses that overlap a span, in no particular order. They have no sources. */
  ownUsesIn({ firstPort, lastPort }: PortSpan): AdviceUse[] {
    return this.#statements.ownUsesIn.all(lastPort, firstPort).map(fromOwnUseRow);
  }

  pools(): OwnFacts['pools'] {
    return this.#statements.pools.all().map(({ name, ranges, protocols, owner }) => {
      return { name, spans: JSON.parse(ranges), protocols: JSON.parse(protocols), owner };
    });
  }

  portAliases(): PortAlias[] {
    return this.#statements.portAliases.all().map((row) => ({ ...row, protocols: JSON.parse(row.protocols) }));
  }

  releasedSince(day: string): EntryPorts[] {
    return releasedSince(this.#db, day);
  }

  blockedPorts(): number[] {
    return this.#statements.blockedPorts.all();
  }
}

function fromOwnUseRow(row: OwnUseRow): AdviceUse {
  return { ...row, protocols: JSON.parse(row.protocols), otherNames: JSON.parse(row.otherNames), sources: [] };
}
