import type { RegistryDate } from '../../registry/report/port-report.ts';
import { type Assignment, toAssignment } from '../../registry/rows/assignment.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import { apply, fromRowText, RowMultiset, type StoredChange, toRowText } from '../tables/row-multiset.ts';
import { type AssignmentRow, fromAssignmentRow } from '../tables/rows.ts';
import type { SnapshotNode } from './snapshot-changes.ts';

/** A snapshot of the past, and the way to it from the current one. */
export interface PastState extends RegistryDate {
  /** The snapshots whose changes lead there, in their order; those that lead back in time are taken the other way round. */
  readonly way: readonly { readonly snapshot: number; readonly forward: boolean }[];
}

/** A change as it is stored, and where. */
export interface SnapshotChange extends StoredChange {
  readonly snapshot: number;
}

/**
 * Finds the way from one snapshot to another: up to the one that both come from, and down.
 *
 * @param id - Where to.
 * @param from - Where from; null where nothing is loaded.
 * @param nodes - All snapshots.
 */
export function pathBetween(id: number, from: number | null, nodes: readonly SnapshotNode[]): PastState['way'] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const line = (start: number | null): number[] => {
    const ids: number[] = [];
    for (let at = start; at !== null; at = byId.get(at)?.parent ?? null) ids.push(at);
    return ids;
  };
  const [target, origin] = [line(id), line(from)];
  const up = origin.filter((one) => !target.includes(one)).map((snapshot) => ({ snapshot, forward: false }));
  const down = target.filter((one) => !origin.includes(one)).map((snapshot) => ({ snapshot, forward: true }));
  return [...up, ...down.reverse()];
}

/**
 * Takes rows back, or on, to what they were in another snapshot.
 *
 * @param rows - Current rows.
 * @param changes - All changes that touched any of them.
 * @param state - The other snapshot.
 */
export function rowsThen(
  rows: readonly AssignmentRow[],
  changes: readonly SnapshotChange[],
  { way }: PastState,
): Assignment[] {
  const ofWay = new Set(way.map(({ snapshot }) => snapshot));
  if (!changes.some(({ snapshot }) => ofWay.has(snapshot))) return rows.map(fromAssignmentRow);
  const bag = new RowMultiset();
  for (const row of rows) bag.add(toRowText(row));
  const bySnapshot = Map.groupBy(changes, ({ snapshot }) => snapshot);
  for (const { snapshot, forward } of way) apply(bag, bySnapshot.get(snapshot) ?? [], forward);
  return bag
    .without(new RowMultiset())
    .sort()
    .map((text) => {
      const cells = fromRowText(text);
      return toAssignment(cells, spanOfCells(cells));
    });
}
