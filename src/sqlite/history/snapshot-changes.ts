import { compareRows, type RowChange } from '../../registry/history/compare-rows.ts';
import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { compareServiceNames } from '../../registry/values/service-name.ts';
import { compareContents } from '../../registry/values/text-order.ts';
import type { Connection } from '../file/database.ts';
import { fromRowText, RowMultiset, toRowText } from '../tables/row-multiset.ts';

/** A node in the tree of snapshots. */
export interface SnapshotNode {
  readonly id: number;
  readonly date: string;
  /** 1 for a bundled list, 0 for a file of IANA. */
  readonly bundled: number;
  /** The snapshot that its stored changes are relative to. */
  readonly parent: number | null;
}

/**
 * Stores the parent of a snapshot and the changes from the parent to the snapshot.
 *
 * @param db - A connection in a transaction.
 * @param node - The snapshot.
 * @param parent - The snapshot to compare with; null for none.
 * @param states - The rows of both, by snapshot id.
 */
export function compareWithParent(
  db: Connection,
  node: SnapshotNode,
  parent: SnapshotNode | null,
  states: ReadonlyMap<number, RowMultiset>,
): void {
  db.prepare('DELETE FROM registry_change WHERE snapshot = ?').run(node.id);
  db.prepare('UPDATE snapshot SET parent = ? WHERE id = ?').run(parent?.id ?? null, node.id);
  const [before, after] = [parent && states.get(parent.id), states.get(node.id)];
  if (parent && before && after)
    storeChanges(db, node.id, changesBetween(before, after), parent.bundled === node.bundled);
}

function changesBetween(before: RowMultiset, after: RowMultiset): RowChange[] {
  const [removed, added] = [before.minus(after), after.minus(before)];
  const rows = after.minus(new RowMultiset());
  return compareRows(removed.map(fromRowText), added.map(fromRowText), rows.map(fromRowText)).sort(compareChanges);
}

/** Compares by first port (rows without ports last), then by name and by the other columns. */
function compareChanges(one: RowChange, other: RowChange): number {
  const [a, b] = [rowOf(one), rowOf(other)];
  return (
    (spanOfCells(a)?.firstPort ?? PORT_COUNT) - (spanOfCells(b)?.firstPort ?? PORT_COUNT) ||
    compareServiceNames(a.serviceName, b.serviceName) ||
    compareContents(a, b)
  );
}

function rowOf({ before, after }: RowChange): AssignmentCells {
  return (after ?? before) as AssignmentCells;
}

/** Stores changes. They have a kind, and so are listed, only if both snapshots come from the same source. */
function storeChanges(db: Connection, snapshot: number, changes: readonly RowChange[], isListed: boolean): void {
  const insert = db.prepare(
    'INSERT INTO registry_change (snapshot, kind, first_port, last_port, "before", "after") VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const change of changes) {
    const { kind, before, after } = change;
    const span = spanOfCells(rowOf(change));
    const [old, current] = [before, after].map((cells) => cells && toRowText(cells));
    insert.run(snapshot, isListed ? kind : null, span?.firstPort ?? null, span?.lastPort ?? null, old, current);
  }
}
