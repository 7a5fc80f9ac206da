import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Connection } from '../file/database.ts';
import { apply, RowMultiset, type StoredChange, toRowText } from '../tables/row-multiset.ts';
import { ASSIGNMENT_COLUMNS } from '../tables/rows.ts';
import { compareWithParent, type SnapshotNode } from './snapshot-changes.ts';

/** What is known of the rows that an import brings. */
export interface NewSnapshot {
  /** The day they stand for, `YYYY-MM-DD`. */
  readonly date: string;
  readonly bundled: boolean;
  readonly source: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** The rows that answers are given from, and of which snapshot they are. */
export interface CurrentRows {
  /** Null before anything was loaded. */
  readonly snapshot: number | null;
  readonly rows: RowMultiset;
}

/**
 * Reads the rows that answers are given from.
 *
 * @param db - Any connection.
 */
export function currentRows(db: Connection): CurrentRows {
  const rows = new RowMultiset();
  const all = db.prepare<[], AssignmentCells>(`SELECT ${ASSIGNMENT_COLUMNS} FROM assignment`);
  for (const row of all.iterate()) rows.add(toRowText(row));
  return { snapshot: currentSnapshot(db)?.id ?? null, rows };
}

/** The snapshot whose rows answers are given from. */
export interface CurrentSnapshot {
  readonly id: number;
  /** SHA-256 of its file, in hexadecimal: of one day the last import stays, under the same id. */
  readonly sha256: string;
}

/**
 * Finds the snapshot whose rows answers are given from.
 *
 * @param db - Any connection.
 * @returns Null before anything was loaded.
 */
export function currentSnapshot(db: Connection): CurrentSnapshot | null {
  const sql = "SELECT id, snapshot.sha256 FROM snapshot JOIN list USING (date, bundled) WHERE name = 'assignments'";
  return db.prepare<[], CurrentSnapshot>(sql).get() ?? null;
}

/** Lists all snapshots, the earliest first; of one day the bundled list last. */
export function snapshotNodes(db: Connection): SnapshotNode[] {
  const sql = 'SELECT id, date, bundled, parent FROM snapshot ORDER BY date, bundled';
  return db.prepare<[], SnapshotNode>(sql).all();
}

/**
 * Puts a snapshot into its place by its day, whatever the order in which snapshots come. Of one day and kind the last
 * import stays.
 *
 * @param db - A connection in a transaction.
 * @param snapshot - What is known of it.
 * @param rows - Its rows.
 * @param current - The rows that answers were given from before, and of which snapshot they were.
 */
export function addSnapshot(db: Connection, snapshot: NewSnapshot, rows: RowMultiset, current: CurrentRows): void {
  const before = snapshotNodes(db);
  const id = storeSnapshot(db, snapshot, rows.size);
  const after = snapshotNodes(db);
  const parents = new Map(after.map((node) => [node.id, parentOf(node, after)]));
  const moved = after.filter((node) => {
    const parent = parents.get(node.id) ?? null;
    return node.id === id || parent?.id === id || (parent?.id ?? null) !== node.parent;
  });
  const wanted = new Set(moved.flatMap((node) => [node.id, parents.get(node.id)?.id ?? node.id]));
  wanted.delete(id);
  const states = rowsOf(db, before, current, wanted);
  states.set(id, rows);
  for (const node of moved) compareWithParent(db, node, parents.get(node.id) ?? null, states);
}

/**
 * Compares all snapshots again: an earlier version of the program may have told the changes in other words.
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
    // Without both states the stored changes are all that is known.
    if (states.size === 2) compareWithParent(db, node, parent, states);
  }
}

function storeSnapshot(db: Connection, { date, bundled, source, sha256 }: NewSnapshot, rowCount: number): number {
  const sql = `INSERT INTO snapshot (date, bundled, source, sha256, imported_at, row_count) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (date, bundled) DO UPDATE SET source = excluded.source, sha256 = excluded.sha256,
    imported_at = excluded.imported_at, row_count = excluded.row_count RETURNING id`;
  const values = [date, Number(bundled), source, sha256, new Date().toISOString(), rowCount];
  return db
    .prepare(sql)
    .pluck()
    .get(...values) as number;
}

/**
 * Finds the snapshot with which another is compared: the one before it of the same kind. The first of IANA's own files
 * begins the history, and the first bundled list hangs on the nearest of them.
 */
function parentOf(node: SnapshotNode, nodes: readonly SnapshotNode[]): SnapshotNode | null {
  const alike = nodes.filter(({ bundled, date }) => bundled === node.bundled && date < node.date);
  if (alike.length > 0 || node.bundled === 0) return alike.at(-1) ?? null;
  const own = nodes.filter(({ bundled }) => bundled === 0);
  return own.findLast(({ date }) => date <= node.date) ?? own[0] ?? null;
}

/** Works out the rows of some snapshots, from the current ones along the changes between neighbours. */
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
  const bag = rows.copy();
  const visit = (id: number, from: number | null): void => {
    if (wanted.has(id)) found.set(id, bag.copy());
    for (const next of nodes) {
      if (found.size === wanted.size) return;
      const isChild = next.parent === id;
      const isParent = nodes.some((node) => node.id === id && node.parent === next.id);
      if (next.id === from || !(isChild || isParent)) continue;
      const delta = changes.all(isChild ? next.id : id);
      apply(bag, delta, isChild);
      visit(next.id, id);
      apply(bag, delta, !isChild);
    }
  };
  if (snapshot !== null) visit(snapshot, null);
  return found;
}
