import { type AssignmentCells, assignmentState, toAssignment } from '../rows/assignment.ts';
import { heldPorts } from '../rows/held-ports.ts';
import { bracketedKeys } from '../values/reference.ts';
import { compareContents } from '../values/text-order.ts';
import { type ChangeKind, fieldChanges } from './history.ts';

type RowMatch = (one: AssignmentCells, other: AssignmentCells) => boolean;

/** A row that is in one snapshot, or in both as two versions; the kind is null where that is no news. */
export interface RowChange {
  readonly kind: ChangeKind | null;
  readonly before: AssignmentCells | null;
  readonly after: AssignmentCells | null;
}

/**
 * Compares the rows of two snapshots. Rows are told apart by port and protocol, those without a port by name and protocol.
 *
 * A name that takes the place of another one is `replaced` where both rows name somebody and have nobody in common,
 * neither as assignee nor as contact; else it is `renamed`. A row that goes away is `replaced` where a service still has
 * one of its ports on its protocol; else it is `removed`.
 *
 * What only moves white space is no news, nor are rows that say nothing but Unassigned: an assignment splits a stretch
 * of them. A nameless row that gives way to another one is told by that one.
 *
 * @param before - Rows of the earlier snapshot that are not verbatim in the later one.
 * @param after - Rows of the later one that are not verbatim in the earlier one.
 * @param all - All rows of the later one.
 * @returns Every one of the rows `before` and `after` once.
 */
export function compareRows(
  before: readonly AssignmentCells[],
  after: readonly AssignmentCells[],
  all: readonly AssignmentCells[] = after,
): RowChange[] {
  const isHeld = heldPorts(all);
  const places = Map.groupBy([...before, ...after], placeOf);
  const [old, current] = [Map.groupBy(before, placeOf), Map.groupBy(after, placeOf)];
  return [...places.keys()].flatMap((place) => comparePlace(old.get(place) ?? [], current.get(place) ?? [], isHeld));
}

/** Compares what stands at one port, or under one name without a port. */
function comparePlace(
  before: readonly AssignmentCells[],
  after: readonly AssignmentCells[],
  isHeld: (row: AssignmentCells) => boolean,
): RowChange[] {
  const gone = [...before].sort(comparePriority);
  const come = [...after].sort(comparePriority);
  const pair = (kind: ChangeKind | null, matches: RowMatch) => {
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
  const isOtherName: RowMatch = (one, other) => isSameProtocol(one, other) && isNamed(one) && isNamed(other);
  const paired = [
    ...pair(null, (one, other) => isSameProtocol(one, other) && fieldChanges(one, other).length === 0),
    ...pair('changed', (one, other) => isSameProtocol(one, other) && one.serviceName === other.serviceName),
    // With several to choose from, the one with the same description is the one meant, then one of the same people.
    ...pair('renamed', (one, other) => isOtherName(one, other) && isAlike(one, other) && !isSomebodyElse(one, other)),
    ...pair('renamed', (one, other) => isOtherName(one, other) && !isSomebodyElse(one, other)),
    ...pair('replaced', isOtherName),
    ...pair('deregistered', isWithdrawn),
  ];
  const removed = gone.map((row) => ({ kind: kindOfRemoved(row, after, isHeld), before: row, after: null }));
  const added = come.map((row) => ({ kind: isFree(row) ? null : ('added' as const), before: null, after: row }));
  return [...paired, ...removed, ...added];
}

/** Orders the rows of one place: a name is paired before its aliases; beyond that only the rows' contents count. */
function comparePriority(one: AssignmentCells, other: AssignmentCells): number {
  return Number(isAlias(one)) - Number(isAlias(other)) || compareContents(one, other);
}

function isAlias(row: AssignmentCells): boolean {
  return toAssignment(row, null).aliasOf !== null;
}

/** One row may withdraw several: it is the pair of only one of them. */
function kindOfRemoved(
  row: AssignmentCells,
  after: readonly AssignmentCells[],
  isHeld: (row: AssignmentCells) => boolean,
): ChangeKind | null {
  if (isNamed(row) && after.some((other) => isWithdrawn(row, other))) return 'deregistered';
  const isTold = after.some((other) => isSameProtocol(row, other) || speaksOfAll(other) || speaksOfAll(row));
  if (!isNamed(row) && (isFree(row) || isTold)) return null;
  return isHeld(row) ? 'replaced' : 'removed';
}

/** Returns whether a name has given way to a row that keeps its port from being given to others. */
function isWithdrawn(row: AssignmentCells, other: AssignmentCells): boolean {
  return isNamed(row) && !isNamed(other) && !isFree(other) && (isSameProtocol(row, other) || speaksOfAll(other));
}

/** Returns whether two rows both name somebody and have nobody in common. */
function isSomebodyElse(one: AssignmentCells, other: AssignmentCells): boolean {
  const [some, others] = [peopleOf(one), peopleOf(other)];
  return some.size > 0 && others.size > 0 && ![...some].some((key) => others.has(key));
}

/** The keys of assignees and contacts. IANA tells keys of one person apart by a number: `[Brian_Batke_3]`. */
function peopleOf({ assignee, contact }: AssignmentCells): Set<string> {
  const keys = [...bracketedKeys(assignee), ...bracketedKeys(contact)];
  return new Set(keys.map((key) => key.trim().toLowerCase().replace(/_\d+$/, '')));
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

/** Returns whether a row only says that its ports are unassigned. */
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
