import type { RegistryChange } from './history/history.ts';
import type { OtherNameTarget } from './report/other-name-rows.ts';
import type { PortLabel } from './report/port-label.ts';
import type { PortReport } from './report/port-report.ts';
import type { Assignment } from './rows/assignment.ts';
import type { Association } from './rows/association.ts';
import type { SearchFilter, SearchPage } from './search/search-result.ts';
import type { PageRequest } from './values/page.ts';
import type { PortSpan } from './values/port-range.ts';
import type { Steps } from './values/run-step.ts';
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
   * Returns the labels of the ports of a span, which take much less time than their reports.
   *
   * @param span - The span: a few ports, 0-65535.
   * @param protocol - As for `port`.
   * @param asOf - As for `port`.
   */
  portLabels(span: PortSpan, protocol: TransportProtocol | null, asOf: string | null): PortLabel[];

  /**
   * Finds all rows of a service name, in any case. The first step fails for an unknown name.
   *
   * @param name - A service name, current or former, or the name of a use.
   * @param asOf - As for `port`.
   * @throws {RegistryError} `not_found`, with the nearest names as suggestions.
   */
  service(name: string, asOf?: string | null): Steps<Service>;

  /**
   * Searches ports, names and descriptions. A text that asks for ports finds the rows of the ports. Other texts find names
   * first, then rows with all the words; within a level, prominent services come first.
   *
   * @param text - Any text; there are no wildcards and no operators.
   * @param filter - Selects the results.
   * @param page - The page.
   * @param isLiteral - True searches for the text as it is written, without a correction; false by default.
   */
  search(text: string, filter: SearchFilter, page: PageRequest, isLiteral?: boolean): SearchPage;

  /**
   * Runs one step of the work that the first search with a spelling error needs after a start, an import or a write. Searches are
   * correct without it, but then run all steps at once.
   *
   * @returns True if no step is left.
   */
  prepareSearch(): boolean;

  /**
   * Finds the results of a search in steps: `search` with the same parameters then only reads them.
   *
   * @param text - As for `search`.
   * @param filter - As for `search`.
   * @param page - As for `search`.
   * @param isLiteral - As for `search`.
   */
  findResults(text: string, filter: SearchFilter, page: PageRequest, isLiteral?: boolean): Steps<void>;
}
