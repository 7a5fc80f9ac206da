import type { AdviceQuestion, SuggestionQuestion } from '../registry/advice/advice-question.ts';
import { findPool, type PoolReport } from '../registry/advice/pool.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Suitability } from '../registry/advice/suitability.ts';
import type { AuditFilter, AuditRow } from '../registry/audit.ts';
import type { RegistryInfo } from '../registry/catalogue.ts';
import type { KindChart } from '../registry/chart/kind-chart.ts';
import type { ChangeFilter, ChangePage, Snapshot } from '../registry/history/history.ts';
import type { StoredToken } from '../registry/own/token.ts';
import type { Service } from '../registry/port-lookup.ts';
import type { RegistrySnapshot } from '../registry/registry.ts';
import { type PortReport, portReport, type SharedReport } from '../registry/report/port-report.ts';
import {
  type AssignmentFilter,
  type AssociationFilter,
  parseSearchText,
  type SearchFilter,
  type SearchPage,
} from '../registry/report/search.ts';
import { type Assignment, type AssignmentCells, compareAssignments } from '../registry/rows/assignment.ts';
import { type Association, compareAssociations } from '../registry/rows/association.ts';
import { type EphemeralRange, withOwnRanges } from '../registry/rows/ephemeral-range.ts';
import type { ImportCount } from '../registry/rows/import-count.ts';
import { LIST_NAMES } from '../registry/rows/list-name.ts';
import { toUpdateInfo } from '../registry/rows/update-attempt.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import type { Page, PageRequest } from '../registry/values/page.ts';
import { checkPortNumber } from '../registry/values/port-number.ts';
import type { PortQuery } from '../registry/values/port-query.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { RegistryVersion } from '../registry/values/registry-version.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { importCounts } from './import/import-counts.ts';
import { RegistryFile } from './registry-file.ts';
import { SharedSnapshots } from './shared-snapshots.ts';
import { auditPage } from './tables/audit-table.ts';
import { storedTokens } from './tables/tokens.ts';
import { lastUpdate } from './tables/update-attempts.ts';

/** The registry over a SQLite file. While the file cannot be read, every method throws the reason. */
export class SqliteRegistry implements RegistrySnapshot {
  readonly #file: RegistryFile;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #close: () => void;
  readonly #snapshots: SharedSnapshots;

  /**
   * @param file - The SQLite file, or its path; it need not exist yet.
   * @param ownRanges - The configured ephemeral ranges.
   * @param cachesReports - False composes each report from the rows.
   * @param close - The method `close`; by default it closes the file.
   */
  constructor(
    file: string | RegistryFile,
    ownRanges: readonly EphemeralRange[] = [],
    cachesReports = true,
    close?: () => void,
  ) {
    this.#file = typeof file === 'string' ? new RegistryFile(file, ownRanges, cachesReports) : file;
    this.#ownRanges = ownRanges;
    this.#close = close ?? (() => this.#file.close());
    const create = (snapshot: RegistryFile, closeSnapshot: () => void) =>
      new SqliteRegistry(snapshot, ownRanges, cachesReports, closeSnapshot);
    this.#snapshots = new SharedSnapshots(this.#file, create);
  }

