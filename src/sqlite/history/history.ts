import { hash } from 'node:crypto';
import {
  CHANGE_KINDS,
  type ChangeFilter,
  type ChangeKind,
  type ChangePage,
  type HistoryRange,
  type RegistryChange,
  type Snapshot,
  toRegistryChange,
} from '../../registry/history/history.ts';
import type { RegistryDate } from '../../registry/report/port-report.ts';
import type { ChangeCursor, PastRows } from '../../registry/report/report-rows.ts';
import { type Assignment, type AssignmentCells, assignmentSpan } from '../../registry/rows/assignment.ts';
import { FORMER_NAME_WORDS, type FormerName, formerNames } from '../../registry/rows/former-names.ts';
import type { Prominence } from '../../registry/rows/prominence.ts';
import type { HistoryRows } from '../../registry/stored-rows.ts';
import type { Page, PageRequest } from '../../registry/values/page.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { Connection } from '../file/database.ts';
import type { NamedReads } from '../read/named-reads.ts';
import { fromRowText } from '../tables/row-multiset.ts';
import { ASSIGNMENT_COLUMNS, type AssignmentRow, fromAssignmentRow } from '../tables/rows.ts';
import { pathBetween, rowsAt, type SnapshotChange, type SnapshotPath } from './past-state.ts';
import { currentSnapshot, snapshotNodes } from './snapshots.ts';

type ChangeRow = SnapshotChange & Pick<RegistryChange, 'date' | 'since' | 'kind' | 'firstPort' | 'lastPort'>;

type SnapshotRow = Omit<Snapshot, 'bundled' | 'current' | 'changes'> & { id: number; bundled: number };

/** The SQL condition of each filter. Those of `TWICE` have two parameters for one value. */
const CONDITIONS: { readonly [Name in keyof ChangeFilter]: string } = {
  since: 'snapshot.date > ?',
  until: 'snapshot.date <= ?',
  port: 'change.id IN (SELECT id FROM registry_change_span WHERE first_port <= ? AND last_port >= ?)',
  protocol: "change.protocol IN (?, '')",
  // UNION: with OR, SQLite would use neither index.
  service: `change.id IN (SELECT id FROM registry_change WHERE name_before = ? COLLATE NOCASE AND name_before <> ''
    UNION SELECT id FROM registry_change WHERE name_after = ? COLLATE NOCASE AND name_after <> '')`,
  kind: 'change.kind = ?',
};
const TWICE: readonly (keyof ChangeFilter)[] = ['port', 'service'];

const CHANGE_COLUMNS = `change.snapshot, change.kind, change.first_port AS firstPort, change.last_port AS lastPort,
  "before", "after", snapshot.date, parent.date AS since`;
const CHANGES = `registry_change AS change JOIN snapshot ON snapshot.id = change.snapshot
  JOIN snapshot AS parent ON parent.id = snapshot.parent`;
/** The condition of changes after which a name no longer has its row. */
const REMOVES_NAME = "kind IN ('removed', 'renamed', 'deregistered', 'replaced')";

/** The condition of rows that may mention a former name. */
const MENTIONS_FORMER_NAME = FORMER_NAME_WORDS.map(
  (word) => `description LIKE '%${word}%' OR assignment_notes LIKE '%${word}%'`,
).join(' OR ');

const NEWEST_FIRST = 'ORDER BY snapshot.date DESC, snapshot.bundled, change.id';

