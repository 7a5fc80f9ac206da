import type { AdviceRows } from '../../registry/advice/advice.ts';
import type { AdviceUse, ObservedUse, OfficialRow, Pool } from '../../registry/advice/advice-facts.ts';
import { type EntryPorts, MOST_RELEASES, releasedBy } from '../../registry/advice/released-ports.ts';
import type { ConflictRows } from '../../registry/conflicts/conflicts.ts';
import type { PortAlias } from '../../registry/conflicts/listed-claims.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection, Statement } from '../file/database.ts';
import {
  EPHEMERAL_COLUMNS,
  type EphemeralRow,
  fromAssignmentRow,
  fromEphemeralRow,
  fromMaskRow,
  IN_USE,
  MASK_COLUMNS,
  type MaskRow,
} from '../tables/rows.ts';
import { NamedReads } from './named-reads.ts';

/** A stored use, with only the columns that advice needs of many: there may be thousands. */
type UseRow = Omit<AdviceUse, 'protocols' | 'sources' | 'otherNames'> &
  Readonly<Record<'protocols' | 'otherNames', string>>;

const USE_COLUMNS = `association.id, name, used_by AS usedBy, association.first_port AS firstPort,
  association.last_port AS lastPort, protocols, confidence, prominence, origin, owner, environment,
  other_names AS otherNames, status`;

/** The same with the sources. */
type SourcedUseRow = UseRow & { readonly sources: string };

/** A stored pool; its lists are JSON. */
interface PoolRow {
  readonly name: string;
  readonly ranges: string;
  readonly protocols: string;
  readonly owner: string | null;
}

/** A stored other name of a port; its protocols are JSON. */
type AliasRow = Omit<PortAlias, 'protocols'> & { readonly id: number; readonly protocols: string };

/** The most rows that one step reads: 1 to 2 ms. */
const STEP_ROWS = 500;

/** The writes that released ports, in exactly the words of the index `audit_released`: others would need the whole audit log. */
const RELEASES = `kind = 'association' AND coalesce("before" ->> 'status', 'active') <> 'retired'
  AND (action = 'delete' OR (action = 'update' AND (coalesce("after" ->> 'status', 'active') = 'retired'
    OR "before" ->> 'firstPort' <> "after" ->> 'firstPort' OR "before" ->> 'lastPort' <> "after" ->> 'lastPort'
    OR "before" ->> 'protocols' <> "after" ->> 'protocols' OR "before" ->> 'environment' IS NOT "after" ->> 'environment')))`;

/** The fields of `EntryPorts` in the JSON of an entry. */
function fieldsOf(column: string): string {
  const fields = ['firstPort', 'lastPort', 'protocols', 'environment'];
  return `json_object(${fields.map((name) => `'${name}', ${column} -> '${name}'`).join(', ')})`;
}

/** The SQL that finds the entries before and after each write since a time and before another write, the latest first. */
export const RELEASES_SINCE = `SELECT id, at, ${fieldsOf('"before"')} AS "before",
    iif(action = 'delete' OR coalesce("after" ->> 'status', 'active') = 'retired', NULL, ${fieldsOf('"after"')}) AS "after"
  FROM audit INDEXED BY audit_released WHERE ${RELEASES} AND at >= ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`;

/** Sorts after the time of every write. */
const END_OF_TIME = '~';

/** A stored write that released ports. */
interface ReleaseRow {
  readonly id: number;
  readonly at: string;
  readonly before: string;
  readonly after: string | null;
}

