import type { RegistryDate } from '../../registry/report/port-report.ts';
import type { NamingUse } from '../../registry/report/preferred-origins.ts';
import type { PortRows, ReportRows } from '../../registry/report/report-rows.ts';
import type { Assignment } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { CheckCommand, CheckQuestion } from '../../registry/rows/check-command.ts';
import type { EphemeralSpan } from '../../registry/rows/ephemeral-range.ts';
import type { NameOfPort } from '../../registry/rows/other-name.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import { contains, type PortSpan } from '../../registry/values/port-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { RegistryVersion } from '../../registry/values/registry-version.ts';
import type { Connection } from '../file/database.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromNamingRow,
  fromOtherNameRow,
  IN_USE,
  NAMING_COLUMNS,
  type NamingUseRow,
  type OtherNameRow,
} from '../tables/rows.ts';

type CheckRow = Omit<CheckCommand, 'needsRoot' | 'questions'> & { needsRoot: number };

/** A parsed row with its ports and its size in characters. */
interface SizedRow<T> extends PortSpan {
  readonly characters: number;
  readonly row: T;
}

/** The queries of port reports, prepared once for a connection. They return the types of the domain. */
export class ReportReads implements ReportRows {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#statements = {
      registryDate: db.prepare<[], RegistryDate>("SELECT date FROM list WHERE name = 'assignments'"),
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
        `SELECT DISTINCT first_port AS firstPort, last_port AS lastPort FROM association WHERE origin = 'own' AND ${IN_USE}`,
      ),
      assignments: db.prepare<[number, number], AssignmentRow & PortSpan>(
        `SELECT ${ASSIGNMENT_COLUMNS} FROM assignment_span AS span JOIN assignment USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      associations: db.prepare<[number, number], AssociationRow>(
        `SELECT ${ASSOCIATION_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      namingUses: db.prepare<[number, number], NamingUseRow>(
        `SELECT ${NAMING_COLUMNS} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND ${IN_USE}`,
      ),
      otherNames: db.prepare<[number, number], OtherNameRow & PortSpan>(
        `SELECT name, port AS firstPort, port AS lastPort, protocols, sources FROM other_name WHERE port BETWEEN ? AND ?
         ORDER BY port, place, name COLLATE NOCASE, name`,
      ),
      blockedPorts: db
        .prepare<[number, number], number>('SELECT port FROM blocked_port WHERE port BETWEEN ? AND ?')
        .pluck(),
      ephemeralSpans: db.prepare<[], EphemeralSpan>(
        'SELECT system, title, first_port AS firstPort, last_port AS lastPort FROM ephemeral_range WHERE current = 1',
      ),
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

  assignmentsAt(port: number, size: AnswerSize): Assignment[] {
    const rows = this.assignmentRows({ firstPort: port, lastPort: port });
    return rows.map((row) => fromAssignmentRow(size.count(row)));
  }

  /** Finds the official rows that overlap a span, as stored. */
  assignmentRows({ firstPort, lastPort }: PortSpan): (AssignmentRow & PortSpan)[] {
    return this.#statements.assignments.all(lastPort, firstPort);
  }

  associationsAt(port: number, size: AnswerSize): Association[] {
    return readAssociations(this.#statements.associations.iterate(port, port), size);
  }

  /** Finds the informal and own uses that overlap a span, as stored. */
  associationRows({ firstPort, lastPort }: PortSpan): AssociationRow[] {
    return this.#statements.associations.all(lastPort, firstPort);
  }

  namingUses({ firstPort, lastPort }: PortSpan): NamingUse[] {
    return this.#statements.namingUses.all(lastPort, firstPort).map(fromNamingRow);
  }

  otherNamesAt(port: number, size: AnswerSize): NameOfPort[] {
    return this.#statements.otherNames.all(port, port).map((row) => fromOtherNameRow(size.count(row)));
  }

  isBlocked(port: number): boolean {
    return this.#statements.blockedPorts.get(port, port) !== undefined;
  }

  block(span: PortSpan): PortRows {
    const official = parseSized(this.assignmentRows(span), fromAssignmentRow);
    const uses = parseSized(this.associationRows(span), fromAssociationRow);
    const names = parseSized(this.#statements.otherNames.all(span.firstPort, span.lastPort), fromOtherNameRow);
    const blocked = this.#statements.blockedPorts.all(span.firstPort, span.lastPort);
    return {
      assignmentsAt: (port, size) => rowsAt(official, port, size),
      associationsAt: (port, size) => rowsAt(uses, port, size),
      otherNamesAt: (port, size) => rowsAt(names, port, size),
      isBlocked: (port) => blocked.includes(port),
    };
  }

  ephemeralSpans(): EphemeralSpan[] {
    return this.#statements.ephemeralSpans.all();
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
export function readAssociations(rows: Iterable<AssociationRow>, size = new AnswerSize()): Association[] {
  const associations: Association[] = [];
  for (const row of rows) associations.push(fromAssociationRow(size.count(row)));
  return associations;
}

/** Parses each row of a block of ports once. */
function parseSized<Row extends PortSpan, T>(rows: readonly Row[], parse: (row: Row) => T): SizedRow<T>[] {
  return rows.map((row) => {
    const size = new AnswerSize();
    const parsed = parse(size.count(row));
    return { firstPort: row.firstPort, lastPort: row.lastPort, characters: size.characters, row: parsed };
  });
}

function rowsAt<T>(rows: readonly SizedRow<T>[], port: number, size: AnswerSize): T[] {
  const found: T[] = [];
  for (const sizedRow of rows) {
    if (!contains(sizedRow, port)) continue;
    size.add(sizedRow.characters);
    found.push(sizedRow.row);
  }
  return found;
}
