import { hash } from 'node:crypto';
import type { LoadedList } from '../../registry/catalogue.ts';
import type { NamedPlace } from '../../registry/report/other-name-rows.ts';
import type { RegistryDate } from '../../registry/report/port-report.ts';
import type { NamingUse } from '../../registry/report/preferred-origins.ts';
import type { PortRows } from '../../registry/report/report-rows.ts';
import type { Assignment, AssignmentCells } from '../../registry/rows/assignment.ts';
import { ASSOCIATION_FIELD_NAMES, type Association } from '../../registry/rows/association.ts';
import { spanOfCells } from '../../registry/rows/cells.ts';
import type { CheckCommand, CheckQuestion } from '../../registry/rows/check-command.ts';
import type { EphemeralRange, EphemeralSpan } from '../../registry/rows/ephemeral-range.ts';
import type { NameOfPort } from '../../registry/rows/other-name.ts';
import { LOWEST_PROMINENCE, type Prominence } from '../../registry/rows/prominence.ts';
import type { NamedRows } from '../../registry/stored-rows.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { RegistryVersion } from '../../registry/values/registry-version.ts';
import type { Connection } from '../file/database.ts';
import { columnName } from '../tables/column-name.ts';
import { RowBlock } from '../tables/row-block.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  EPHEMERAL_COLUMNS,
  type EphemeralRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromEphemeralRow,
  fromNamingRow,
  fromOtherNameRow,
  IN_USE,
  NAMING_COLUMNS,
  type NamingUseRow,
  type OtherNameRow,
} from '../tables/rows.ts';

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

type CheckRow = Omit<CheckCommand, 'needsRoot' | 'questions'> & { needsRoot: number };

