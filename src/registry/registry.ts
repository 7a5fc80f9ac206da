import type { AdviceQuestion, SuggestionQuestion } from './advice/advice-question.ts';
import type { PoolReport } from './advice/pool.ts';
import type { SuggestionList } from './advice/suggestions.ts';
import type { Suitability } from './advice/suitability.ts';
import type { AuditFilter, AuditRow } from './audit.ts';
import type { KindChart } from './chart/kind-chart.ts';
import type { ChangeFilter, ChangePage, RegistryChange, Snapshot } from './history/history.ts';
import type { StoredToken } from './own/token.ts';
import type { PortReport, SharedReport } from './report/port-report.ts';
import type { AssignmentFilter, AssociationFilter, SearchFilter, SearchPage } from './report/search.ts';
import type { Assignment, AssignmentCells } from './rows/assignment.ts';
import type { Association, Origin } from './rows/association.ts';
import type { EphemeralRange } from './rows/ephemeral-range.ts';
import type { ListName } from './rows/list-name.ts';
import type { UpdateInfo } from './rows/update-attempt.ts';
import type { AnswerSize } from './values/answer-size.ts';
import type { Page, PageRequest } from './values/page.ts';
import type { PortQuery } from './values/port-query.ts';
import type { TransportProtocol } from './values/transport-protocol.ts';

/** All rows of one service name. */
export interface Service {
  /** The name as the registry writes it. */
  readonly name: string;
  /** The official rows: those with a port by port, then those without one. */
  readonly assignments: readonly Assignment[];
  /** Informal and own uses of the same name. */
  readonly associations: readonly Association[];
  /** How official rows of this name went away since the earliest snapshot, and what took their place; the latest first. */
  readonly retired: readonly RegistryChange[];
}

/** A list of rows that is loaded. */
export interface LoadedList {
  /** Which list: `assignments`, `associations`, `ephemeral-ranges`, `check-commands` or `blocked-by-browsers`. */
  readonly list: ListName;
  readonly origin: Origin;
  /** Where the list came from: what was assembled or compiled, or the file or address an operator named. */
  readonly source: string;
  /** The day the list stands for, `YYYY-MM-DD`. */
  readonly date: string;
  /** When it was loaded, in UTC, ISO 8601 with milliseconds. */
  readonly importedAt: string;
  /** How many rows it has. */
  readonly rows: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * How old a version may be by which an answer that was kept is taken for current, in milliseconds: less than a client
 * needs from one answer to its next question, and enough to look at it once for many requests under load.
 */
export const VERSION_AGE_MS = 0.5;

/** While both numbers stay the same, so does every answer. */
export interface RegistryVersion {
  /** Another one at each change of a list. */
  readonly lists: number;
  /** Another one at each change of the team's own entries and pools. */
  readonly own: number;
}

/** What is loaded, and how old it is. */
export interface RegistryInfo {
  /** The day of the IANA registry that is loaded, `YYYY-MM-DD`. */
  readonly date: string;
  /** One entry a loaded list, in the order of `LIST_NAMES`. */
  readonly origins: readonly LoadedList[];
  /** How the last update of the official rows ended; null where none was ever tried. */
  readonly update: UpdateInfo | null;
}

/**
 * Every question that Portolan answers. Answers are synchronous: they come from this machine and never wait for a
 * network. Each method throws a `RegistryError` with the code `unavailable` when the data cannot be read: the
 * database is missing, locked, damaged, of another schema, or nothing is loaded yet.
 */
export interface Registry {
  /**
   * Makes sure that questions can be answered now.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void;

  /**
   * Tells what is loaded.
   *
   * @throws {RegistryError} `unavailable`
   */
  info(): RegistryInfo;

  /**
   * Answers for one port.
   *
   * @param number - A port number, 0-65535.
   * @param protocol - Shows only rows that do not contradict this protocol; null shows all.
   * @param asOf - A day, `YYYY-MM-DD`: the official rows are those of the latest snapshot up to it; null for today's.
   * @throws {RegistryError} `invalid_argument` when the number is out of range; `not_found` for a day before the
   *   earliest snapshot.
   */
  port(number: number, protocol: TransportProtocol | null, asOf?: string | null): PortReport;