  info(): RegistryInfo {
    return this.#file.query(({ reads, db }) => {
      const attempt = lastUpdate(db);
      const update = attempt && toUpdateInfo(attempt, Date.now());
      const lists = reads.lists().sort((a, b) => LIST_NAMES.indexOf(a.list) - LIST_NAMES.indexOf(b.list));
      return { date: reads.registryDate().date, origins: lists, update };
    });
  }

  port(number: number, protocol: TransportProtocol | null, asOf: string | null = null): PortReport {
    checkPortNumber(number);
    const [shared] = this.sharedReports([{ firstPort: number, lastPort: number, protocol }], asOf);
    return portReport(number, shared as SharedReport);
  }

  ports(queries: readonly PortQuery[], asOf: string | null = null): PortReport[] {
    const shared = this.sharedReports(queries, asOf);
    return queries.map(({ firstPort }, index) => portReport(firstPort, shared[index] as SharedReport));
  }

  sharedReports(
    queries: readonly PortQuery[],
    asOf: string | null = null,
    size: AnswerSize = new AnswerSize(),
  ): SharedReport[] {
    // A transaction takes several times as long as looking up a report that is in memory.
    const cached =
      asOf === null && queries.length === 1
        ? this.#file.queryOnce(({ reports }) => reports.cached(queries, size))
        : null;
    if (cached !== null) return cached;
    return this.#file.query(({ reports }) =>
      asOf === null ? reports.of(queries, size) : reports.asOf(queries, asOf, size),
    );
  }

  version(): RegistryVersion {
    // Called in nearly every turn of the event loop.
    return this.#file.queryOnce(({ reads }) => reads.version());
  }

  kindChart(): KindChart {
    return this.#file.query(({ charts }) => charts.current());
  }

  service(name: string, asOf: string | null = null): Service {
    return this.#file.query(({ reads, history, spellings }) => {
      const rows =
        asOf === null ? reads.assignmentsOfService(name) : history.assignmentsOfService(name, history.asOf(asOf));
      const assignments = rows.sort((a, b) => byPort(a, b) || compareAssignments(a, b));
      const associations = reads.associationsByName(name).sort(compareAssociations);
      const retired = asOf === null ? history.retired(name) : [];
      const found = assignments[0]?.serviceName ?? associations[0]?.name ?? retired[0]?.before?.serviceName;
      if (found != null) return { name: found, assignments, associations, retired };
      const suggestions = spellings.serviceNames(name);
      const detail = asOf === null ? 'no such service name' : `no such service name on ${asOf}`;
      throw new RegistryError('not_found', `Cannot find service ${quoteInput(name)}: ${detail}`, { suggestions });
    });
  }

  snapshots(page: PageRequest): Page<Snapshot> {
    return this.#file.query(({ history }) => history.snapshots(page));
  }

  changes(filter: ChangeFilter, page: PageRequest): ChangePage {
    return this.#file.query(({ history }) => ({ ...history.reach(), ...history.changes(filter, page) }));
  }

  ephemeralRanges(): EphemeralRange[] {
    return withOwnRanges(
      this.#file.query(({ reads }) => reads.ephemeralRanges()),
      this.#ownRanges,
    );
  }

  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage {
    return this.#file.query(({ searches, history }) => {
      const retired = page.offset > 0 ? [] : history.retired(parseSearchText(text).name);
      return { ...searches.search(text, filter, page), retired };
    });
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    return this.#file.query(({ searches }) => searches.assignments(filter, page));
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    return this.#file.query(({ searches }) => searches.assignmentCells(page));
  }

  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    return this.#file.query(({ searches }) => searches.associations(filter, page));
  }

  association(id: string): Association {
    const found = this.#file.query(({ reads }) => reads.association(id));
    if (found !== undefined) return found;
    throw new RegistryError('not_found', `Cannot find association ${quoteInput(id)}: no such id`);
  }

  suitability(number: number, question: AdviceQuestion): Suitability {
    checkPortNumber(number);
    return this.#file.query(({ advice }) => advice.suitability(number, question));
  }

  suggestions(question: SuggestionQuestion): SuggestionList {
    return this.#file.query(({ advice }) => advice.suggestions(question));
  }

  pools(): PoolReport[] {
    return this.#file.query(({ advice }) => advice.pools());
  }

  pool(name: string): PoolReport {
    return findPool(name, this.pools());
  }

  tokens(): StoredToken[] {
    return this.#file.query(({ db }) => storedTokens(db));
  }

  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow> {
    return this.#file.query(({ db }) => auditPage(db, filter, page));
  }

  ownEntriesFingerprint(): string {
    return this.#file.query(({ reads }) => reads.ownEntriesFingerprint());
  }

  /** Lists the counts of imports by list and result, for the metrics. */
  importCounts(): ImportCount[] {
    return this.#file.query(({ db }) => importCounts(db));
  }

  read<T>(run: () => T): T {
    return this.#file.query(run);
  }

  snapshot(): RegistrySnapshot {
    return this.#snapshots.open();
  }

  /**
   * Checks that queries can be answered: the file exists, was not replaced since it was opened, and contains a registry.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void {
    this.#file.closeIfReplaced();
    this.info();
  }

  /** Closes the file. A later query opens it again. */
  close(): void {
    this.#close();
  }
}

function byPort(a: { firstPort: number | null }, b: { firstPort: number | null }): number {
  return (a.firstPort ?? Number.POSITIVE_INFINITY) - (b.firstPort ?? Number.POSITIVE_INFINITY) || 0;
}
