import type { AdviceQuestion, SuggestionQuestion } from '../registry/advice/advice-question.ts';
import { findPool, type PoolReport } from '../registry/advice/pool.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Suitability } from '../registry/advice/suitability.ts';
import type { AuditFilter, AuditRow } from '../registry/audit.ts';
import type { KindChart } from '../registry/chart/kind-chart.ts';
import type { ChangeFilter, ChangePage, Snapshot } from '../registry/history/history.ts';
import type { StoredToken } from '../registry/own/token.ts';
import type { RegistryInfo, RegistrySnapshot, RegistryVersion, Service } from '../registry/registry.ts';
import { type PortReport, portReport, type SharedReport } from '../registry/report/port-report.ts';
import {
  type AssignmentFilter,
  type AssociationFilter,
  readSearchText,
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
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { importCounts } from './import/import-counts.ts';
import { RegistryFile } from './registry-file.ts';
import { SharedSnapshots } from './shared-snapshots.ts';
import { auditPage } from './tables/audit-table.ts';
import { storedTokens } from './tables/tokens.ts';
import { lastUpdate } from './tables/update-attempts.ts';

/** The registry over a SQLite file. While it cannot be read every question is answered by the reason. */
export class SqliteRegistry implements RegistrySnapshot {
  readonly #file: RegistryFile;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #close: () => void;
  readonly #snapshots: SharedSnapshots;

  /**
   * @param file - The SQLite file, or its path; it need not exist yet.
   * @param ownRanges - The ephemeral ranges of the team's own hosts.
   * @param keepsReports - False composes each report anew from the rows.
   * @param close - What `close` does; by default it closes the file.
   */
  constructor(
    file: string | RegistryFile,
    ownRanges: readonly EphemeralRange[] = [],
    keepsReports = true,
    close?: () => void,
  ) {
    this.#file = typeof file === 'string' ? new RegistryFile(file, ownRanges, keepsReports) : file;
    this.#ownRanges = ownRanges;
    this.#close = close ?? (() => this.#file.close());
    const over = (frozen: RegistryFile, closeFrozen: () => void) =>
      new SqliteRegistry(frozen, ownRanges, keepsReports, closeFrozen);
    this.#snapshots = new SharedSnapshots(this.#file, over);
  }

  info(): RegistryInfo {
    return this.#file.ask(({ reads, db }) => {
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
    // A transaction takes several times as long as to find the report of a port.
    const known =
      asOf === null && queries.length === 1 ? this.#file.askOnce(({ reports }) => reports.known(queries, size)) : null;
    if (known !== null) return known;
    return this.#file.ask(({ reports }) =>
      asOf === null ? reports.of(queries, size) : reports.asOf(queries, asOf, size),
    );
  }

  version(): RegistryVersion {
    // Asked at nearly every turn of the event loop.
    return this.#file.askOnce(({ reads }) => reads.version());
  }

  kindChart(): KindChart {
    return this.#file.ask(({ charts }) => charts.current());
  }

  service(name: string, asOf: string | null = null): Service {
    return this.#file.ask(({ reads, history, spellings }) => {
      const rows =
        asOf === null ? reads.assignmentsOfService(name) : history.assignmentsOfService(name, history.asOf(asOf));
      const assignments = rows.sort((a, b) => byPort(a, b) || compareAssignments(a, b));
      const associations = reads.associationsByName(name).sort(compareAssociations);
      const retired = asOf === null ? history.retired(name) : [];
      const found = assignments[0]?.serviceName ?? associations[0]?.name ?? retired[0]?.before?.serviceName;
      if (found != null) return { name: found, assignments, associations, retired };
      const suggestions = spellings.serviceNames(name);
      const then = asOf === null ? 'no such service name' : `no such service name on ${asOf}`;
      throw new RegistryError('not_found', `Cannot find service ${quoteInput(name)}: ${then}`, { suggestions });
    });
  }

  snapshots(page: PageRequest): Page<Snapshot> {
    return this.#file.ask(({ history }) => history.snapshots(page));
  }

  changes(filter: ChangeFilter, page: PageRequest): ChangePage {
    return this.#file.ask(({ history }) => ({ ...history.reach(), ...history.changes(filter, page) }));
  }

  ephemeralRanges(): EphemeralRange[] {
    return withOwnRanges(
      this.#file.ask(({ reads }) => reads.ephemeralRanges()),
      this.#ownRanges,
    );
  }

  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage {
    return this.#file.ask(({ searches, history }) => {
      const retired = page.offset > 0 ? [] : history.retired(readSearchText(text).name);
      return { ...searches.search(text, filter, page), retired };
    });
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    return this.#file.ask(({ searches }) => searches.assignments(filter, page));
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    return this.#file.ask(({ searches }) => searches.assignmentCells(page));
  }

  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    return this.#file.ask(({ searches }) => searches.associations(filter, page));
  }

  association(id: string): Association {
    const found = this.#file.ask(({ reads }) => reads.association(id));
    if (found !== undefined) return found;
    throw new RegistryError('not_found', `Cannot find association ${quoteInput(id)}: no such id`);
  }

  suitability(number: number, question: AdviceQuestion): Suitability {
    checkPortNumber(number);
    return this.#file.ask(({ advice }) => advice.suitability(number, question));
  }

  suggestions(question: SuggestionQuestion): SuggestionList {
    return this.#file.ask(({ advice }) => advice.suggestions(question));
  }

  pools(): PoolReport[] {
    return this.#file.ask(({ advice }) => advice.pools());
  }

  pool(name: string): PoolReport {
    return findPool(name, this.pools());
  }

  tokens(): StoredToken[] {
    return this.#file.ask(({ db }) => storedTokens(db));
  }

  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow> {
    return this.#file.ask(({ db }) => auditPage(db, filter, page));
  }

  ownEntriesFingerprint(): string {
    return this.#file.ask(({ reads }) => reads.ownEntriesFingerprint());
  }

  /** Lists how imports have ended, for whoever watches. */
  importCounts(): ImportCount[] {
    return this.#file.ask(({ db }) => importCounts(db));
  }

  snapshot(): RegistrySnapshot {
    return this.#snapshots.open();
  }

  /**
   * Makes sure that questions can be answered now: the file is there, is the one that is open, and holds a registry.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void {
    this.#file.closeIfReplaced();
    this.info();
  }

  /** Closes the file. A later question opens it again. */
  close(): void {
    this.#close();
  }
}

function byPort(a: { firstPort: number | null }, b: { firstPort: number | null }): number {
  return (a.firstPort ?? Number.POSITIVE_INFINITY) - (b.firstPort ?? Number.POSITIVE_INFINITY) || 0;
}
