import { type Assignment, type AssignmentCells, toAssignment } from '../../registry/rows/assignment.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import type { Prominence } from '../../registry/rows/prominence.ts';
import { applyChanges, fromRowText, RowMultiset, type StoredChange, toRowText } from '../tables/row-multiset.ts';
import { type AssignmentRow, fromAssignmentRow } from '../tables/rows.ts';
import type { SnapshotNode } from './snapshot-changes.ts';

/** The snapshots whose changes lead to a past one, in order; `forward` is false for changes that are undone. */
export type SnapshotPath = readonly { readonly snapshot: number; readonly forward: boolean }[];

/** A stored change and its snapshot. */
export interface SnapshotChange extends StoredChange {
  readonly snapshot: number;
}

/**
 * Finds the path from one snapshot to another in the tree of snapshots, via their lowest common ancestor.
 *
 * @param to - The snapshot at the end of the path.
 * @param from - The snapshot at its start; null when nothing is loaded.
 * @param nodes - All snapshots.
 */
export function pathBetween(to: number, from: number | null, nodes: readonly SnapshotNode[]): SnapshotPath {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const withAncestors = (start: number | null): number[] => {
    const ids: number[] = [];
    for (let id = start; id !== null; id = byId.get(id)?.parent ?? null) ids.push(id);
    return ids;
  };
  const [target, origin] = [withAncestors(to), withAncestors(from)];
  const toAncestor = origin.filter((id) => !target.includes(id)).map((snapshot) => ({ snapshot, forward: false }));
  const toTarget = target.filter((id) => !origin.includes(id)).map((snapshot) => ({ snapshot, forward: true }));
  return [...toAncestor, ...toTarget.reverse()];
}

/**
 * Computes the rows of a past state from the current rows.
 *
 * @param rows - Current rows.
 * @param changes - All changes to any of these rows.
 * @param path - The path to the past state.
 * @param prominenceOf - Returns the prominence of a row.
 */
export function rowsAt(
  rows: readonly AssignmentRow[],
  changes: readonly SnapshotChange[],
  path: SnapshotPath,
  prominenceOf: (row: AssignmentCells) => Prominence,
): Assignment[] {
  const onPath = new Set(path.map(({ snapshot }) => snapshot));
  if (!changes.some(({ snapshot }) => onPath.has(snapshot))) return rows.map(fromAssignmentRow);
  const multiset = new RowMultiset();
  for (const row of rows) multiset.add(toRowText(row));
  const bySnapshot = Map.groupBy(changes, ({ snapshot }) => snapshot);
  for (const { snapshot, forward } of path) applyChanges(multiset, bySnapshot.get(snapshot) ?? [], forward);
  return multiset
    .minus(new RowMultiset())
    .sort()
    .map((text) => {
      const cells = fromRowText(text);
      return toAssignment(cells, spanOfCells(cells), prominenceOf(cells));
    });
}
