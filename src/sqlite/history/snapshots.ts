import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Connection } from '../file/database.ts';
import { applyChanges, RowMultiset, type StoredChange, toRowText } from '../tables/row-multiset.ts';
import { ASSIGNMENT_COLUMNS } from '../tables/rows.ts';
import { compareWithParent, type SnapshotNode } from './snapshot-changes.ts';

/** The metadata of the rows of an import. */
export interface NewSnapshot {
  /** The date of the list, `YYYY-MM-DD`. */
  readonly date: string;
  readonly bundled: boolean;
  readonly source: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** The time of the import, ISO 8601 in UTC with milliseconds; now by default. */
  readonly importedAt?: string | undefined;
}

/** The current official rows and their snapshot. */
export interface CurrentRows {
  /** Null before the first import. */
  readonly snapshot: number | null;
  readonly rows: RowMultiset;
}

/**
 * Reads all current official rows.
 *
 * @param db - Any connection.
 */
export function currentRows(db: Connection): CurrentRows {
  const rows = new RowMultiset();
  const all = db.prepare<[], AssignmentCells>(`SELECT ${ASSIGNMENT_COLUMNS} FROM assignment`);
  for (const row of all.iterate()) rows.add(toRowText(row));
  return { snapshot: currentSnapshot(db)?.id ?? null, rows };
}

/** The snapshot of the current official rows. */
export interface CurrentSnapshot {
  readonly id: number;
  /** SHA-256 of its file, in hexadecimal: a later import of the same day replaces a snapshot under the same id. */
  readonly sha256: string;
}

/**
 * Finds the snapshot of the current official rows.
 *
 * @param db - Any connection.
 * @returns Null before the first import.
 */
export function currentSnapshot(db: Connection): CurrentSnapshot | null {
  const sql = "SELECT id, snapshot.sha256 FROM snapshot JOIN list USING (date, bundled) WHERE name = 'assignments'";
  return db.prepare<[], CurrentSnapshot>(sql).get() ?? null;
}

/** Lists all snapshots, the earliest first; the bundled list of a day comes after IANA's file of that day. */
export function snapshotNodes(db: Connection): SnapshotNode[] {
  const sql = 'SELECT id, date, bundled, parent FROM snapshot ORDER BY date, bundled';
  return db.prepare<[], SnapshotNode>(sql).all();
}

/**
 * Adds a snapshot to the tree at the place of its date; snapshots may be added in any order. It replaces a snapshot of the
 * same date and kind (bundled or IANA's file).
 *
 * @param db - A connection in a transaction.
 * @param snapshot - Its metadata.
 * @param rows - Its rows.
 * @param current - The current rows before the import, and their snapshot.
 */
export function addSnapshot(db: Connection, snapshot: NewSnapshot, rows: RowMultiset, current: CurrentRows): void {
  const nodesBefore = snapshotNodes(db);
  const id = storeSnapshot(db, snapshot, rows.size);
  const nodes = snapshotNodes(db);
  const parents = new Map(nodes.map((node) => [node.id, parentOf(node, nodes)]));
  // The new snapshot, its children, and the snapshots that get another parent.
  const outdated = nodes.filter((node) => {
    const parent = parents.get(node.id) ?? null;
    return node.id === id || parent?.id === id || (parent?.id ?? null) !== node.parent;
  });
  const wanted = new Set(outdated.flatMap((node) => [node.id, parents.get(node.id)?.id ?? node.id]));
  wanted.delete(id);
  const states = rowsOf(db, nodesBefore, current, wanted);
  states.set(id, rows);
  for (const node of outdated) compareWithParent(db, node, parents.get(node.id) ?? null, states);
}

/**
 * Compares all snapshots again: an earlier version of the program may have classified the changes by other rules.
 *
 * @param db - A connection in a transaction.
 */
export function recompareSnapshots(db: Connection): void {
  const nodes = snapshotNodes(db);
  const current = currentRows(db);
  for (const node of nodes) {
    const parent = nodes.find(({ id }) => id === node.parent);
    if (parent === undefined) continue;
    const states = rowsOf(db, nodes, current, new Set([node.id, parent.id]));
    // Without both states, the stored changes cannot be recomputed and stay.
    if (states.size === 2) compareWithParent(db, node, parent, states);
  }
}

function storeSnapshot(
  db: Connection,
  { date, bundled, source, sha256, importedAt = new Date().toISOString() }: NewSnapshot,
  rowCount: number,
): number {
  const sql = `INSERT INTO snapshot (date, bundled, source, sha256, imported_at, row_count) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (date, bundled) DO UPDATE SET source = excluded.source, sha256 = excluded.sha256,
    imported_at = excluded.imported_at, row_count = excluded.row_count RETURNING id`;
  const values = [date, Number(bundled), source, sha256, importedAt, rowCount];
  return db
    .prepare(sql)
    .pluck()
    .get(...values) as number;
}

/**
 * Finds the parent of a snapshot: the previous one of the same kind. The first of IANA's files is the root of the tree. The
 * parent of the first bundled list is the nearest of IANA's files.
 */
function parentOf(node: SnapshotNode, nodes: readonly SnapshotNode[]): SnapshotNode | null {
  const earlier = nodes.filter(({ bundled, date }) => bundled === node.bundled && date < node.date);
  if (earlier.length > 0 || node.bundled === 0) return earlier.at(-1) ?? null;
  const official = nodes.filter(({ bundled }) => bundled === 0);
  return official.findLast(({ date }) => date <= node.date) ?? official[0] ?? null;
}

/**
 * Computes the rows of the wanted snapshots. Walks the tree from the current snapshot and applies the stored changes of
 * each edge.
 */
function rowsOf(
  db: Connection,
  nodes: readonly SnapshotNode[],
  { snapshot, rows }: CurrentRows,
  wanted: ReadonlySet<number>,
): Map<number, RowMultiset> {
  const found = new Map<number, RowMultiset>();
  const changes = db.prepare<[number], StoredChange>(
    'SELECT "before", "after" FROM registry_change WHERE snapshot = ?',
  );
  const multiset = rows.copy();
  const visit = (id: number, from: number | null): void => {
    if (wanted.has(id)) found.set(id, multiset.copy());
    for (const next of nodes) {
      if (found.size === wanted.size) return;
      const isChild = next.parent === id;
      const isParent = nodes.some((node) => node.id === id && node.parent === next.id);
      if (next.id === from || !(isChild || isParent)) continue;
      const edge = changes.all(isChild ? next.id : id);
      applyChanges(multiset, edge, isChild);
      visit(next.id, id);
      applyChanges(multiset, edge, !isChild);
    }
  };
  if (snapshot !== null) visit(snapshot, null);
  return found;
}
