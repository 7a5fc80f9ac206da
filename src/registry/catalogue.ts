import type { KindChart } from './chart/kind-chart.ts';
import type { OwnReportFilter } from './own/own-report.ts';
import type { OwnSummary } from './own/own-summary.ts';
import type { Assignment, AssignmentCells } from './rows/assignment.ts';
import type { Association, Origin } from './rows/association.ts';
import type { EphemeralRange } from './rows/ephemeral-range.ts';
import type { ListName } from './rows/list-name.ts';
import type { OtherName } from './rows/other-name.ts';
import type { UpdateInfo } from './rows/update-attempt.ts';
import type { AssignmentFilter, AssociationFilter } from './search/search-result.ts';
import type { UseOrder } from './search/use-order.ts';
import type { Page, PageRequest } from './values/page.ts';

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

/** The loaded lists and their age. */
export interface RegistryInfo {
  /** The day of the loaded IANA registry, `YYYY-MM-DD`. */
  readonly date: string;
  /** The loaded lists, in the order of `LIST_NAMES`. */
  readonly origins: readonly LoadedList[];
  /** The result of the last update of the official rows; null if there was none. */
  readonly update: UpdateInfo | null;
}

/** Lists what is loaded: the lists and their rows. */
export interface Catalogue {
  /**
   * Returns the loaded lists and their age.
   *
   * @throws {RegistryError} `unavailable`
   */
  info(): RegistryInfo;

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
   * Lists informal and own uses.
   *
   * @param filter - Selects the rows.
   * @param page - The page.
   * @param order - The order; by port by default.
   * @throws {RegistryError} `invalid_argument` for an unknown pool.
   */
  associations(filter: AssociationFilter, page: PageRequest, order?: UseOrder): Page<Association>;

  /**
   * Lists the active own entries.
   *
   * @param filter - Selects the entries.
   * @param page - The page.
   * @param order - The order; by port by default.
   * @throws {RegistryError} `invalid_argument` for an unknown pool.
   */
  allowedPorts(filter: OwnReportFilter, page: PageRequest, order?: UseOrder): Page<Association>;

  /**
   * Lists the own entries that are not retired and become due up to a day, the most urgent first.
   *
   * @param until - The last day, `YYYY-MM-DD`.
   * @param filter - Selects the entries.
   * @param page - The page.
   * @throws {RegistryError} `invalid_argument` for an unknown pool.
   */
  dueEntries(until: string, filter: OwnReportFilter, page: PageRequest): Page<Association>;

  /** Counts the own entries, and lists their owners and environments. */
  ownSummary(): OwnSummary;

  /**
   * Lists the own entries that were created last, the newest first.
   *
   * @param limit - The most entries.
   */
  newestOwnEntries(limit: number): Association[];

  /**
   * Lists the other names of ports, in the order of the file.
   *
   * @param page - The page.
   */
  otherNames(page: PageRequest): Page<OtherName>;

  /**
   * Finds an informal or own use by its id.
   *
   * @param id - The `id` of the association.
   * @throws {RegistryError} `not_found`
   */
  association(id: string): Association;

  /** Lists the ephemeral ranges of all systems and versions: by title, the current version first. */
  ephemeralRanges(): EphemeralRange[];

  /** Returns the kind of each of the 65,536 ports: the same object as long as the data does not change. */
  kindChart(): KindChart;
}
