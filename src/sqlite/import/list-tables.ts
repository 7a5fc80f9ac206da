import type { AssignmentCells } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import { listCells } from '../../registry/rows/cells.ts';
import type { CheckCommand } from '../../registry/rows/check-command.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { Connection } from '../file/database.ts';
import { addSnapshot, currentRows, type NewSnapshot } from '../history/snapshots.ts';
import { ASSOCIATION_TABLE_COLUMNS, associationValues } from '../tables/association-table.ts';
import { deriveAssignment, REBUILD_ASSIGNMENT_WORDS } from '../tables/derive.ts';
import { RowMultiset, toRowText } from '../tables/row-multiset.ts';

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
  readonly name: string;
  /** The columns that a row of the list fills. */
  readonly columns: readonly string[];
  readonly values: (row: Row) => unknown[];
  /** The rows of the table that are the list's; all of them where it is left out. */
  readonly only?: string;
  /** Empties what is derived from all rows at once. */
  readonly start?: string;
  /** Fills what is derived from all rows at once. */
  readonly finish?: string;
  /** Remembers what the list was before it is emptied; is told of each new row and, at the end, of the new list. */
  readonly remember?: (db: Connection) => { row: (row: Row) => void; end: (snapshot: NewSnapshot) => void };
}

/** How each list is stored. */
export const TABLES: { readonly [List in ListName]: Table<ListRows[List]> } = {
  assignments: {
    name: 'assignment',
    columns: [
      ...['service_name', 'port_number', 'transport_protocol', 'description', 'assignee', 'contact'],
      ...['registration_date', 'modification_date', 'reference', 'service_code', 'unauthorized_use_reported'],
      ...['assignment_notes', 'first_port', 'last_port', 'state', 'name_words', 'text_words'],
    ],
    values: ({ cells, span }) => [...listCells(cells), span?.firstPort, span?.lastPort, ...deriveAssignment(cells)],
    start: 'DELETE FROM assignment_span',
    finish: `INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
      ${REBUILD_ASSIGNMENT_WORDS}`,
    remember: rememberSnapshot,
  },
  associations: {
    name: 'association',
    columns: ASSOCIATION_TABLE_COLUMNS,
    values: associationValues,
    only: "WHERE origin = 'informal'",
  },
  'ephemeral-ranges': {
    name: 'ephemeral_range',
    columns: [
      ...['system', 'title', 'version', 'current', 'first_port', 'last_port', 'how_to_read', 'how_to_change'],
      ...['note', 'source_title', 'source_url'],
    ],
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
    name: 'check_command',
    columns: ['system', 'tool', 'command', 'needs_root', 'questions'],
    values: (row) => [row.system, row.tool, row.command, Number(row.needsRoot), JSON.stringify(row.questions)],
  },
  'blocked-by-browsers': {
    name: 'blocked_port',
    columns: ['port', 'name'],
    values: (row) => [row.port, row.name],
  },
};

/** Writes the statement that empties what a list fills; own entries stay. */
export function clearSql({ name, only = '', start = '' }: Pick<Table<never>, 'name' | 'only' | 'start'>): string {
  return `${start}; DELETE FROM ${name} ${only}`;
}

/** Writes the statement that stores a row of a list. */
export function insertSql({ name, columns }: Pick<Table<never>, 'name' | 'columns'>): string {
  return `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Writes the statement that reads the rows of a list, as `values` gives them. */
export function selectSql({ name, columns, only = '' }: Pick<Table<never>, 'name' | 'columns' | 'only'>): string {
  return `SELECT ${columns.join(', ')} FROM ${name} ${only}`;
}

/**
 * Remembers the official rows as they are, to tell what a new list of them changes.
 *
 * @param db - A connection in a transaction.
 */
export function rememberSnapshot(db: Connection) {
  const current = currentRows(db);
  const rows = new RowMultiset();
  return {
    row: ({ cells }: ListRows['assignments']) => rows.add(toRowText(cells)),
    end: (snapshot: NewSnapshot) => addSnapshot(db, snapshot, rows, current),
  };
}