/** The queries of the registry, prepared once for a connection. They return the types of the domain. */
export class Reads implements NamedRows {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#statements = {
      registryDate: db.prepare<[], RegistryDate>("SELECT date FROM list WHERE name = 'assignments'"),
      lists: db.prepare<[], LoadedList>(
        'SELECT name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256 FROM list',
      ),
      assignmentsAt: db.prepare<[number, number], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment_span AS span JOIN assignment USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      assignmentsOfService: db.prepare<[string], AssignmentRow>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE service_name = ? COLLATE NOCASE AND service_name <> '' ORDER BY id`,
      ),
      prominence: db
        .prepare<[number, string, string], Prominence>(
          'SELECT prominence FROM prominence WHERE port = ? AND protocol = ? AND service_name = ?',
        )
        .pluck(),
      associationsAt: db.prepare<[number, number], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      namingUsesAt: db.prepare<[number, number], NamingUseRow>(
        `SELECT ${NAMING_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      otherNamesAt: db.prepare<[number, number], OtherNameRow & { readonly port: number }>(
        `SELECT name, port, protocols, sources FROM other_name WHERE port BETWEEN ? AND ?
         ORDER BY port, place, name COLLATE NOCASE, name`,
      ),
      ownEntriesByOtherName: db.prepare<[string], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE origin = 'own' AND other_names <> '[]' AND ${IN_USE}
         AND EXISTS (SELECT 1 FROM json_each(other_names) WHERE value = ? COLLATE NOCASE)`,
      ),
      placesOfOtherName: db.prepare<[string], Omit<NamedPlace, 'protocols'> & { protocols: string }>(
        'SELECT name, port, protocols FROM other_name WHERE name = ? COLLATE NOCASE ORDER BY place, port',
      ),
      associationsByName: db.prepare<[string], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE name = ? COLLATE NOCASE AND ${IN_USE}`,
      ),
      association: db.prepare<[string], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE id = ?`),
      ephemeralRanges: db.prepare<[], EphemeralRow>(
        `SELECT ${EPHEMERAL_COLUMNS} FROM ephemeral_range ORDER BY system, current DESC, id`,
      ),
      ephemeralSpans: db.prepare<[], EphemeralSpan>(
        'SELECT system, title, first_port AS firstPort, last_port AS lastPort FROM ephemeral_range WHERE current = 1',
      ),
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
      version: db.prepare<[], RegistryVersion>('SELECT lists, own FROM registry_version'),
      listStarts: db
        .prepare<[], number>(
          `SELECT first_port FROM assignment WHERE first_port NOT NULL
           UNION SELECT last_port + 1 FROM assignment WHERE first_port NOT NULL
           UNION SELECT first_port FROM association WHERE origin = 'informal'
           UNION SELECT last_port + 1 FROM association WHERE origin = 'informal'
           UNION SELECT first_port FROM ephemeral_range UNION SELECT last_port + 1 FROM ephemeral_range
           UNION SELECT port FROM other_name UNION SELECT port + 1 FROM other_name
           UNION SELECT port FROM blocked_port UNION SELECT port + 1 FROM blocked_port`,
        )
        .pluck(),
      ownSpans: db.prepare<[], PortSpan>(
        `SELECT first_port AS firstPort, last_port AS lastPort FROM association WHERE origin = 'own' AND ${IN_USE}`,
      ),
      blockedPorts: db
        .prepare<[number, number], number>('SELECT port FROM blocked_port WHERE port BETWEEN ? AND ?')
        .pluck(),
      checkCommands: db.prepare<[string], CheckRow>(
        `SELECT system, tool, command, needs_root AS needsRoot FROM check_command
         WHERE instr(questions, ?) > 0 ORDER BY id`,
      ),
    };
  }

  registryDate(): RegistryDate {
    const date = this.#statements.registryDate.get();
    if (date !== undefined) return date;
    throw new RegistryError('unavailable', 'No registry is loaded yet: run the seed command');
  }

  version(): RegistryVersion {
    return this.#statements.version.get() as RegistryVersion;
  }

  listStarts(): number[] {
    return this.#statements.listStarts.all();
  }

  ownSpans(): PortSpan[] {
    return this.#statements.ownSpans.all();
  }

  lists(): LoadedList[] {
    return this.#statements.lists.all();
  }

  assignmentsAt(port: number, size: AnswerSize): Assignment[] {
    return this.assignmentRowsAt(port).map((row) => fromAssignmentRow(size.count(row)));
  }

  /** Finds the official rows that contain a port, as stored. */
  assignmentRowsAt(port: number): AssignmentRow[] {
    return this.#statements.assignmentsAt.all(port, port);
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

  associationsAt(port: number, size: AnswerSize): Association[] {
    return readAssociations(this.#statements.associationsAt.iterate(port, port), size);
  }

  namingUsesAt(port: number): NamingUse[] {
    return this.#statements.namingUsesAt.all(port, port).map(fromNamingRow);
  }

  otherNamesAt(port: number, size: AnswerSize): NameOfPort[] {
    return this.#statements.otherNamesAt.all(port, port).map((row) => fromOtherNameRow(size.count(row)));
  }

  ownEntriesByOtherName(name: string): Association[] {
    return readAssociations(this.#statements.ownEntriesByOtherName.iterate(name));
  }

  placesOfOtherName(name: string): NamedPlace[] {
    const places = this.#statements.placesOfOtherName.all(name);
    return places.map((place) => ({ ...place, protocols: JSON.parse(place.protocols) }));
  }

  associationsByName(name: string): Association[] {
    return readAssociations(this.#statements.associationsByName.iterate(name));
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

  *ownEntriesFingerprint(): Generator<void, string> {
    let fingerprint = '';
    for (let after = ''; ; ) {
      const { entries, last } = this.#statements.ownEntriesPage.get(after) as OwnEntriesPage;
      if (last === null) return fingerprint;
      fingerprint = hash('sha1', fingerprint + entries, 'base64url');
      after = last;
      yield;
    }
  }

  ephemeralRanges(): EphemeralRange[] {
    return this.#statements.ephemeralRanges.all().map(fromEphemeralRow);
  }

  ephemeralSpans(): EphemeralSpan[] {
    return this.#statements.ephemeralSpans.all();
  }

  isBlocked(port: number): boolean {
    return this.#statements.blockedPorts.get(port, port) !== undefined;
  }

  block({ firstPort, lastPort }: PortSpan): PortRows {
    const { assignmentsAt, associationsAt, otherNamesAt, blockedPorts } = this.#statements;
    return new RowBlock({
      assignments: assignmentsAt.all(lastPort, firstPort),
      associations: associationsAt.all(lastPort, firstPort),
      otherNames: otherNamesAt.all(firstPort, lastPort),
      blockedPorts: blockedPorts.all(firstPort, lastPort),
    });
  }

  checkCommands(question: CheckQuestion): CheckCommand[] {
    // `instr` finds the quoted word in the JSON array, several times faster than `json_each`.
    const rows = this.#statements.checkCommands.all(JSON.stringify(question));
    return rows.map((row) => ({ ...row, needsRoot: row.needsRoot === 1, questions: [question] }));
  }
}

/**
 * Reads stored uses one by one, and stops at the limit: the entries of one port may have more text than a response may.
 *
 * @param rows - The rows.
 * @param size - The size of the response, to which the rows are added.
 * @throws {RegistryError} `too_large`
 */
function readAssociations(rows: Iterable<AssociationRow>, size = new AnswerSize()): Association[] {
  const associations: Association[] = [];
  for (const row of rows) associations.push(fromAssociationRow(size.count(row)));
  return associations;
}
