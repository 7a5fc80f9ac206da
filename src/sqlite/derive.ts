import { type AssignmentCells, type AssignmentState, assignmentState, toAssignment } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import { searchWords } from '../registry/search.ts';
import type { Connection } from './database.ts';
import { ASSIGNMENT_COLUMNS, ASSOCIATION_COLUMNS, type AssociationRow, fromAssociationRow } from './rows.ts';
import { recompareSnapshots } from './snapshots.ts';

/**
 * The version of the rules below and of `compareRows`. Increase it when they give other results: stored rows and changes
 * of an older version are then derived again.
 */
export const DERIVATION = 2;

/** Fills the index of words from the official rows as they stand. */
export const REBUILD_ASSIGNMENT_WORDS = "INSERT INTO assignment_words (assignment_words) VALUES ('rebuild')";

/** A trigger changes this index with each use, by what it holds already. */
const REBUILD_ASSOCIATION_WORDS = "INSERT INTO association_words (association_words) VALUES ('rebuild')";

const REBUILD_INDEXES = `${REBUILD_ASSIGNMENT_WORDS};
  DELETE FROM assignment_span;
  INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
  DELETE FROM association_span;
  INSERT INTO association_span SELECT row, first_port, last_port FROM association;
  DELETE FROM registry_change_span;
  INSERT INTO registry_change_span SELECT id, first_port, last_port FROM registry_change WHERE first_port NOT NULL;`;

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

/**
 * Derives again what an older version of these rules has derived, in one transaction.
 *
 * @param db - A connection for writing, migrated.
 */
export function rederive(db: Connection): void {
  const isOld = db
    .prepare("SELECT 1 FROM list WHERE derivation <> ? AND name IN ('assignments', 'associations')")
    .pluck();
  db.transaction(() => {
    if (isOld.get(DERIVATION) !== undefined) deriveAll(db);
  }).immediate();
}

/**
 * Derives again all that is derived from rows: states, words, changes between snapshots, and the indexes of words and ports.
 *
 * @param db - A connection in a transaction.
 */
export function deriveAll(db: Connection): void {
  const official = db.prepare('UPDATE assignment SET state = ?, name_words = ?, text_words = ? WHERE id = ?');
  const cells = db.prepare<[], AssignmentCells & { id: number }>(`SELECT id, ${ASSIGNMENT_COLUMNS} FROM assignment`);
  for (const row of cells.all()) official.run(...deriveAssignment(row), row.id);
  db.exec(REBUILD_ASSOCIATION_WORDS);
  const use = db.prepare('UPDATE association SET name_words = ?, text_words = ? WHERE id = ?');
  const uses = db.prepare<[], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association`);
  for (const row of uses.all()) use.run(...deriveAssociation(fromAssociationRow(row)), row.id);
  recompareSnapshots(db);
  db.exec(REBUILD_INDEXES);
  db.prepare('UPDATE list SET derivation = ?').run(DERIVATION);
}
