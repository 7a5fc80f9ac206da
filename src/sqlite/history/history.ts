import { hash } from 'node:crypto';
import {
  CHANGE_KINDS,
  type ChangeFilter,
  type ChangeKind,
  type HistoryReach,
  type RegistryChange,
  type Snapshot,
  toRegistryChange,
} from '../../registry/history/history.ts';
import type { RegistryDate } from '../../registry/report/port-report.ts';
import { type Assignment, assignmentSpan } from '../../registry/rows/assignment.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';
import type { Reads } from '../read/reads.ts';
import { fromRowText } from '../tables/row-multiset.ts';
import { type PastState, pathBetween, rowsThen, type SnapshotChange } from './past-state.ts';
import { type CurrentSnapshot, currentSnapshot, snapshotNodes } from './snapshots.ts';

type ChangeRow = SnapshotChange & Pick<RegistryChange, 'date' | 'since' | 'kind' | 'firstPort' | 'lastPort'>;

type SnapshotRow = Omit<Snapshot, 'bundled' | 'current' | 'changes'> & { id: number; bundled: number };

/** What each filter compares; a port is given twice, and so is a name. */
const CONDITIONS: { readonly [Name in keyof ChangeFilter]: string } = {
  since: 'snapshot.date > ?',
  until: 'snapshot.date <= ?',
  port: 'change.id IN (SELECT id FROM registry_change_span WHERE first_port <= ? AND last_port >= ?)',
  protocol: "change.protocol IN (?, '')",
  // With OR in place of UNION, SQLite would use neither index.
  service: `change.id IN (SELECT id FROM registry_change WHERE name_before = ? COLLATE NOCASE AND name_before <> ''
    UNION SELECT id FROM registry_change WHERE name_after = ? COLLATE NOCASE AND name_after <> '')`,
  kind: 'change.kind = ?',
};
const TWICE: readonly (keyof ChangeFilter)[] = ['port', 'service'];

const CHANGE_COLUMNS = `change.snapshot, change.kind, change.first_port AS firstPort, change.last_port AS lastPort,
  "before", "after", snapshot.date, parent.date AS since`;
const CHANGES = `registry_change AS change JOIN snapshot ON snapshot.id = change.snapshot
  JOIN snapshot AS parent ON parent.id = snapshot.parent`;
const NEWEST_FIRST = 'ORDER BY snapshot.date DESC, snapshot.bundled, change.id';

/** Tells one state of the lists from another. */
export interface ListsMark {
  /** All lists but the official one, with the fingerprints of their files. */
  readonly lists: string;
  /** The official rows. */
  readonly snapshot: CurrentSnapshot | null;
}

