import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Connection } from '../file/database.ts';
import { recompareSnapshots } from '../history/snapshots.ts';
import {
  DERIVATION,
  deriveAssignment,
  deriveAssociation,
  REBUILD_ASSIGNMENT_WORDS,
  REBUILD_ASSOCIATION_WORDS,
} from '../tables/derive.ts';
import { ASSIGNMENT_COLUMNS, ASSOCIATION_COLUMNS, type AssociationRow, fromAssociationRow } from '../tables/rows.ts';
import { rebuildSearchEntries } from './search-entries.ts';

const REBUILD_INDEXES = `${REBUILD_ASSIGNMENT_WORDS};
  ${REBUILD_ASSOCIATION_WORDS};
  DELETE FROM assignment_span;
  INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
  DELETE FROM association_span;
  INSERT INTO association_span SELECT row, first_port, last_port FROM association;
  DELETE FROM registry_change_span;
  INSERT INTO registry_change_span SELECT id, first_port, last_port FROM registry_change WHERE first_port NOT NULL;`;

/**
 * Rebuilds the derived columns and tables, in one transaction, if an older version of the rules derived them.
 *
 * @param db - A connection for writing, migrated.
 */
export function rebuildDerived(db: Connection): void {
  const isOld = db
    .prepare("SELECT 1 FROM list WHERE derivation <> ? AND name IN ('assignments', 'associations')")
    .pluck();
  db.transaction(() => {
    if (isOld.get(DERIVATION) !== undefined) deriveAll(db);
  }).immediate();
}

/**
 * Rebuilds everything that is derived from rows: states, words, changes between snapshots, and the word and port indexes.
 *
 * @param db - A connection in a transaction.
 */
export function deriveAll(db: Connection): void {
  const official = db.prepare(
    'UPDATE assignment SET state = ?, name_words = ?, text_words = ?, search_keys = ? WHERE id = ?',
  );
  const cells = db.prepare<[], AssignmentCells & { id: number }>(`SELECT id, ${ASSIGNMENT_COLUMNS} FROM assignment`);
  for (const row of cells.all()) official.run(...deriveAssignment(row), row.id);
  const use = db.prepare('UPDATE association SET name_words = ?, text_words = ?, search_keys = ? WHERE id = ?');
  const uses = db.prepare<[], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association`);
  for (const row of uses.all()) use.run(...deriveAssociation(fromAssociationRow(row)), row.id);
  recompareSnapshots(db);
  db.exec(REBUILD_INDEXES);
  rebuildSearchEntries(db);
  db.prepare('UPDATE list SET derivation = ?').run(DERIVATION);
}
