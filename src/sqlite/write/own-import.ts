import { type OwnRow, planImport } from '../../registry/own/own-import.ts';
import type { Author } from '../../registry/own/token.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { Connection } from '../file/database.ts';
import { Reads } from '../read/reads.ts';
import { OwnWrites } from './own-writes.ts';

/** The result for a row of the file. */
export interface ImportedRow {
  /** The entry before the import; null for a new one. */
  readonly before: Association | null;
  /** The entry after the import; the same as `before` when nothing changed. */
  readonly after: Association;
}

/**
 * Imports own entries, all or none, each with its row in the audit log.
 *
 * @param db - A connection for writing, migrated.
 * @param rows - The rows of the file.
 * @param isDryRun - True rolls the import back after the results are known.
 * @param by - The author.
 * @returns The results, in the order of the rows.
 * @throws {RegistryError} As `OwnRegistry`.
 */
export function importOwn(db: Connection, rows: readonly OwnRow[], isDryRun: boolean, by: Author): ImportedRow[] {
  const writes = new OwnWrites(db);
  db.exec('BEGIN IMMEDIATE');
  try {
    const imported = planImport(rows, new Reads(db).ownEntries()).map((step): ImportedRow => {
      if (step.action === 'update') {
        return { before: step.before, after: writes.update(step.before.id, step.patch, step.before.revision, by) };
      }
      return { before: null, after: writes.create([step.entry], by)[0] as Association };
    });
    writes.checkPorts('import the entries');
    db.exec(isDryRun ? 'ROLLBACK' : 'COMMIT');
    return imported;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
