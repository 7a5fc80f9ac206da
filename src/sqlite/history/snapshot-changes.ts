import { compareRows, type RowChange } from '../../registry/history/compare-rows.ts';
import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { compareServiceNames } from '../../registry/values/service-name.ts';
import { compareContents } from '../../registry/values/text-order.ts';
import type { Connection } from '../file/database.ts';
import { fromRowText, RowMultiset, toRowText } from '../tables/row-multiset.ts';

/** A snapshot's place among the others. */
export interface SnapshotNode {
  readonly id: number;
  readonly date: string;
  /** 1 for the bundled list. */
  readonly bundled: number;
  /** The snapshot to which its changes are kept. */
  readonly parent: number | null;
}

/**
 * Stores what changed from a snapshot's parent to it, and which one that is.
 *
 * @param db - A connection in a transaction.
 * @param node - The snapshot.
 * @param parent - The snapshot with which it is compared; null for none.
 * @param states - The rows of both.
 */
export function compareWithParent(
  db: Connection,
  node: SnapshotNode,
  parent: SnapshotNode | null,
  states: ReadonlyMap<number, RowMultiset>,
): void {
  db.prepare('DELETE FROM registry_change WHERE snapshot = ?').run(node.id);
  db.prepare('UPDATE snapshot SET parent = ? WHERE id = ?').run(parent?.id ?? null, node.id);
  const [old, rowsThen] = [parent && states.get(parent.id), states.get(node.id)];
  if (parent && old && rowsThen)
    storeChanges(db, node.id, changesBetween(old, rowsThen), parent.bundled === node.bundled);
}

function changesBetween(before: RowMultiset, after: RowMultiset): RowChange[] {
  const [gone, come] = [before.without(after), after.without(before)];
  const rows = after.without(new RowMultiset());
  return compareRows(gone.map(fromRowText), come.map(fromRowText), rows.map(fromRowText)).sort(compareChanges);
}

/** By first port, those without one last, by name and by protocol. */
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

function storeChanges(db: Connection, snapshot: number, changes: readonly RowChange[], isNews: boolean): void {
  const insert = db.prepare(
    'INSERT INTO registry_change (snapshot, kind, first_port, last_port, "before", "after") VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const change of changes) {
    const { kind, before, after } = change;
    const span = spanOfCells(rowOf(change));
    const [old, current] = [before, after].map((cells) => cells && toRowText(cells));
    insert.run(snapshot, isNews ? kind : null, span?.firstPort ?? null, span?.lastPort ?? null, old, current);
  }
}
