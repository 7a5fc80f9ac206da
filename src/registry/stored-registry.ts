import type { AdviceQuestion, SuggestionQuestion } from './advice/advice-question.ts';
import { findPool, type PoolReport } from './advice/pool.ts';
import type { SuggestionList } from './advice/suggestions.ts';
import type { Suitability } from './advice/suitability.ts';
import type { AuditFilter, AuditRow } from './audit.ts';
import type { RegistryInfo } from './catalogue.ts';
import type { KindChart } from './chart/kind-chart.ts';
import type { ChangeFilter, ChangePage, Snapshot } from './history/history.ts';
import type { StoredToken } from './own/token.ts';
import type { Service } from './port-lookup.ts';
import type { Registry } from './registry.ts';
import { type PortReport, portReport, type SharedReport } from './report/port-report.ts';
import {
  type AssignmentFilter,
  type AssociationFilter,
  parseSearchText,
  type SearchFilter,
  type SearchPage,
} from './report/search.ts';
import { type Assignment, type AssignmentCells, compareAssignments } from './rows/assignment.ts';
import { type Association, compareAssociations } from './rows/association.ts';
import { type EphemeralRange, withOwnRanges } from './rows/ephemeral-range.ts';
import { LIST_NAMES } from './rows/list-name.ts';
import { toUpdateInfo } from './rows/update-attempt.ts';
import type { Queries } from './stored-rows.ts';
import { AnswerSize } from './values/answer-size.ts';
import type { Page, PageRequest } from './values/page.ts';
import { checkPortNumber } from './values/port-number.ts';
import type { PortQuery } from './values/port-query.ts';
import { quoteInput, RegistryError } from './values/registry-error.ts';
import type { RegistryVersion } from './values/registry-version.ts';
import type { TransportProtocol } from './values/transport-protocol.ts';

/** A store of a registry. */
export interface RegistryStore {
  /** Runs queries in one transaction: all see the same state of the data. */
  query<T>(run: (queries: Queries) => T): T;

  /** Runs a single statement, which needs no transaction around it. */
  queryOnce<T>(run: (queries: Queries) => T): T;
}

/** Answers the queries of a registry from a store, each in one transaction. */
export class StoredRegistry implements Omit<Registry, 'check' | 'snapshot'> {
  readonly #store: RegistryStore;
  readonly #ownRanges: readonly EphemeralRange[];

  /**
   * @param store - The store.
   * @param ownRanges - The configured ephemeral ranges.
   */
  constructor(store: RegistryStore, ownRanges: readonly EphemeralRange[]) {
    this.#store = store;
    this.#ownRanges = ownRanges;
  }

  info(): RegistryInfo {
    return this.#store.query(({ rows, lastUpdate }) => {
      const attempt = lastUpdate();
      const update = attempt && toUpdateInfo(attempt, Date.now());
      const lists = rows.lists().sort((a, b) => LIST_NAMES.indexOf(a.list) - LIST_NAMES.indexOf(b.list));
      return { date: rows.registryDate().date, origins: lists, update };
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
        ? this.#store.queryOnce(({ reports }) => reports.cached(queries, size))
        : null;
    if (cached !== null) return cached;
    return this.#store.query(({ reports }) =>
      asOf === null ? reports.of(queries, size) : reports.asOf(queries, asOf, size),
    );
  }

  version(): RegistryVersion {
    // Called in nearly every turn of the event loop.
    return this.#store.queryOnce(({ rows }) => rows.version());
  }

  kindChart(): KindChart {
    return this.#store.query(({ kindChart }) => kindChart());
  }

  service(name: string, asOf: string | null = null): Service {
    return this.#store.query(({ rows, history, spellings }) => {
      const official = (asOf === null ? rows : history.asOf(asOf)).assignmentsOfService(name);
      const assignments = official.sort((a, b) => byPort(a, b) || compareAssignments(a, b));
      const associations = rows.associationsByName(name).sort(compareAssociations);
      const retired = asOf === null ? history.retired(name) : [];
      const found = assignments[0]?.serviceName ?? associations[0]?.name ?? retired[0]?.before?.serviceName;
      if (found != null) return { name: found, assignments, associations, retired };
      const suggestions = spellings.serviceNames(name);
      const detail = asOf === null ? 'no such service name' : `no such service name on ${asOf}`;
      throw new RegistryError('not_found', `Cannot find service ${quoteInput(name)}: ${detail}`, { suggestions });
    });
  }

  snapshots(page: PageRequest): Page<Snapshot> {
    return this.#store.query(({ history }) => history.snapshots(page));
  }

  changes(filter: ChangeFilter, page: PageRequest): ChangePage {
    return this.#store.query(({ history }) => history.changes(filter, page));
  }

  ephemeralRanges(): EphemeralRange[] {
    return withOwnRanges(
      this.#store.query(({ rows }) => rows.ephemeralRanges()),
      this.#ownRanges,
    );
  }

  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage {
    const parsed = parseSearchText(text);
    return this.#store.query(({ lists, history, spellings }) => {
      const found = lists.search(parsed, filter, page);
      const suggestions = found.count === 0 ? spellings.suggest(parsed) : [];
      return { ...found, suggestions, retired: page.offset > 0 ? [] : history.retired(parsed.name) };
    });
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    return this.#store.query(({ lists }) => lists.assignments(filter, page));
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    return this.#store.query(({ lists }) => lists.assignmentCells(page));
  }

  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    return this.#store.query(({ lists }) => lists.associations(filter, page));
  }

  association(id: string): Association {
    const found = this.#store.query(({ rows }) => rows.association(id));
    if (found !== undefined) return found;
    throw new RegistryError('not_found', `Cannot find association ${quoteInput(id)}: no such id`);
  }

  suitability(number: number, question: AdviceQuestion): Suitability {
    checkPortNumber(number);
    return this.#store.query(({ advice }) => advice.suitability(number, question));
  }

  suggestions(question: SuggestionQuestion): SuggestionList {
    return this.#store.query(({ advice }) => advice.suggestions(question));
  }

  pools(): PoolReport[] {
    return this.#store.query(({ advice }) => advice.pools());
  }

  pool(name: string): PoolReport {
    return findPool(name, this.pools());
  }

  tokens(): StoredToken[] {
    return this.#store.query(({ access }) => access.tokens());
  }

  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow> {
    return this.#store.query(({ access }) => access.audit(filter, page));
  }

  read<T>(run: () => T): T {
    return this.#store.query(run);
  }

  ownEntriesFingerprint(): string {
    return this.#store.query(({ rows }) => rows.ownEntriesFingerprint());
  }
}

function byPort(a: { firstPort: number | null }, b: { firstPort: number | null }): number {
  return (a.firstPort ?? Number.POSITIVE_INFINITY) - (b.firstPort ?? Number.POSITIVE_INFINITY) || 0;
}