/** What imports have changed, and the official rows as they were. */
export class History {
  readonly #db: Connection;
  readonly #reads: Reads;
  readonly #statements;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - The rows as they are now, over the same connection.
   */
  constructor(db: Connection, reads: Reads) {
    this.#db = db;
    this.#reads = reads;
    // A bundled list that is newer than what was loaded in its place tells nothing of what stood when.
    const asOf = `SELECT snapshot.id, snapshot.date, snapshot.imported_at AS importedAt FROM snapshot, list
      WHERE name = 'assignments' AND snapshot.date <= ? AND (snapshot.bundled = 0 OR snapshot.date <= list.date)
      ORDER BY snapshot.date DESC, snapshot.bundled LIMIT 1`;
    const retired = `SELECT ${CHANGE_COLUMNS} FROM ${CHANGES} WHERE name_before = ? COLLATE NOCASE AND name_before <> ''
      AND kind IN ('removed', 'renamed', 'deregistered', 'replaced') ${NEWEST_FIRST}`;
    const columns = `snapshot.id, snapshot.date, snapshot.source, snapshot.sha256, snapshot.imported_at AS importedAt,
      snapshot.row_count AS rows, snapshot.bundled, parent.date AS comparedWith`;
    this.#statements = {
      asOf: db.prepare<[string], RegistryDate & { id: number }>(asOf),
      changesAt: db.prepare<[number, number], SnapshotChange>(
        `SELECT snapshot, "before", "after" FROM registry_change_span AS span JOIN registry_change USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      changesOf: db.prepare<[string, string], SnapshotChange>(
        `SELECT snapshot, "before", "after" FROM registry_change AS change WHERE ${CONDITIONS.service}`,
      ),
      retired: db.prepare<[string], ChangeRow>(retired),
      lists: db
        .prepare<[], string>("SELECT name || ' ' || sha256 FROM list WHERE name <> 'assignments' ORDER BY name")
        .pluck(),
      isStill: db.prepare<[number, string], number>('SELECT 1 FROM snapshot WHERE id = ? AND sha256 = ?').pluck(),
      spansOf: db.prepare<[number], PortSpan>(
        `SELECT first_port AS firstPort, last_port AS lastPort FROM registry_change
         WHERE snapshot = ? AND first_port NOT NULL`,
      ),
      reach: db.prepare<[], HistoryReach>('SELECT min(date) AS firstSnapshot, max(date) AS lastSnapshot FROM snapshot'),
      snapshotCount: db.prepare<[], number>('SELECT count(*) FROM snapshot').pluck(),
      snapshots: db.prepare<[number, number], SnapshotRow>(
        `SELECT ${columns} FROM snapshot
         LEFT JOIN snapshot AS parent ON parent.id = snapshot.parent AND parent.bundled = snapshot.bundled
         ORDER BY snapshot.date DESC, snapshot.bundled LIMIT ? OFFSET ?`,
      ),
      counts: db
        .prepare<[number], [ChangeKind, number]>(
          'SELECT kind, count(*) FROM registry_change WHERE snapshot = ? AND kind NOT NULL GROUP BY kind',
        )
        .raw(),
    };
  }

  /** Tells between which days the history reaches. */
  reach(): HistoryReach {
    return this.#statements.reach.get() as HistoryReach;
  }

  /** Lists snapshots, the latest first. */
  snapshots({ limit, offset }: PageRequest): Page<Snapshot> {
    const current = currentSnapshot(this.#db)?.id;
    const results = this.#statements.snapshots.all(limit, offset).map(({ id, bundled, comparedWith, ...known }) => {
      const counts = new Map(this.#statements.counts.all(id));
      const changes = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, counts.get(kind) ?? 0]));
      const place = { bundled: bundled === 1, current: id === current, comparedWith };
      return { ...known, ...place, changes: changes as Record<ChangeKind, number> };
    });
    return { count: this.#statements.snapshotCount.get() ?? 0, results };
  }

  /** Lists changes, those of the latest snapshot first, and of one snapshot by port, then by name. */
  changes(filter: ChangeFilter, { limit, offset }: PageRequest): Page<RegistryChange> {
    const asked = (Object.keys(CONDITIONS) as (keyof ChangeFilter)[]).filter((name) => filter[name] !== null);
    const conditions = ['kind NOT NULL', ...asked.map((name) => CONDITIONS[name])];
    const from = `FROM ${CHANGES} WHERE ${conditions.join(' AND ')}`;
    const values = asked.flatMap((name) => (TWICE.includes(name) ? [filter[name], filter[name]] : [filter[name]]));
    const rows = this.#db
      .prepare<unknown[], ChangeRow>(`SELECT ${CHANGE_COLUMNS} ${from} ${NEWEST_FIRST} LIMIT ? OFFSET ?`)
      .all(...values, limit, offset);
    const count = this.#db.prepare<unknown[], number>(`SELECT count(*) ${from}`).pluck();
    return { count: count.get(...values) ?? 0, results: rows.map(fromChangeRow) };
  }

  /** Lists how rows of a name went away, the latest first, those left out that a row of the name has taken the place of. */
  retired(name: string): RegistryChange[] {
    const changes = this.#statements.retired.all(name).map(fromChangeRow);
    // Nearly every name is one of which nothing went away.
    if (changes.length === 0) return [];
    const places = new Set(this.#reads.assignmentsOfService(name).map(placeOf));
    return changes.filter(({ before }) => {
      const isGone = before !== null && !places.has(placeOf(before));
      if (isGone) places.add(placeOf(before));
      return isGone;
    });
  }

  /**
   * Finds the registry as it stood on a day: the latest snapshot up to it.
   *
   * @param date - The day, `YYYY-MM-DD`.
   * @throws {RegistryError} `not_found` for a day before the earliest snapshot.
   */
  asOf(date: string): PastState {
    const found = this.#statements.asOf.get(date);
    if (found !== undefined) {
      const { id, ...known } = found;
      return { ...known, way: pathBetween(id, currentSnapshot(this.#db)?.id ?? null, snapshotNodes(this.#db)) };
    }
    const { firstSnapshot } = this.reach();
    const expected = `the earliest snapshot is of ${firstSnapshot}; an older file can be added with portolan import`;
    throw new RegistryError('not_found', `Cannot answer as of ${quoteInput(date)}: ${expected}`, { parameter: 'asOf' });
  }

  /** Tells which rows the lists have now, so that later `changedSince` can say which have changed. */
  mark(): ListsMark {
    const lists = this.#statements.lists.all().join('\n');
    return { lists, snapshot: currentSnapshot(this.#db) };
  }

  /**
   * Finds the ports whose rows of the lists are others than they were.
   *
   * @param mark - What `mark` told then.
   * @returns The stretches in which official rows have changed; null where everything may have.
   */
  changedSince({ lists, snapshot }: ListsMark): PortSpan[] | null {
    const now = this.mark();
    if (now.lists !== lists || snapshot === null || now.snapshot === null) return null;
    // Of one day the last import stays, under the same number.
    if (this.#statements.isStill.get(snapshot.id, snapshot.sha256) === undefined) return null;
    const way = pathBetween(now.snapshot.id, snapshot.id, snapshotNodes(this.#db));
    return way.flatMap((step) => this.#statements.spansOf.all(step.snapshot));
  }

  /** Finds the official rows that contained a port, in no particular order. */
  assignmentsAt(port: number, state: PastState): Assignment[] {
    return rowsThen(this.#reads.assignmentRowsAt(port), this.#statements.changesAt.all(port, port), state);
  }

  /** Finds the official rows of a service name in any case, in no particular order. */
  assignmentsOfService(name: string, state: PastState): Assignment[] {
    const rows = rowsThen(this.#reads.assignmentRowsOfService(name), this.#statements.changesOf.all(name, name), state);
    return rows.filter(({ serviceName }) => serviceName?.toLowerCase() === name.toLowerCase());
  }
}

function placeOf({ firstPort, lastPort, protocol }: Assignment): string {
  return `${firstPort}-${lastPort}/${protocol}`;
}

function fromChangeRow({ date, since, kind, firstPort, lastPort, before, after }: ChangeRow): RegistryChange {
  const id = `${date}-${hash('sha256', JSON.stringify([since, date, before, after])).slice(0, 16)}`;
  const span = assignmentSpan({ firstPort, lastPort });
  const [old, current] = [before, after].map((text) => (text === null ? null : fromRowText(text)));
  return toRegistryChange({ id, date, since, kind }, old ?? null, current ?? null, span);
}
