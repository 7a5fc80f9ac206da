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
  /** The name, in the case of the registry. */
  readonly name: string;
  /** The official rows: by port, then those without a port. */
  readonly assignments: readonly Assignment[];
  /** Informal and own uses of the same name. */
  readonly associations: readonly Association[];
  /** The changes since the earliest snapshot that removed the name from a row, the latest first. */
  readonly retired: readonly RegistryChange[];
}

/** A loaded list of rows. */
export interface LoadedList {
  readonly list: ListName;
  readonly origin: Origin;
  /** The source of the list: what it was assembled from, or the file or address that an operator named. */
  readonly source: string;
  /** The day of the list's data, `YYYY-MM-DD`. */
  readonly date: string;
  /** The time of its import, in UTC, ISO 8601 with milliseconds. */
  readonly importedAt: string;
  /** The number of rows. */
  readonly rows: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * The maximum age of a cached registry version, in milliseconds. It is shorter than the time between a client's
 * response and its next request, so that a client always sees its own writes. Under load, one check serves many
 * requests.
 */
export const VERSION_AGE_MS = 0.5;

/** The version of the data. Answers are the same as long as both numbers are. */
export interface RegistryVersion {
  /** Changes with every change of a list. */
  readonly lists: number;
  /** Changes with every change of own entries and pools. */
  readonly own: number;
}

/** The loaded lists and their age. */
export interface RegistryInfo {
  /** The day of the loaded IANA registry, `YYYY-MM-DD`. */
  readonly date: string;
  /** The loaded lists, in the order of `LIST_NAMES`. */
  readonly origins: readonly LoadedList[];
  /** The result of the last update of the official rows; null if there was none. */
  readonly update: UpdateInfo | null;
}

/**
 * All queries that Portolan answers. Methods are synchronous: they read from this machine and never wait for a network.
 * Each method throws a `RegistryError` with the code `unavailable` when the data cannot be read: the database is
 * missing, locked, damaged or of another schema, or nothing is loaded yet.
 */
export interface Registry {
  /**
   * Checks that queries can be answered now.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void;

  /**
   * Returns the loaded lists and their age.
   *
   * @throws {RegistryError} `unavailable`
   */
  info(): RegistryInfo;

  /**
   * Returns the report of one port.
   *
   * @param number - A port number, 0-65535.
   * @param protocol - Selects the rows that apply to this protocol; null selects all rows.
   * @param asOf - A day, `YYYY-MM-DD`: the official rows are those of the latest snapshot up to it; null for the
   *   current ones.
   * @throws {RegistryError} `invalid_argument` when the number is out of range; `not_found` for a day before the
   *   earliest snapshot.
   */
  port(number: number, protocol: TransportProtocol | null, asOf?: string | null): PortReport;

  /**
   * Returns the reports of many ports from one version of the data, in the order of the queries.
   *
   * @param queries - Single ports, from `parsePortList`.
   * @param asOf - As for `port`.
   */
  ports(queries: readonly PortQuery[], asOf?: string | null): PortReport[];

  /**
   * Returns the reports of many ports as `ports` does, without their numbers. Ports with the same rows share one
   * report: the same object as long as the data does not change.
   *
   * @param queries - Single ports, from `parsePortList`.
   * @param asOf - As for `port`.
   * @param size - The size counter of the answer, if it takes several calls.
   */
  sharedReports(queries: readonly PortQuery[], asOf?: string | null, size?: AnswerSize): SharedReport[];

  /** Returns the version of the data. */
  version(): RegistryVersion;

  /** Returns the kind of each of the 65,536 ports: the same object as long as the data does not change. */
  kindChart(): KindChart;

  /**
   * Finds all rows of a service name, in any case.
   *
   * @param name - A service name, current or former, or the name of a use.
   * @param asOf - As for `port`.
   * @throws {RegistryError} `not_found`, with the nearest names as suggestions.
   */
  service(name: string, asOf?: string | null): Service;

  /**
   * Lists the snapshots of the official rows, the latest first.
   *
   * @param page - The page.
   */
  snapshots(page: PageRequest): Page<Snapshot>;

  /**
   * Lists the changes between snapshots: the latest first, by port and name within a snapshot.
   *
   * @param filter - Selects the changes.
   * @param page - The page.
   */
  changes(filter: ChangeFilter, page: PageRequest): ChangePage;

  /**
   * Searches names and descriptions. The order is: rows of the port with the text as its number, exact names, names
   * that begin with the text, rows with all the words.
   *
   * @param text - Any text; there are no wildcards and no operators.
   * @param filter - Selects the rows.
   * @param page - The page.
   */
  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage;

  /**
   * Lists official rows in the order of IANA's file.
   *
   * @param filter - Selects the rows.
   * @param page - The page.
   */
  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment>;

  /**
   * Lists the official rows verbatim, in the order of IANA's file.
   *
   * @param page - The page.
   */
  assignmentCells(page: PageRequest): Page<AssignmentCells>;

  /**
   * Lists informal and own uses by first port, last port and id.
   *
   * @param filter - Selects the rows.
   * @param page - The page.
   */
  associations(filter: AssociationFilter, page: PageRequest): Page<Association>;

  /**
   * Finds an informal or own use by its id.
   *
   * @param id - The `id` of the association.
   * @throws {RegistryError} `not_found`
   */
  association(id: string): Association;

  /** Lists the ephemeral ranges of all systems and versions: by title, the current version first. */
  ephemeralRanges(): EphemeralRange[];

  /**
   * Returns whether a port is suitable for a new service, with all reasons.
   *
   * @param number - A port number, 0-65535.
   * @param question - The protocol and the environment of the service.
   * @throws {RegistryError} `invalid_argument` when the number is out of range.
   */
  suitability(number: number, question: AdviceQuestion): Suitability;

  /**
   * Suggests ports for a new service: always the same ports for the same conditions and data.
   *
   * @param question - The conditions, from `readSuggestionConditions`.
   * @throws {RegistryError} `invalid_argument` when the pool does not exist.
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

  /** Lists all tokens by name, including those that are no longer valid. */
  tokens(): StoredToken[];

  /**
   * Lists writes, the newest first.
   *
   * @param filter - Selects the rows.
   * @param page - The page.
   */
  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow>;

  /** Returns a fingerprint of the own entries: it changes when an entry is added, changed or deleted. */
  ownEntriesFingerprint(): string;

  /** Returns a snapshot of the registry, for answers that take several steps. The caller must close it. */
  snapshot(): RegistrySnapshot;
}

/** A registry on one version of the data, unaffected by later imports and writes. */
export interface RegistrySnapshot extends Registry {
  /** Releases the snapshot. */
  close(): void;
}
