import { hash } from 'node:crypto';
import type { LoadedList } from '../../registry/catalogue.ts';
import type { NamedPlace } from '../../registry/report/other-name-rows.ts';
import type { Assignment, AssignmentCells } from '../../registry/rows/assignment.ts';
import { ASSOCIATION_FIELD_NAMES, type Association } from '../../registry/rows/association.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import { LOWEST_PROMINENCE, type Prominence } from '../../registry/rows/prominence.ts';
import type { NamedRows } from '../../registry/stored-rows.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { Connection } from '../file/database.ts';
import { columnName } from '../tables/column-name.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
  IN_USE,
} from '../tables/rows.ts';
import { ReportReads, readAssociations } from './report-reads.ts';

/** Own entries in the order of their ids. */
interface OwnEntriesPage {
  /** The values of all columns, in JSON. */
  readonly entries: string;
  /** The last id; null for no entries. */
  readonly last: string | null;
}

/** The most own entries that are read in one step: their notes may have 2,000 characters each. */
const STEP_ENTRIES = 250;

const OWN_COLUMNS = ASSOCIATION_FIELD_NAMES.map(columnName).join(', ');

/** The queries of `ReportReads`, and those of names, entries and lists, prepared once for a connection. */
export class NamedReads extends ReportReads implements NamedRows {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    super(db);
    this.#statements = {
      lists: db.prepare<[], LoadedList>(
        'SELECT name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256 FROM list',
      ),
      assignmentsOfService: db.prepare<[string], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE service_name = ? COLLATE NOCASE AND service_name <> '' ORDER BY id`,
      ),
      prominence: db
        .prepare<[number, string, string], Prominence>(
          'SELECT prominence FROM prominence WHERE port = ? AND protocol = ? AND service_name = ?',
        )
        .pluck(),
      ownEntriesByOtherName: db.prepare<[string], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE origin = 'own' AND other_names <> '[]' AND ${IN_USE}
         AND EXISTS (SELECT 1 FROM json_each(other_names) WHERE value = ? COLLATE NOCASE)`,
      ),
      placesOfOtherName: db.prepare<[string], Omit<NamedPlace, 'protocols'> & { protocols: string }>(
        'SELECT name, port, protocols FROM other_name WHERE name = ? COLLATE NOCASE ORDER BY place, port',
      ),
      associationsByName: db.prepare<[string, number, number], AssociationRow & { readonly row: number }>(
        `SELECT row, ${ASSOCIATION_COLUMNS} FROM association WHERE name = ? COLLATE NOCASE AND ${IN_USE} AND row > ?
         ORDER BY row LIMIT ?`,
      ),
      association: db.prepare<[string], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE id = ?`),
      ownEntries: db.prepare<[], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE origin = 'own' ORDER BY first_port, last_port, id`,
      ),
      newestOwnEntries: db.prepare<[number], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE origin = 'own' ORDER BY row DESC LIMIT ?`,
      ),
      // All columns: after a restore, an entry with the same id and revision may have other values.
      ownEntriesPage: db.prepare<[string], OwnEntriesPage>(
        `SELECT json_group_array(json_array(${OWN_COLUMNS}) ORDER BY id) AS entries, max(id) AS last FROM
         (SELECT ${OWN_COLUMNS} FROM association WHERE origin = 'own' AND id > ? ORDER BY id LIMIT ${STEP_ENTRIES})`,
      ),
    };
  }

  lists(): LoadedList[] {
    return this.#statements.lists.all();
  }

  assignmentsOfService(name: string): Assignment[] {
    return this.assignmentRowsOfService(name).map(fromAssignmentRow);
  }

  /** Finds the official rows of a service name, as stored. */
  assignmentRowsOfService(name: string): AssignmentRow[] {
    return this.#statements.assignmentsOfService.all(name);
  }

  /** Finds the prominence of an official row that may not be stored, such as a past one. */
  prominenceOf(row: AssignmentCells): Prominence {
    const port = spanOfCells(row)?.firstPort;
    if (port === undefined) return LOWEST_PROMINENCE;
    return this.#statements.prominence.get(port, row.transportProtocol, row.serviceName) ?? LOWEST_PROMINENCE;
  }

  ownEntriesByOtherName(name: string): Association[] {
    return readAssociations(this.#statements.ownEntriesByOtherName.iterate(name));
  }

  placesOfOtherName(name: string): NamedPlace[] {
    const places = this.#statements.placesOfOtherName.all(name);
    return places.map((place) => ({ ...place, protocols: JSON.parse(place.protocols) }));
  }

  *associationsByName(name: string): Steps<Association[]> {
    const associations: Association[] = [];
    const size = new AnswerSize();
    for (let after = 0; ; ) {
      const rows = this.#statements.associationsByName.all(name, after, STEP_ENTRIES);
      for (const { row, ...stored } of rows) {
        associations.push(fromAssociationRow(size.count(stored)));
        after = row;
      }
      if (rows.length < STEP_ENTRIES) return associations;
      yield;
    }
  }

  association(id: string): Association {
    const row = this.#statements.association.get(id);
    if (row !== undefined) return fromAssociationRow(row);
    throw new RegistryError('not_found', `Cannot find association ${quoteInput(id)}: no such id`);
  }

  /** Lists all own entries by first port, last port and id. */
  ownEntries(): Association[] {
    return this.#statements.ownEntries.all().map(fromAssociationRow);
  }

  newestOwnEntries(limit: number): Association[] {
    return this.#statements.newestOwnEntries.all(limit).map(fromAssociationRow);
  }

  *ownEntriesFingerprint(): Steps<string> {
    let fingerprint = '';
    for (let after = ''; ; ) {
      const { entries, last } = this.#statements.ownEntriesPage.get(after) as OwnEntriesPage;
      if (last === null) return fingerprint;
      fingerprint = hash('sha1', fingerprint + entries, 'base64url');
      after = last;
      yield;
    }
  }
}