/** The queries of `NamedReads`, of advice and of conflicts, prepared once for a connection, which may be one for reading or for writing. */
export class AdviceReads extends NamedReads implements AdviceRows, ConflictRows {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    super(db);
    this.#statements = {
      ephemeralRanges: db.prepare<[], EphemeralRow>(
        `SELECT ${EPHEMERAL_COLUMNS} FROM ephemeral_range ORDER BY system, current DESC, id`,
      ),
      maskRowsAfter: db.prepare<[number, number], MaskRow>(
        `SELECT ${MASK_COLUMNS} FROM assignment WHERE id > ? AND first_port NOT NULL ORDER BY id LIMIT ?`,
      ),
      maskRowsIn: db.prepare<[number, number], MaskRow>(
        `SELECT ${MASK_COLUMNS} FROM assignment WHERE id IN (
           SELECT id FROM assignment_span WHERE first_port <= ? AND last_port >= ?) ORDER BY id`,
      ),
      ownUsesAfter: db.prepare<[string, number], UseRow>(
        `SELECT ${USE_COLUMNS} FROM association WHERE origin = 'own' AND ${IN_USE} AND id > ? ORDER BY id LIMIT ?`,
      ),
      informalUsesAfter: db.prepare<[string, number], UseRow>(
        `SELECT ${USE_COLUMNS} FROM association WHERE origin = 'informal' AND id > ? ORDER BY id LIMIT ?`,
      ),
      usesIn: db.prepare<[number, number], SourcedUseRow>(
        `SELECT ${USE_COLUMNS}, sources FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      ownUsesIn: db.prepare<[number, number], UseRow>(
        `SELECT ${USE_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND origin = 'own'`,
      ),
      blockedPorts: db.prepare<[], number>('SELECT port FROM blocked_port').pluck(),
      portAliasesAfter: db.prepare<[number, number], AliasRow>(
        'SELECT id, name, port, protocols FROM other_name WHERE id > ? ORDER BY id LIMIT ?',
      ),
      portAliasesIn: db.prepare<[number, number], AliasRow>(
        'SELECT id, name, port, protocols FROM other_name WHERE port BETWEEN ? AND ? ORDER BY id',
      ),
      observedVersion: db.prepare<[], number>('SELECT version FROM observed_version').pluck(),
      observedUses: db.prepare<[number, number], ObservedUse>(
        `SELECT port AS firstPort, port AS lastPort, protocol, environment, count(DISTINCT host) AS hosts
         FROM observed_socket CROSS JOIN observed_snapshot USING (host, source)
         WHERE port BETWEEN ? AND ? AND gone_at IS NULL GROUP BY port, protocol, environment ORDER BY port, protocol, environment`,
      ),
      releasesSince: db.prepare<[string, string, number, number], ReleaseRow>(RELEASES_SINCE),
      pools: db.prepare<[], PoolRow>('SELECT name, ranges, protocols, owner FROM pool ORDER BY name'),
    };
  }

  ephemeralRanges(): EphemeralRange[] {
    return this.#statements.ephemeralRanges.all().map(fromEphemeralRow);
  }

  officialRows(span: PortSpan): OfficialRow[] {
    return this.assignmentRows(span).map((row) => fromAssignmentRow(row) as OfficialRow);
  }

  maskRows(): Steps<OfficialRow[]> {
    return readInSteps(this.#statements.maskRowsAfter, 0, fromMaskRow);
  }

  maskRowsIn({ firstPort, lastPort }: PortSpan): OfficialRow[] {
    return this.#statements.maskRowsIn.all(lastPort, firstPort).map(fromMaskRow);
  }

  uses({ firstPort, lastPort }: PortSpan): AdviceUse[] {
    const rows = this.#statements.usesIn.all(lastPort, firstPort);
    return rows.map((row) => ({ ...fromUseRow(row), sources: JSON.parse(row.sources) }));
  }

  informalUses(): Steps<AdviceUse[]> {
    return readInSteps(this.#statements.informalUsesAfter, '', fromUseRow);
  }

  ownUses(): Steps<AdviceUse[]> {
    return readInSteps(this.#statements.ownUsesAfter, '', fromUseRow);
  }

  /** Finds the own uses that overlap a span, in no particular order. They have no sources. */
  ownUsesIn({ firstPort, lastPort }: PortSpan): AdviceUse[] {
    return this.#statements.ownUsesIn.all(lastPort, firstPort).map(fromUseRow);
  }

  pools(): Pool[] {
    return this.#statements.pools.all().map(({ name, ranges, protocols, owner }) => {
      return { name, spans: JSON.parse(ranges), protocols: JSON.parse(protocols), owner };
    });
  }

  portAliases(): Steps<PortAlias[]> {
    return readInSteps(this.#statements.portAliasesAfter, 0, fromAliasRow);
  }

  portAliasesIn({ firstPort, lastPort }: PortSpan): PortAlias[] {
    return this.#statements.portAliasesIn.all(firstPort, lastPort).map(fromAliasRow);
  }

  *releasedSince(day: string): Steps<EntryPorts[]> {
    const released: EntryPorts[] = [];
    let [at, id] = [END_OF_TIME, 0];
    for (let count = 0; count < MOST_RELEASES; count += STEP_ROWS) {
      const rows = this.#statements.releasesSince.all(day, at, id, STEP_ROWS);
      for (const { before, after } of rows)
        released.push(...releasedBy(JSON.parse(before), JSON.parse(after ?? 'null')));
      const last = rows.at(-1);
      yield;
      if (last === undefined) break;
      ({ at, id } = last);
    }
    return released;
  }

  blockedPorts(): number[] {
    return this.#statements.blockedPorts.all();
  }

  observedVersion(): number {
    return this.#statements.observedVersion.get() ?? 0;
  }

  observedUses({ firstPort, lastPort }: PortSpan): ObservedUse[] {
    return this.#statements.observedUses.all(firstPort, lastPort);
  }
}

function fromAliasRow({ name, port, protocols }: AliasRow): PortAlias {
  return { name, port, protocols: JSON.parse(protocols) };
}

function fromUseRow(row: UseRow): AdviceUse {
  return { ...row, protocols: JSON.parse(row.protocols), otherNames: JSON.parse(row.otherNames), sources: [] };
}

/** Reads all rows of a query that lists those after an id, by id. Each step reads some of them. */
function* readInSteps<Id, Row extends { readonly id: Id }, Item>(
  after: Statement<[Id, number], Row>,
  first: Id,
  convert: (row: Row) => Item,
): Steps<Item[]> {
  const items: Item[] = [];
  for (let last: Id | undefined = first; last !== undefined; ) {
    const page: Row[] = after.all(last, STEP_ROWS);
    for (const row of page) items.push(convert(row));
    last = page.at(-1)?.id;
    yield;
  }
  return items;
}