  /**
   * Answers for many ports from one state of the data, in the order asked.
   *
   * @param queries - Single ports, as `parsePortList` gives them.
   * @param asOf - As of `port`.
   */
  ports(queries: readonly PortQuery[], asOf?: string | null): PortReport[];

  /**
   * Answers for many ports as `ports` does, each answer still without its number: ports with the same rows share one,
   * the very same object as long as nothing changes.
   *
   * @param queries - Single ports, as `parsePortList` gives them.
   * @param asOf - As of `port`.
   * @param size - The size of the answer, where it is asked for in several calls.
   */
  sharedReports(queries: readonly PortQuery[], asOf?: string | null, size?: AnswerSize): SharedReport[];

  /** Tells one state of the registry from another. */
  version(): RegistryVersion;

  /** Tells of each of the 65,536 ports what it is: the very same bytes as long as nothing changes. */
  kindChart(): KindChart;

  /**
   * Finds all rows of a service name, in any case.
   *
   * @param name - A service name, one that the registry had earlier included, or the name of an informal use.
   * @param asOf - As of `port`.
   * @throws {RegistryError} `not_found`, with the nearest names as suggestions.
   */
  service(name: string, asOf?: string | null): Service;

  /**
   * Lists the states of the official rows that are known, the latest first.
   *
   * @param page - Which part of them.
   */
  snapshots(page: PageRequest): Page<Snapshot>;

  /**
   * Lists what changed from one snapshot to the next: the latest first, by port and name within a snapshot.
   *
   * @param filter - Which changes.
   * @param page - Which part of them.
   */
  changes(filter: ChangeFilter, page: PageRequest): ChangePage;

  /**
   * Searches names and what is said of them: the rows of a port where the text is its number, then an exact name, then
   * names that begin with the text, then rows with all the words.
   *
   * @param text - Any text; no character of it is a wildcard or an operator.
   * @param filter - Narrows the search.
   * @param page - Which part of the results.
   */
  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage;

  /**
   * Lists official rows in the order of IANA's file.
   *
   * @param filter - Which ones.
   * @param page - Which part of them.
   */
  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment>;

  /**
   * Lists the official rows verbatim, in the order of IANA's file.
   *
   * @param page - Which part of them.
   */
  assignmentCells(page: PageRequest): Page<AssignmentCells>;

  /**
   * Lists informal and own uses by first port, last port and id.
   *
   * @param filter - Which ones.
   * @param page - Which part of them.
   */
  associations(filter: AssociationFilter, page: PageRequest): Page<Association>;

  /**
   * Finds an informal or own use by its id.
   *
   * @param id - The id, as it stands in `Association.id`.
   * @throws {RegistryError} `not_found`
   */
  association(id: string): Association;

  /** Lists the ephemeral ranges of all systems and versions: by title, the current version first. */
  ephemeralRanges(): EphemeralRange[];

  /**
   * Tells whether a port may be taken for a new service, with all reasons.
   *
   * @param number - A port number, 0-65535.
   * @param question - For which protocol and environment.
   * @throws {RegistryError} `invalid_argument` when the number is out of range.
   */
  suitability(number: number, question: AdviceQuestion): Suitability;

  /**
   * Suggests ports for a new service, the same ones for the same question and data.
   *
   * @param question - How many, and which, as `readSuggestionConditions` gives it.
   * @throws {RegistryError} `invalid_argument` when there is no such pool.
   */
  suggestions(question: SuggestionQuestion): SuggestionList;

  /** Lists the pools by name. */
  pools(): PoolReport[];

  /**
   * Finds a pool.
   *
   * @param name - Its name.
   * @throws {RegistryError} `not_found`, with the nearest name under `suggestions`.
   */
  pool(name: string): PoolReport;

  /** Lists all tokens by name, those among them that are no longer valid. */
  tokens(): StoredToken[];

  /**
   * Lists writes, the newest first.
   *
   * @param filter - Which ones.
   * @param page - Which part of them.
   */
  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow>;

  /** Gives a text that is different whenever an own entry was added, changed or deleted. */
  ownEntriesFingerprint(): string;

  /** Keeps the registry as it stands now, for answers that take more than one turn. It must be closed. */
  snapshot(): RegistrySnapshot;
}

/** A registry that later imports and writes do not change. */
export interface RegistrySnapshot extends Registry {
  /** Lets go of the kept state. */
  close(): void;
}
