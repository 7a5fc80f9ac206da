import { listCells } from '../../registry/rows/cells.ts';
import { CELL_NAMES } from '../../registry/rows/iana-columns.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import type { ListRows } from '../../registry/rows/list-rows.ts';
import type { Connection } from '../file/database.ts';
import { addSnapshot, currentRows, type NewSnapshot } from '../history/snapshots.ts';
import { ASSOCIATION_TABLE_COLUMNS, associationValues } from '../tables/association-table.ts';
import { columnName } from '../tables/column-name.ts';
import { deriveAssignment, REBUILD_ASSIGNMENT_WORDS, REBUILD_ASSOCIATION_WORDS } from '../tables/derive.ts';
import { RowMultiset, toRowText } from '../tables/row-multiset.ts';

/** The table of a list. */
export interface Table<Row> {
  readonly name: string;
  /** The columns that a row of the list fills. */
  readonly columns: readonly string[];
  readonly values: (row: Row) => unknown[];
  /** The WHERE clause of the list's rows in the table; all rows if absent. */
  readonly only?: string;
  /** The SQL that clears the derived tables before the import. */
  readonly start?: string;
  /** The SQL that fills the derived tables after the import. */
  readonly finish?: string;
  /** True if the rows are in the search entries, which are then rebuilt. */
  readonly isSearched?: boolean;
  /** Starts to record a snapshot, before the table is cleared. */
  readonly record?: (db: Connection) => SnapshotRecorder<Row>;
}

/** Records the rows of an import and stores them as a snapshot. */
interface SnapshotRecorder<Row> {
  /** Records a new row. */
  readonly add: (row: Row) => void;
  /** Stores the snapshot, after the last row. */
  readonly finish: (snapshot: NewSnapshot) => void;
}

/** The table of each list. */
export const TABLES: { readonly [List in ListName]: Table<ListRows[List]> } = {
  assignments: {
    name: 'assignment',
    columns: [
      ...CELL_NAMES.map(columnName),
      'first_port',
      'last_port',
      'state',
      'name_words',
      'text_words',
      'search_keys',
    ],
    values: ({ cells, span }) => [...listCells(cells), span?.firstPort, span?.lastPort, ...deriveAssignment(cells)],
    start: 'DELETE FROM assignment_span',
    finish: `INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
      ${REBUILD_ASSIGNMENT_WORDS}`,
    isSearched: true,
    record: recordSnapshot,
  },
  associations: {
    name: 'association',
    columns: ASSOCIATION_TABLE_COLUMNS,
    values: associationValues,
    only: "WHERE origin = 'informal'",
    finish: REBUILD_ASSOCIATION_WORDS,
    isSearched: true,
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
  'other-names': {
    name: 'other_name',
    columns: ['name', 'port', 'protocols', 'place', 'sources'],
    values: (row) => [row.name, row.port, JSON.stringify(row.protocols), row.place, JSON.stringify(row.sources)],
    isSearched: true,
  },
  prominence: {
    name: 'prominence',
    columns: ['service_name', 'port', 'protocol', 'prominence', 'evidence', 'sources'],
    values: (row) => [
      row.serviceName,
      row.port,
      row.protocol,
      row.prominence,
      JSON.stringify(row.evidence),
      JSON.stringify(row.sources),
    ],
    isSearched: true,
  },
};

/** Returns the SQL that clears the tables of a list; own entries stay. */
export function clearSql({ name, only = '', start = '' }: Pick<Table<never>, 'name' | 'only' | 'start'>): string {
  return `${start}; DELETE FROM ${name} ${only}`;
}

/** Returns the SQL that inserts a row of a list. */
export function insertSql({ name, columns }: Pick<Table<never>, 'name' | 'columns'>): string {
  return `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Returns the SQL that selects the rows of a list, in the order of `values`. */
export function selectSql({ name, columns, only = '' }: Pick<Table<never>, 'name' | 'columns' | 'only'>): string {
  return `SELECT ${columns.join(', ')} FROM ${name} ${only}`;
}

/**
 * Starts to record a snapshot: reads the current official rows, which the new ones are compared with.
 *
 * @param db - A connection in a transaction.
 */
export function recordSnapshot(db: Connection): SnapshotRecorder<ListRows['assignments']> {
  const current = currentRows(db);
  const rows = new RowMultiset();
  return {
    add: ({ cells }) => rows.add(toRowText(cells)),
    finish: (snapshot) => addSnapshot(db, snapshot, rows, current),
  };
}