/** The changes that imports have made, and the official rows as of past days. */
export class History implements HistoryRows {
  readonly #db: Connection;
  readonly #reads: NamedReads;
  readonly #prominenceOf: (row: AssignmentCells) => Prominence;
  readonly #statements;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param reads - The current rows, over the same connection.
   */
  constructor(db: Connection, reads: NamedReads) {
    this.#db = db;
    this.#reads = reads;
    this.#prominenceOf = (row) => reads.prominenceOf(row);
    // Ignores bundled lists newer than the loaded one: they were never in use.
    const asOf = `SELECT snapshot.id, snapshot.date FROM snapshot, list
      WHERE name = 'assignments' AND snapshot.date <= ? AND (snapshot.bundled = 0 OR snapshot.date <= list.date)
      ORDER BY snapshot.date DESC, snapshot.bundled LIMIT 1`;
    const retired = `SELECT ${CHANGE_COLUMNS} FROM ${CHANGES} WHERE name_before = ? COLLATE NOCASE AND name_before <> ''
      AND ${REMOVES_NAME} ${NEWEST_FIRST}`;
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
      mentioning: db.prepare<[], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE first_port NOT NULL AND (${MENTIONS_FORMER_NAME})`,
      ),
      removedNames: db.prepare<[], Omit<FormerName, 'protocol'> & { protocol: TransportProtocol | '' }>(
        `SELECT DISTINCT name_before AS name, change.first_port AS firstPort, change.last_port AS lastPort, protocol
         FROM registry_change AS change
         WHERE name_before <> '' AND ${REMOVES_NAME} AND change.first_port NOT NULL AND NOT EXISTS (
           SELECT 1 FROM assignment WHERE service_name = name_before COLLATE NOCASE AND service_name <> ''
           AND assignment.first_port = change.first_port AND assignment.last_port = change.last_port
           AND transport_protocol = protocol)`,
      ),
      lists: db
        .prepare<[], string>("SELECT name || ' ' || sha256 FROM list WHERE name <> 'assignments' ORDER BY name")
        .pluck(),
      isUnchanged: db.prepare<[number, string], number>('SELECT 1 FROM snapshot WHERE id = ? AND sha256 = ?').pluck(),
      spansOf: db.prepare<[number], PortSpan>(
        `SELECT first_port AS firstPort, last_port AS lastPort FROM registry_change
         WHERE snapshot = ? AND first_port NOT NULL`,
      ),
      range: db.prepare<[], HistoryRange>('SELECT min(date) AS firstSnapshot, max(date) AS lastSnapshot FROM snapshot'),
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

  snapshots({ limit, offset }: PageRequest): Page<Snapshot> {
    const current = currentSnapshot(this.#db)?.id;
    const results = this.#statements.snapshots.all(limit, offset).map(({ id, bundled, comparedWith, ...rest }) => {
      const counts = new Map(this.#statements.counts.all(id));
      const changes = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, counts.get(kind) ?? 0]));
      const flags = { bundled: bundled === 1, current: id === current };
      return { ...rest, ...flags, comparedWith, changes: changes as Record<ChangeKind, number> };
    });
    return { count: this.#statements.snapshotCount.get() ?? 0, results };
  }

  changes(filter: ChangeFilter, { limit, offset }: PageRequest): ChangePage {
    const filters = (Object.keys(CONDITIONS) as (keyof ChangeFilter)[]).filter((name) => filter[name] !== null);
    const conditions = ['kind NOT NULL', ...filters.map((name) => CONDITIONS[name])];
    const from = `FROM ${CHANGES} WHERE ${conditions.join(' AND ')}`;
    const values = filters.flatMap((name) => (TWICE.includes(name) ? [filter[name], filter[name]] : [filter[name]]));
    const rows = this.#db
      .prepare<unknown[], ChangeRow>(`SELECT ${CHANGE_COLUMNS} ${from} ${NEWEST_FIRST} LIMIT ? OFFSET ?`)
      .all(...values, limit, offset);
    const count = this.#db.prepare<unknown[], number>(`SELECT count(*) ${from}`).pluck();
    return { ...this.#range(), count: count.get(...values) ?? 0, results: rows.map((row) => this.#toChange(row)) };
  }

  retired(name: string): RegistryChange[] {
    const changes = this.#statements.retired.all(name).map((row) => this.#toChange(row));
    // True of nearly every name.
    if (changes.length === 0) return [];
    const occupied = new Set(this.#reads.assignmentsOfService(name).map(portsKey));
    return changes.filter(({ before }) => {
      const isRemoved = before !== null && !occupied.has(portsKey(before));
      if (isRemoved) occupied.add(portsKey(before));
      return isRemoved;
    });
  }

  formerNames(): FormerName[] {
    const mentioned = this.#statements.mentioning.all().map(fromAssignmentRow).flatMap(mentionedNames);
    const removed = this.#statements.removedNames.all().map((row) => ({ ...row, protocol: row.protocol || null }));
    return [...mentioned, ...removed];
  }

  asOf(date: string): PastRows {
    const found = this.#statements.asOf.get(date);
    if (found !== undefined) {
      const { id, ...registry } = found;
      const path = pathBetween(id, currentSnapshot(this.#db)?.id ?? null, snapshotNodes(this.#db));
      return {
        ...registry,
        assignmentsAt: (port) => this.#assignmentsAt(port, path),
        assignmentsOfService: (name) => this.#assignmentsOfService(name, path),
      };
    }
    const { firstSnapshot } = this.#range();
    const expected = `the earliest snapshot is of ${firstSnapshot}; an older file can be added with portolan import`;
    throw new RegistryError('not_found', `Cannot answer as of ${quoteInput(date)}: ${expected}`, { parameter: 'asOf' });
  }

  changeCursor(): ChangeCursor {
    const lists = this.#statements.lists.all().join('\n');
    return { lists, snapshot: currentSnapshot(this.#db) };
  }

  changedSince({ lists, snapshot }: ChangeCursor): PortSpan[] | null {
    const now = this.changeCursor();
    if (now.lists !== lists || snapshot === null || now.snapshot === null) return null;
    // A later import of the same day replaces a snapshot under the same id.
    if (this.#statements.isUnchanged.get(snapshot.id, snapshot.sha256) === undefined) return null;
    const path = pathBetween(now.snapshot.id, snapshot.id, snapshotNodes(this.#db));
    return path.flatMap((step) => this.#statements.spansOf.all(step.snapshot));
  }

  #toChange({ date, since, kind, firstPort, lastPort, before, after }: ChangeRow): RegistryChange {
    const id = `${date}-${hash('sha256', JSON.stringify([since, date, before, after])).slice(0, 16)}`;
    const span = assignmentSpan({ firstPort, lastPort });
    const [old, current] = [before, after].map((text) => (text === null ? null : fromRowText(text)));
    return toRegistryChange({ id, date, since, kind }, old ?? null, current ?? null, span, this.#prominenceOf);
  }

  #range(): HistoryRange {
    return this.#statements.range.get() as HistoryRange;
  }

  #assignmentsAt(port: number, path: SnapshotPath): Assignment[] {
    return rowsAt(
      this.#reads.assignmentRows({ firstPort: port, lastPort: port }),
      this.#statements.changesAt.all(port, port),
      path,
      this.#prominenceOf,
    );
  }

  #assignmentsOfService(name: string, path: SnapshotPath): Assignment[] {
    const [rows, changes] = [this.#reads.assignmentRowsOfService(name), this.#statements.changesOf.all(name, name)];
    return rowsAt(rows, changes, path, this.#prominenceOf).filter(
      ({ serviceName }) => serviceName?.toLowerCase() === name.toLowerCase(),
    );
  }
}

/** Returns the former names of its ports that a row mentions. */
function mentionedNames(row: Assignment): FormerName[] {
  const span = assignmentSpan(row);
  return span === null ? [] : formerNames(row).map((name) => ({ name, ...span, protocol: row.protocol }));
}

function portsKey({ firstPort, lastPort, protocol }: Assignment): string {
  return `${firstPort}-${lastPort}/${protocol}`;
}
