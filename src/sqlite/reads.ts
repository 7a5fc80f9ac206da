import { type Assignment, type AssignmentCells, toAssignment } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import type { CheckCommand, CheckQuestion } from '../registry/check-command.ts';
import type { EphemeralRange } from '../registry/ephemeral-range.ts';
import type { RegistryDate } from '../registry/port-report.ts';
import type { LoadedList } from '../registry/registry.ts';
import type { Connection } from './database.ts';

const ASSIGNMENT = `service_name AS serviceName, port_number AS portNumber, transport_protocol AS transportProtocol,
  description, assignee, contact, registration_date AS registrationDate, modification_date AS modificationDate,
  reference, service_code AS serviceCode, unauthorized_use_reported AS unauthorizedUseReported,
  assignment_notes AS assignmentNotes, assignment.first_port AS firstPort, assignment.last_port AS lastPort`;

const ASSOCIATION = `association.id, name, used_by AS usedBy, association.first_port AS firstPort,
  association.last_port AS lastPort, protocols, category, confidence, origin, note, sources`;

const EPHEMERAL = `system, title, version, current, first_port AS firstPort, last_port AS lastPort,
  how_to_read AS howToRead, how_to_change AS howToChange, note, source_title AS sourceTitle, source_url AS sourceUrl`;

interface AssignmentRow extends AssignmentCells {
  readonly firstPort: number | null;
  readonly lastPort: number | null;
}
type AssociationRow = Omit<Association, 'protocols' | 'sources'> & { protocols: string; sources: string };
type EphemeralRow = Omit<EphemeralRange, 'current' | 'source'> & {
  current: number;
  sourceTitle: string;
  sourceUrl: string;
};
type CheckRow = Omit<CheckCommand, 'needsRoot' | 'questions'> & { needsRoot: number };

/** Every SELECT of the registry, prepared once for a connection, with rows turned into the domain's own. */
export class Reads {
  readonly #statements;

  /** @param db - A connection to a database of this program's schema. */
  constructor(db: Connection) {
    this.#statements = {
      registryDate: db.prepare<[], RegistryDate>(
        "SELECT date, imported_at AS importedAt FROM list WHERE name = 'assignments'",
      ),
      lists: db.prepare<[], LoadedList>(
        'SELECT name AS list, origin, source, date, imported_at AS importedAt, row_count AS rows, sha256 FROM list',
      ),
      assignmentsAt: db.prepare<[number, number], AssignmentRow>(
        `SELECT ${ASSIGNMENT} FROM assignment_span AS span JOIN assignment USING (id)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      assignmentsOfService: db.prepare<[string], AssignmentRow>(
        `SELECT ${ASSIGNMENT} FROM assignment WHERE service_name = ? COLLATE NOCASE AND service_name <> '' ORDER BY id`,
      ),
      serviceNames: db
        .prepare<[], string>("SELECT DISTINCT service_name FROM assignment WHERE service_name <> ''")
        .pluck(),
      associationsAt: db.prepare<[number, number], AssociationRow>(
        `SELECT ${ASSOCIATION} FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ?`,
      ),
      associationsByName: db.prepare<[string], AssociationRow>(
        `SELECT ${ASSOCIATION} FROM association WHERE name = ? COLLATE NOCASE`,
      ),
      ephemeralRanges: db.prepare<[], EphemeralRow>(
        `SELECT ${EPHEMERAL} FROM ephemeral_range ORDER BY system, current DESC, id`,
      ),
      currentEphemeralRangesAt: db.prepare<[number, number], EphemeralRow>(
        `SELECT ${EPHEMERAL} FROM ephemeral_range WHERE current = 1 AND first_port <= ? AND last_port >= ?`,
      ),
      isBlocked: db.prepare<[number], number>('SELECT 1 FROM blocked_port WHERE port = ?').pluck(),
      checkCommands: db.prepare<[string], CheckRow>(
        `SELECT system, tool, command, needs_root AS needsRoot FROM check_command
         WHERE ? IN (SELECT value FROM json_each(questions)) ORDER BY id`,
      ),
    };
  }

  /** Tells how old the official rows are; undefined before anything was loaded. */
  registryDate(): RegistryDate | undefined {
    return this.#statements.registryDate.get();
  }

  /** Lists what is loaded, in no particular order. */
  lists(): LoadedList[] {
    return this.#statements.lists.all();
  }

  /** Finds the official rows that contain a port, in no particular order. */
  assignmentsAt(port: number): Assignment[] {
    return this.#statements.assignmentsAt.all(port, port).map(fromAssignmentRow);
  }

  /** Finds the official rows of a service name in any case, in the order of the file. */
  assignmentsOfService(name: string): Assignment[] {
    return this.#statements.assignmentsOfService.all(name).map(fromAssignmentRow);
  }

  /** Lists every service name once. */
  serviceNames(): string[] {
    return this.#statements.serviceNames.all();
  }

  /** Finds the informal and own uses that contain a port, in no particular order. */
  associationsAt(port: number): Association[] {
    return this.#statements.associationsAt.all(port, port).map(fromAssociationRow);
  }

  /** Finds the informal and own uses of a name in any case, in no particular order. */
  associationsByName(name: string): Association[] {
    return this.#statements.associationsByName.all(name).map(fromAssociationRow);
  }

  /** Lists all ephemeral ranges: by system, the current versions first. */
  ephemeralRanges(): EphemeralRange[] {
    return this.#statements.ephemeralRanges.all().map(fromEphemeralRow);
  }

  /** Finds the current ephemeral ranges that contain a port, in no particular order. */
  currentEphemeralRangesAt(port: number): EphemeralRange[] {
    return this.#statements.currentEphemeralRangesAt.all(port, port).map(fromEphemeralRow);
  }

  /** Tells whether browsers refuse to connect to a port. */
  isBlocked(port: number): boolean {
    return this.#statements.isBlocked.get(port) !== undefined;
  }

  /** Lists the commands for one question, in their order. */
  checkCommands(question: CheckQuestion): CheckCommand[] {
    const rows = this.#statements.checkCommands.all(question);
    return rows.map((row) => ({ ...row, needsRoot: row.needsRoot === 1, questions: [question] }));
  }
}

function fromAssignmentRow(row: AssignmentRow): Assignment {
  const { firstPort, lastPort } = row;
  return toAssignment(row, firstPort === null || lastPort === null ? null : { firstPort, lastPort });
}

/** The order of the fields is that of the contract: JSON keeps it. */
function fromAssociationRow(row: AssociationRow): Association {
  const { id, name, usedBy, firstPort, lastPort, protocols, category, confidence, origin, note, sources } = row;
  const span = { id, name, usedBy, firstPort, lastPort, protocols: JSON.parse(protocols) };
  return { ...span, category, confidence, origin, note, sources: JSON.parse(sources) };
}

function fromEphemeralRow({ current, sourceTitle, sourceUrl, ...row }: EphemeralRow): EphemeralRange {
  return { ...row, current: current === 1, source: { title: sourceTitle, url: sourceUrl } };
}
