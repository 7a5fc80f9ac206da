import type { AssignmentCells } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import { listCells } from '../registry/cells.ts';
import type { CheckCommand } from '../registry/check-command.ts';
import type { EphemeralRange } from '../registry/ephemeral-range.ts';
import type { PortSpan } from '../registry/port-range.ts';
import type { ListName } from '../registry/registry.ts';
import { associationValues, INSERT_ASSOCIATION } from './association-table.ts';
import type { Connection } from './database.ts';
import { deriveAssignment, REBUILD_ASSIGNMENT_WORDS } from './derive.ts';
import { RowBag, toRowText } from './row-bag.ts';
import { addSnapshot, currentRows, type NewSnapshot } from './snapshots.ts';

/** The rows of each list, as they are stored. */
export interface ListRows {
  readonly assignments: { readonly cells: AssignmentCells; readonly span: PortSpan | null };
  readonly associations: Association;
  readonly 'ephemeral-ranges': EphemeralRange;
  readonly 'check-commands': CheckCommand;
  readonly 'blocked-by-browsers': { readonly port: number; readonly name: string | null };
}

/** How a list is stored. */
export interface Table<Row> {
  /** Empties what the list fills; own entries stay. */
  readonly clear: string;
  readonly insert: string;
  readonly values: (row: Row) => unknown[];
  /** Fills what is derived from all rows at once. */
  readonly finish?: string;
  /** Remembers what the list was before it is emptied; is told of each new row and, at the end, of the new list. */
  readonly remember?: (db: Connection) => { row: (row: Row) => void; end: (snapshot: NewSnapshot) => void };
}

/** How each list is stored. */
export const TABLES: { readonly [List in ListName]: Table<ListRows[List]> } = {
  assignments: {
    clear: 'DELETE FROM assignment_span; DELETE FROM assignment',
    insert: `INSERT INTO assignment (service_name, port_number, transport_protocol, description, assignee, contact,
      registration_date, modification_date, reference, service_code, unauthorized_use_reported, assignment_notes,
      first_port, last_port, state, name_words, text_words)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: ({ cells, span }) => [...listCells(cells), span?.firstPort, span?.lastPort, ...deriveAssignment(cells)],
    finish: `INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
      ${REBUILD_ASSIGNMENT_WORDS}`,
    remember: rememberSnapshot,
  },
  associations: {
    clear: "DELETE FROM association WHERE origin = 'informal'",
    insert: INSERT_ASSOCIATION,
    values: associationValues,
  },
  'ephemeral-ranges': {
    clear: 'DELETE FROM ephemeral_range',
    insert: `INSERT INTO ephemeral_range (system, title, version, current, first_port, last_port, how_to_read,
      how_to_change, note, source_title, source_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: (row) => [
      row.system,
      row.title,
      row.version,
      Number(row.current),
      row.firstPort,
      row.lastPort,
      row.howToRead,
      row.howToChange,
      row.note,
      row.source.title,
      row.source.url,
    ],
  },
  'check-commands': {
    clear: 'DELETE FROM check_command',
    insert: 'INSERT INTO check_command (system, tool, command, needs_root, questions) VALUES (?, ?, ?, ?, ?)',
    values: (row) => [row.system, row.tool, row.command, Number(row.needsRoot), JSON.stringify(row.questions)],
  },
  'blocked-by-browsers': {
    clear: 'DELETE FROM blocked_port',
    insert: 'INSERT INTO blocked_port (port, name) VALUES (?, ?)',
    values: (row) => [row.port, row.name],
  },
};

/**
 * Remembers the official rows as they are, to tell what a new list of them changes.
 *
 * @param db - A connection in a transaction.
 */
export function rememberSnapshot(db: Connection) {
  const current = currentRows(db);
  const rows = new RowBag();
  return {
    row: ({ cells }: ListRows['assignments']) => rows.add(toRowText(cells)),
    end: (snapshot: NewSnapshot) => addSnapshot(db, snapshot, rows, current),
  };
}
