import type { AssignmentCells, AssignmentState } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import type { CheckCommand } from '../registry/check-command.ts';
import type { EphemeralRange } from '../registry/ephemeral-range.ts';
import type { PortSpan } from '../registry/port-range.ts';
import type { ListName, LoadedList } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { associationValues, INSERT_ASSOCIATION } from './association-table.ts';
import { type Connection, toRegistryError } from './database.ts';
import { DERIVATION, deriveAssignment, REBUILD_ASSIGNMENT_WORDS } from './derive.ts';

/** The rows of each list, as they are stored. */
export interface ListRows {
  readonly assignments: { readonly cells: AssignmentCells; readonly span: PortSpan | null };
  readonly associations: Association;
  readonly 'ephemeral-ranges': EphemeralRange;
  readonly 'check-commands': CheckCommand;
  readonly 'blocked-by-browsers': { readonly port: number; readonly name: string | null };
}

/** A list that is loaded, with what only the importer needs to know. */
export interface StoredList extends LoadedList {
  /** True when it is the one that ships with Portolan. */
  readonly bundled: boolean;
}

/** What becomes the stored list; the number of rows is counted and the time of import read from the clock. */
export interface NewList<List extends ListName> extends Omit<StoredList, 'list' | 'date' | 'rows' | 'importedAt'> {
  readonly list: List;
  /** The day the list stands for, `YYYY-MM-DD`; null takes the one that `newestDate` gives when all rows are read. */
  readonly date: string | null;
  /** Gives the newest date that was met in the rows; only asked for after the last one. */
  readonly newestDate?: () => string;
}

/** What an import did. */
export interface ImportResult {
  /** False when the very same file was loaded already: then nothing was touched. */
  readonly changed: boolean;
  /** How many rows the list has. */
  readonly rows: number;
  /** The day it stands for, `YYYY-MM-DD`. */
  readonly date: string;
}

/** How many official rows there are of a kind. */
export interface AssignmentTally {
  readonly states: Readonly<Partial<Record<AssignmentState, number>>>;
  /** Those that IANA writes as a range, six of one port included (4748-4748). */
  readonly ranges: number;
}

interface Table<Row> {
  /** Empties what the list fills; own entries stay. */
  readonly clear: string;
  readonly insert: string;
  readonly values: (row: Row) => unknown[];
  /** Fills what is derived from all rows at once. */
  readonly finish?: string;
}

const TABLES: { readonly [List in ListName]: Table<ListRows[List]> } = {
  assignments: {
    clear: 'DELETE FROM assignment_span; DELETE FROM assignment',
    insert: `INSERT INTO assignment (service_name, port_number, transport_protocol, description, assignee, contact,
      registration_date, modification_date, reference, service_code, unauthorized_use_reported, assignment_notes,
      first_port, last_port, state, name_words, text_words)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: ({ cells, span }) => [
      cells.serviceName,
      cells.portNumber,
      cells.transportProtocol,
      cells.description,
      cells.assignee,
      cells.contact,
      cells.registrationDate,
      cells.modificationDate,
      cells.reference,
      cells.serviceCode,
      cells.unauthorizedUseReported,
      cells.assignmentNotes,
      span?.firstPort,
      span?.lastPort,
      ...deriveAssignment(cells),
    ],
    finish: `INSERT INTO assignment_span SELECT id, first_port, last_port FROM assignment WHERE first_port NOT NULL;
      ${REBUILD_ASSIGNMENT_WORDS}`,
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
 * Finds what is loaded of a list.
 *
 * @param db - Any connection.
 * @param list - Which list.
 */
export function storedList(db: Connection, list: ListName): StoredList | undefined {
  const columns = 'name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256, bundled';
  const row = db
    .prepare<[ListName], LoadedList & { bundled: number }>(`SELECT ${columns} FROM list WHERE name = ?`)
    .get(list);
  return row && { ...row, bundled: row.bundled === 1 };
}

/**
 * Replaces a list by another one, in one transaction: readers see the old rows until it is committed, and go on
 * seeing them when it fails. The file that is loaded already, by its sha256 and date, changes nothing.
 *
 * @param db - A connection for writing.
 * @param list - What is known of the new list.
 * @param rows - Its rows, read while they are stored.
 * @param fewest - How many rows it must have at least.
 * @param progress - Is told the number of rows after each.
 * @throws {RegistryError} `invalid_argument` when there are too few rows; what reading the rows throws; `unavailable`
 *   when the database is locked, full or damaged.
 */
export async function importList<List extends ListName>(
  db: Connection,
  list: NewList<List>,
  rows: AsyncIterable<ListRows[List]>,
  fewest: number,
  progress: (rows: number) => void = () => {},
): Promise<ImportResult> {
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = await replaceList(db, list, rows, fewest, progress);
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw toRegistryError(error);
  }
}

async function replaceList<List extends ListName>(
  db: Connection,
  list: NewList<List>,
  rows: AsyncIterable<ListRows[List]>,
  fewest: number,
  progress: (rows: number) => void,
): Promise<ImportResult> {
  const loaded = storedList(db, list.list);
  if (loaded?.sha256 === list.sha256 && loaded.date === (list.date ?? loaded.date))
    return { changed: false, rows: loaded.rows, date: loaded.date };
  const table: Table<ListRows[List]> = TABLES[list.list];
  db.exec(table.clear);
  const insert = db.prepare(table.insert);
  let stored = 0;
  for await (const row of rows) {
    insert.run(...table.values(row));
    progress(++stored);
  }
  if (table.finish !== undefined) db.exec(table.finish);
  if (stored < fewest) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot import ${list.source}: expected at least ${fewest} rows, got ${stored}`,
    );
  }
  const date = list.date ?? list.newestDate?.();
  if (!date)
    throw new RegistryError('invalid_argument', `Cannot import ${list.source}: expected a date in its rows; name one`);
  const values = [list.list, list.origin, list.source, date, new Date().toISOString(), stored, list.sha256];
  db.prepare('INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...values,
    Number(list.bundled),
    DERIVATION,
  );
  return { changed: true, rows: stored, date };
}

/**
 * Counts the official rows that are loaded. It reads all of them.
 *
 * @param db - Any connection.
 */
export function tallyAssignments(db: Connection): AssignmentTally {
  const states = db.prepare('SELECT state, count(*) FROM assignment GROUP BY state').raw().all() as [string, number][];
  const ranges = db.prepare("SELECT count(*) FROM assignment WHERE port_number LIKE '%-%'").pluck().get() as number;
  return { states: Object.fromEntries(states), ranges };
}
