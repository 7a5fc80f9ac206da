import type { AccessRecords } from './access-records.ts';
import { Advice, type AdviceRows } from './advice/advice.ts';
import type { Catalogue, LoadedList } from './catalogue.ts';
import type { ChangeHistory } from './change-history.ts';
import { type ChartFacts, computeKindChart, type KindChart, withOwnEntries } from './chart/kind-chart.ts';
import { type ConflictRows, Conflicts } from './conflicts/conflicts.ts';
import type { RegistryChange } from './history/history.ts';
import type { DriftRows } from './observed/drift.ts';
import type { ObservedUse } from './observed-use.ts';
import type { OwnChangeRows } from './own/own-change.ts';
import type { NamedPlace } from './report/other-name-rows.ts';
import type { ReportRows, RowChanges } from './report/report-rows.ts';
import { SharedReports } from './report/shared-reports.ts';
import type { Assignment } from './rows/assignment.ts';
import type { Association } from './rows/association.ts';
import type { EphemeralRange } from './rows/ephemeral-range.ts';
import type { FormerName } from './rows/former-names.ts';
import type { UpdateAttempt } from './rows/update-attempt.ts';
import type { SearchQuestion } from './search/search-question.ts';
import type { BestMatch, FoundCount, FoundResults, SearchFilter } from './search/search-result.ts';
import { Spellings, type Vocabulary } from './search/spellings.ts';
import type { PageRequest } from './values/page.ts';
import { perVersion } from './values/registry-version.ts';
import type { Steps } from './values/run-step.ts';
import { foldServiceName } from './values/service-name.ts';
import { TRANSPORT_PROTOCOLS } from './values/transport-protocol.ts';

/** The rows of ports and names. */
export interface NamedRows extends ReportRows {
  /** Lists the loaded lists, in no particular order. */
  lists(): LoadedList[];
  /** Finds the official rows of a service name (case-insensitive), in the order of the file. */
  assignmentsOfService(name: string): Assignment[];
  /** Finds the informal and own uses of a name (case-insensitive), in no particular order: hundreds of hosts may have one. */
  associationsByName(name: string): Steps<Association[]>;
  /** Finds the own entries with another name (case-insensitive), in no particular order. */
  ownEntriesByOtherName(name: string): Association[];
  /** Finds the ports that another name (case-insensitive) means, the first-meant port first. */
  placesOfOtherName(name: string): NamedPlace[];
  /** Finds an informal or own use by its id. Throws `not_found`. */
  association(id: string): Association;
  /** Lists the own entries that were created last, the newest first. */
  newestOwnEntries(limit: number): Association[];
  /** Computes a text that changes with any own entry, in steps. */
  ownEntriesFingerprint(): Steps<string>;
}

/** Lists rows by page. */
export interface ListedRows
  extends Pick<
      Catalogue,
      'assignments' | 'assignmentCells' | 'associations' | 'allowedPorts' | 'dueEntries' | 'otherNames' | 'ownSummary'
    >,
    Vocabulary {
  /** Searches names and texts, in the order of `PortLookup.search`. */
  search(question: SearchQuestion, filter: SearchFilter, page: PageRequest): FoundResults;
  /** Finds the results of a question, in steps: `search` of the same page then only reads them. */
  find(question: SearchQuestion, filter: SearchFilter, page: PageRequest): Steps<FoundCount>;
  /** Returns the best match of a question; null if nothing matches. */
  best(question: SearchQuestion, filter: SearchFilter): BestMatch | null;
}

/** The changes between imports. */
export interface HistoryRows extends ChangeHistory, RowChanges {
  /**
   * Lists the changes that removed rows of a name, the latest first. Leaves out a change where a later row of the name has
   * the same ports and protocol.
   */
  retired(name: string): RegistryChange[];

  /** Lists the former names of ports: those in texts of IANA's rows, and those that imports have removed. */
  formerNames(): FormerName[];
}

/** The rows of a registry, over one connection to its store. */
export interface StoredRows {
  readonly rows: NamedRows & AdviceRows & ConflictRows;
  readonly lists: ListedRows;
  readonly history: HistoryRows;
  readonly access: Omit<AccessRecords, 'ownChanges'> & OwnChangeRows;
  readonly observed: Omit<ObservedUse, 'drift'>;
  readonly drift: DriftRows;
  /** Reads the input of the chart of all ports. */
  readonly chartFacts: () => ChartFacts;
  /** Returns the last attempt to update the official rows; null before the first one. */
  readonly lastUpdate: () => UpdateAttempt | null;
  /** Returns the random id of the database. */
  readonly databaseId: () => string;
}

/** The rows of a registry, and what is computed from them. */
export interface Queries extends StoredRows {
  readonly reports: SharedReports;
  readonly advice: Advice;
  readonly conflicts: Conflicts;
  readonly spellings: Spellings;
  readonly kindChart: () => KindChart;
  /** Finds the ports that had a name (case-insensitive) earlier. */
  readonly formerNames: (name: string) => readonly NamedPlace[];
}

/** The settings of what is computed. */
export interface QueryOptions {
  /** The configured ephemeral ranges. */
  readonly ownRanges: readonly EphemeralRange[];
  /** False composes each report from the rows. */
  readonly cachesReports: boolean;
  /** The number of days in which a released port is not suggested; 0 for none. */
  readonly quarantineDays: number;
}

/**
 * Adds to stored rows what is computed from them. Callers run each query in a transaction.
 *
 * @param stored - The rows.
 * @param options - The settings.
 * @param like - The reports over another connection to the same store: both share their cache.
 */
export function createQueries(
  stored: StoredRows,
  { ownRanges, cachesReports, quarantineDays }: QueryOptions,
  like: SharedReports | undefined,
): Queries {
  const { rows, history, lists, chartFacts } = stored;
  const drawLists = (): KindChart => {
    // Throws before the first import, when the chart would be empty.
    rows.registryDate();
    return computeKindChart(chartFacts());
  };
  const listChart = perVersion(rows, drawLists, ['lists']);
  const indexFormerNames = () => Map.groupBy(placesOf(history.formerNames()), (place) => foldServiceName(place.name));
  const formerPlaces = perVersion(rows, indexFormerNames, ['lists']);
  return {
    ...stored,
    reports: new SharedReports(rows, history, ownRanges, { keeps: cachesReports, like }),
    advice: new Advice(rows, ownRanges, quarantineDays),
    conflicts: new Conflicts(rows, ownRanges),
    spellings: new Spellings(rows, lists),
    kindChart: perVersion(rows, () => withOwnEntries(listChart(), rows.ownSpans())),
    formerNames: (name) => formerPlaces().get(foldServiceName(name)) ?? [],
  };
}

/** Returns the first ports of former names. */
function placesOf(names: readonly FormerName[]): NamedPlace[] {
  return names.map(({ name, firstPort: port, protocol }) => {
    return { name, port, protocols: protocol === null ? TRANSPORT_PROTOCOLS : [protocol] };
  });
}
