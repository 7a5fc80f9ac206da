import { type AssignmentCells, assignmentState, toAssignment } from '../rows/assignment.ts';
import { heldPorts } from '../rows/held-ports.ts';
import { bracketedKeys } from '../values/reference.ts';
import { compareContents } from '../values/text-order.ts';
import { type ChangeKind, fieldChanges } from './history.ts';

type RowMatch = (one: AssignmentCells, other: AssignmentCells) => boolean;

/** A row of one snapshot, or two versions of a row of both; the kind is null for a difference that is not reported. */
export interface RowChange {
  readonly kind: ChangeKind | null;
  readonly before: AssignmentCells | null;
  readonly after: AssignmentCells | null;
}

/**
 * Compares the rows of two snapshots. Rows are matched by port and protocol; those without a port by name and protocol.
 *
 * If another name has the port and protocol, the change is `replaced` if both rows have assignees or contacts and share
 * none of them; else it is `renamed`. A row that is only in the earlier snapshot is `replaced` if a service of the
 * later one has one of its ports on its protocol; else it is `removed`.
 *
 * Not reported are differences in white space, and rows that are only Unassigned: a new assignment splits their ranges.
 * A row without a name whose place another row takes is not reported either: the change of that row is.
 *
 * @param before - Rows of the earlier snapshot that are not verbatim in the later one.
 * @param after - Rows of the later snapshot that are not verbatim in the earlier one.
 * @param all - All rows of the later snapshot.
 * @returns Changes in which each of the rows `before` and `after` occurs once.
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

/** Compares the rows of one port, or of one name without a port. */
function comparePlace(
  before: readonly AssignmentCells[],
  after: readonly AssignmentCells[],
  isHeld: (row: AssignmentCells) => boolean,
): RowChange[] {
  const unmatchedOld = [...before].sort(comparePriority);
  const unmatchedNew = [...after].sort(comparePriority);
  const pair = (kind: ChangeKind | null, matches: RowMatch) => {
    const found: RowChange[] = [];
    for (const row of [...unmatchedOld]) {
      const other = unmatchedNew.find((candidate) => matches(row, candidate));
      if (other === undefined) continue;
      unmatchedOld.splice(unmatchedOld.indexOf(row), 1);
      unmatchedNew.splice(unmatchedNew.indexOf(other), 1);
      found.push({ kind, before: row, after: other });
    }
    return found;
  };
  const isOtherName: RowMatch = (one, other) => isSameProtocol(one, other) && isNamed(one) && isNamed(other);
  const paired = [
    ...pair(null, (one, other) => isSameProtocol(one, other) && fieldChanges(one, other).length === 0),
    ...pair('changed', (one, other) => isSameProtocol(one, other) && one.serviceName === other.serviceName),
    // Of several candidates, a row with the same description and people is preferred, then one with the same people.
    ...pair(
      'renamed',
      (one, other) => isOtherName(one, other) && hasSameDescription(one, other) && !hasOtherPeople(one, other),
    ),
    ...pair('renamed', (one, other) => isOtherName(one, other) && !hasOtherPeople(one, other)),
    ...pair('replaced', isOtherName),
    ...pair('deregistered', isWithdrawn),
  ];
  const removed = unmatchedOld.map((row) => ({ kind: kindOfRemoved(row, after, isHeld), before: row, after: null }));
  const added = unmatchedNew.map((row) => ({
    kind: isFree(row) ? null : ('added' as const),
    before: null,
    after: row,
  }));
  return [...paired, ...removed, ...added];
}

/**
 * Compares rows of one place: names come before their aliases, so that they are paired first; then all fields decide.
 */
function comparePriority(one: AssignmentCells, other: AssignmentCells): number {
  return Number(isAlias(one)) - Number(isAlias(other)) || compareContents(one, other);
}

function isAlias(row: AssignmentCells): boolean {
  return toAssignment(row, null).aliasOf !== null;
}

/** Returns the kind of an unpaired row. One row may withdraw several rows, but is paired with only one of them. */
function kindOfRemoved(
  row: AssignmentCells,
  after: readonly AssignmentCells[],
  isHeld: (row: AssignmentCells) => boolean,
): ChangeKind | null {
  if (isNamed(row) && after.some((other) => isWithdrawn(row, other))) return 'deregistered';
  const isReportedElsewhere = after.some(
    (other) => isSameProtocol(row, other) || isForAllProtocols(other) || isForAllProtocols(row),
  );
  if (!isNamed(row) && (isFree(row) || isReportedElsewhere)) return null;
  return isHeld(row) ? 'replaced' : 'removed';
}

/** Returns whether a row with a name was replaced by a row without one that is not `unassigned`. */
function isWithdrawn(row: AssignmentCells, other: AssignmentCells): boolean {
  return isNamed(row) && !isNamed(other) && !isFree(other) && (isSameProtocol(row, other) || isForAllProtocols(other));
}

/** Returns whether both rows have assignees or contacts and share none of them. */
function hasOtherPeople(one: AssignmentCells, other: AssignmentCells): boolean {
  const [some, others] = [peopleOf(one), peopleOf(other)];
  return some.size > 0 && others.size > 0 && ![...some].some((key) => others.has(key));
}

/** Returns the keys of assignees and contacts. IANA adds a number to further keys of a person: `[Brian_Batke_3]`. */
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

function isForAllProtocols({ transportProtocol }: AssignmentCells): boolean {
  return transportProtocol === '';
}

/** Returns whether a row has the state `unassigned`. */
function isFree(row: AssignmentCells): boolean {
  return assignmentState(row) === 'unassigned';
}

function hasSameDescription(one: AssignmentCells, other: AssignmentCells): boolean {
  const [old, current] = [toAssignment(one, null), toAssignment(other, null)];
  return old.description === current.description && old.aliasOf === current.aliasOf;
}

function placeOf({ portNumber, serviceName }: AssignmentCells): string {
  return portNumber === '' ? `name ${serviceName}` : portNumber;
}
