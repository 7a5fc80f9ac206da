import type { RegistryChange } from './history/history.ts';
import type { OtherNameTarget } from './report/other-name-rows.ts';
import type { PortReport } from './report/port-report.ts';
import type { SearchFilter, SearchPage } from './report/search.ts';
import type { Assignment } from './rows/assignment.ts';
import type { Association } from './rows/association.ts';
import type { PageRequest } from './values/page.ts';
import type { TransportProtocol } from './values/transport-protocol.ts';

/** All rows of one name. */
export interface Service {
  /** The name, in the case of the registry or of the list of other names. */
  readonly name: string;
  /** The official rows: those of the name by port, then those without a port; then those of which it is another name. */
  readonly assignments: readonly Assignment[];
  /** Informal and own uses of the same name, then those of which it is another name. */
  readonly associations: readonly Association[];
  /** The rows of which the name is another or a former name; those of the port that it means first come first. */
  readonly otherNameOf: readonly OtherNameTarget[];
  /** The changes since the earliest snapshot that removed the name from a row, the latest first. */
  readonly retired: readonly RegistryChange[];
}

/** Looks up ports and names. */
export interface PortLookup {
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
   * Finds all rows of a service name, in any case.
   *
   * @param name - A service name, current or former, or the name of a use.
   * @param asOf - As for `port`.
   * @throws {RegistryError} `not_found`, with the nearest names as suggestions.
   */
  service(name: string, asOf?: string | null): Service;

  /**
   * Searches names and descriptions. The order is: rows of the port with the text as its number, exact names, names
   * that begin with the text, rows with all the words.
   *
   * @param text - Any text; there are no wildcards and no operators.
   * @param filter - Selects the rows.
   * @param page - The page.
   */
  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage;
}
