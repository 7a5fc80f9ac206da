import { searchWords } from '../../registry/report/search.ts';
import {
  type AssignmentCells,
  type AssignmentState,
  assignmentState,
  toAssignment,
} from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';

/**
 * The version of the rules below and of `compareRows`. Increase it when they give other results: stored rows and changes
 * of an older version are then derived again.
 */
export const DERIVATION = 2;

/** Fills the index of words from the official rows as they stand. */
export const REBUILD_ASSIGNMENT_WORDS = "INSERT INTO assignment_words (assignment_words) VALUES ('rebuild')";

/** What is kept beside the cells of an official row: its state, the words of its name, the words of the rest. */
export type DerivedAssignment = readonly [state: AssignmentState, nameWords: string, textWords: string];

/**
 * Derives what an official row is searched and filtered by.
 *
 * @param cells - The 12 columns, verbatim.
 */
export function deriveAssignment(cells: AssignmentCells): DerivedAssignment {
  const { description, notes, unauthorizedUse, aliasOf } = toAssignment(cells, null);
  const text = [cells.portNumber, cells.transportProtocol, aliasOf, description, unauthorizedUse, notes];
  return [assignmentState(cells), joinWords([cells.serviceName]), joinWords(text)];
}

/** The words of a use's name, and those of the rest. */
export type DerivedAssociation = readonly [nameWords: string, textWords: string];

/**
 * Derives what an informal or own use is searched by.
 *
 * @param row - The use.
 */
export function deriveAssociation(row: Association): DerivedAssociation {
  const ports = row.firstPort === row.lastPort ? [row.firstPort] : [row.firstPort, row.lastPort];
  return [
    joinWords([row.name]),
    joinWords([
      ...[...ports.map(String), ...row.protocols, row.usedBy, row.category, row.note],
      ...[row.owner, row.contact, row.environment, ...row.tags],
    ]),
  ];
}

function joinWords(texts: readonly (string | null)[]): string {
  return searchWords(texts.filter((text) => text !== null).join(' ')).join(' ');
}
