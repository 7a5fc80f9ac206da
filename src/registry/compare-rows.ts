import { type AssignmentCells, assignmentState, toAssignment } from './assignment.ts';
import { type ChangeKind, fieldChanges } from './history.ts';
import { compareContents } from './text-order.ts';

/** A row that is in one snapshot, or in both as two versions; the kind is null where that is no news. */
export interface RowChange {
  readonly kind: ChangeKind | null;
  readonly before: AssignmentCells | null;
  readonly after: AssignmentCells | null;
}

/**
 * Compares the rows of two snapshots. Rows are told apart by port and protocol, those without a port by name and protocol.
 *
 * What only moves white space is no news, nor are rows that say nothing but Unassigned: an assignment splits a stretch
 * of them. A nameless row that gives way to another one is told by that one.
 *
 * @param before - Rows of the earlier snapshot that are not verbatim in the later one.
 * @param after - Rows of the later one that are not verbatim in the earlier one.
 * @returns Every one of these rows once.
 */
export function compareRows(before: readonly AssignmentCells[], after: readonly AssignmentCells[]): RowChange[] {
  const places = Map.groupBy([...before, ...after], placeOf);
  const [old, current] = [Map.groupBy(before, placeOf), Map.groupBy(after, placeOf)];
  return [...places.keys()].flatMap((place) => comparePlace(old.get(place) ?? [], current.get(place) ?? []));
}

/** Compares what stands at one port, or under one name without a port. */
function comparePlace(before: readonly AssignmentCells[], after: readonly AssignmentCells[]): RowChange[] {
  const gone = [...before].sort(compareContents);
  const come = [...after].sort(compareContents);
  const pair = (kind: ChangeKind | null, matches: (one: AssignmentCells, other: AssignmentCells) => boolean) => {
    const found: RowChange[] = [];
    for (const row of [...gone]) {
      const other = come.find((candidate) => matches(row, candidate));
      if (other === undefined) continue;
      gone.splice(gone.indexOf(row), 1);
      come.splice(come.indexOf(other), 1);
      found.push({ kind, before: row, after: other });
    }
    return found;
  };
  const areNamed = (...rows: AssignmentCells[]) => rows.every(isNamed);
  const paired = [
    ...pair(null, (one, other) => isSameProtocol(one, other) && fieldChanges(one, other).length === 0),
    ...pair('changed', (one, other) => isSameProtocol(one, other) && one.serviceName === other.serviceName),
    // With several to choose from, the one with the same description is the one meant.
    ...pair('renamed', (one, other) => isSameProtocol(one, other) && areNamed(one, other) && isAlike(one, other)),
    ...pair('renamed', (one, other) => isSameProtocol(one, other) && areNamed(one, other)),
    ...pair('deregistered', isWithdrawn),
  ];
  const removed = gone.map((row) => ({ kind: kindOfRemoved(row, after), before: row, after: null }));
  const added = come.map((row) => ({ kind: isFree(row) ? null : ('added' as const), before: null, after: row }));
  return [...paired, ...removed, ...added];
}

/** One row may withdraw several: it is the pair of only one of them. */
function kindOfRemoved(row: AssignmentCells, after: readonly AssignmentCells[]): ChangeKind | null {
  if (isNamed(row)) return after.some((other) => isWithdrawn(row, other)) ? 'deregistered' : 'removed';
  const isReplaced = after.some((other) => isSameProtocol(row, other) || speaksOfAll(other) || speaksOfAll(row));
  return isFree(row) || isReplaced ? null : 'removed';
}

/** Tells whether a name has given way to a row that keeps its port from being given to others. */
function isWithdrawn(row: AssignmentCells, other: AssignmentCells): boolean {
  return isNamed(row) && !isNamed(other) && !isFree(other) && (isSameProtocol(row, other) || speaksOfAll(other));
}

function isNamed({ serviceName }: AssignmentCells): boolean {
  return serviceName !== '';
}

function isSameProtocol(one: AssignmentCells, other: AssignmentCells): boolean {
  return one.transportProtocol === other.transportProtocol;
}

function speaksOfAll({ transportProtocol }: AssignmentCells): boolean {
  return transportProtocol === '';
}

/** Tells whether a row only says that its ports are unassigned. */
function isFree(row: AssignmentCells): boolean {
  return assignmentState(row) === 'unassigned';
}

function isAlike(one: AssignmentCells, other: AssignmentCells): boolean {
  const [old, current] = [toAssignment(one, null), toAssignment(other, null)];
  return old.description === current.description && old.aliasOf === current.aliasOf;
}

function placeOf({ portNumber, serviceName }: AssignmentCells): string {
  return portNumber === '' ? `name ${serviceName}` : portNumber;
}
