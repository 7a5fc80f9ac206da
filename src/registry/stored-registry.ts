import { findPool } from './advice/pool.ts';
import { toWarnings } from './conflicts/warnings.ts';
import { findService } from './find-service.ts';
import { findDrift } from './observed/find-drift.ts';
import { findOwnChanges } from './own/own-change.ts';
import type { OwnReportFilter } from './own/own-report.ts';
import type { Registry } from './registry.ts';
import { portLabels } from './report/port-label.ts';
import { portReport, type SharedReport } from './report/port-report.ts';
import { type EphemeralRange, withOwnRanges } from './rows/ephemeral-range.ts';
import { LIST_NAMES } from './rows/list-name.ts';
import { toUpdateInfo } from './rows/update-attempt.ts';
import { findResults, search } from './search/search.ts';
import type { Queries } from './stored-rows.ts';
import { AnswerSize } from './values/answer-size.ts';
import { checkPortNumber } from './values/port-number.ts';
import type { Steps } from './values/run-step.ts';

/** A store of a registry. Both methods throw `unavailable` while it cannot be read. */
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
  readonly hasQuarantine: Registry['hasQuarantine'];

  /**
   * @param store - The store.
   * @param ownRanges - The configured ephemeral ranges.
   * @param hasQuarantine - True if released ports are not suggested for some days.
   */
  constructor(store: RegistryStore, ownRanges: readonly EphemeralRange[], hasQuarantine: boolean) {
    this.#store = store;
    this.#ownRanges = ownRanges;
    this.hasQuarantine = () => hasQuarantine;
  }

  // The interfaces declare the types of the parameters.
  readonly read: Registry['read'] = (run) => this.#store.query(run);
  // Called in nearly every turn of the event loop.
  readonly version: Registry['version'] = () => this.#store.queryOnce(({ reports }) => reports.version());
  readonly ownEntriesFingerprint: Registry['ownEntriesFingerprint'] = () =>
    this.#inSteps(({ rows }) => rows.ownEntriesFingerprint());

  readonly assignments: Registry['assignments'] = (filter, page) =>
    this.#store.query(({ lists }) => lists.assignments(filter, page));
  readonly assignmentCells: Registry['assignmentCells'] = (page) =>
    this.#store.query(({ lists }) => lists.assignmentCells(page));
  readonly otherNames: Registry['otherNames'] = (page) => this.#store.query(({ lists }) => lists.otherNames(page));

  readonly associations: Registry['associations'] = (filter, page, order) =>
    this.#queryPool(filter, ({ lists }) => lists.associations(filter, page, order));
  readonly allowedPorts: Registry['allowedPorts'] = (filter, page, order) =>
    this.#queryPool(filter, ({ lists }) => lists.allowedPorts(filter, page, order));
  readonly dueEntries: Registry['dueEntries'] = (until, filter, page) =>
    this.#queryPool(filter, ({ lists }) => lists.dueEntries(until, filter, page));
  readonly ownSummary: Registry['ownSummary'] = () => this.#store.query(({ lists }) => lists.ownSummary());
  readonly newestOwnEntries: Registry['newestOwnEntries'] = (limit) =>
    this.#store.query(({ rows }) => rows.newestOwnEntries(limit));
  readonly association: Registry['association'] = (id) => this.#store.query(({ rows }) => rows.association(id));
  readonly kindChart: Registry['kindChart'] = () => this.#store.query(({ kindChart }) => kindChart());

  readonly snapshots: Registry['snapshots'] = (page) => this.#store.query(({ history }) => history.snapshots(page));
  readonly changes: Registry['changes'] = (filter, page) =>
    this.#store.query(({ history }) => history.changes(filter, page));

  readonly suggestions: Registry['suggestions'] = (question) =>
    this.#store.query(({ advice }) => advice.suggestions(question));
  readonly prepareSuggestions: Registry['prepareSuggestions'] = (seesObserved = false) =>
    this.#store.query(({ advice }) => advice.prepareStep(seesObserved));
  readonly preparePools: Registry['preparePools'] = () => this.#store.query(({ advice }) => advice.prepareOwnStep());
  readonly prepareSearch: Registry['prepareSearch'] = () =>
    this.#store.query(({ spellings }) => spellings.prepareStep());
  readonly poolUsage: Registry['poolUsage'] = (pool) => this.#store.query(({ advice }) => advice.usage(pool));
  readonly conflicts: Registry['conflicts'] = (filter, page) =>
    this.#store.query(({ conflicts }) => conflicts.page(filter, page));
  readonly withWarnings: Registry['withWarnings'] = (entries) => {
    const changes = entries.map((after) => ({ before: null, after }));
    const found = this.#store.query(({ conflicts }) => conflicts.warnings(changes));
    return entries.map((entry, index) => ({ ...entry, warnings: toWarnings(found[index] ?? []) }));
  };
  readonly warnings: Registry['warnings'] = (after) =>
    this.#store.query(({ rows, conflicts }) => {
      const before = after.id === null ? null : rows.association(after.id);
      const [found = []] = conflicts.warnings([{ before, after }]);
      return toWarnings(found);
    });
  readonly prepareConflicts: Registry['prepareConflicts'] = () =>
    this.#store.query(({ conflicts }) => conflicts.prepareStep());
  readonly pools: Registry['pools'] = () => this.#store.query(({ advice }) => advice.pools());
  readonly pool: Registry['pool'] = (name) => findPool(name, this.pools());

  readonly tokens: Registry['tokens'] = () => this.#store.query(({ access }) => access.tokens());
  readonly audit: Registry['audit'] = (filter, page) => this.#inSteps(({ access }) => access.audit(filter, page));
  readonly auditEvents: Registry['auditEvents'] = (filter, page) =>
    this.#inSteps(({ access }) => access.auditEvents(filter, page));
  readonly ownChanges: Registry['ownChanges'] = (filter, page) =>
    this.#inSteps(({ access, rows }) => {
      const named = { parameter: 'pool' };
      const pool = filter.pool === null ? null : findPool(filter.pool, rows.pools(), 'invalid_argument', named);
      return findOwnChanges(access, filter, page, pool);
    });
  readonly writesWithKey: Registry['writesWithKey'] = (tokenId, key) =>
    this.#store.query(({ access }) => access.writesWithKey(tokenId, key));
  readonly auditHead: Registry['auditHead'] = () => this.#store.query(({ access }) => access.auditHead());
  readonly lastWrites: Registry['lastWrites'] = (ids) => this.#store.query(({ access }) => access.lastWrites(ids));

  readonly observations: Registry['observations'] = (filter, page) =>
    this.#inSteps(({ observed }) => observed.observations(filter, page));
  readonly observedPort: Registry['observedPort'] = (number, protocol) =>
    this.#store.query(({ observed }) => observed.observedPort(number, protocol));
  readonly hostChart: Registry['hostChart'] = () => this.#inSteps(({ observed }) => observed.hostChart());
  readonly drift: Registry['drift'] = (filter) => this.#inSteps(({ drift }) => findDrift(drift, filter, new Date()));

  readonly databaseId: Registry['databaseId'] = () => this.#store.query((queries) => queries.databaseId());

  readonly info: Registry['info'] = () =>
    this.#store.query(({ rows, lastUpdate }) => {
      const attempt = lastUpdate();
      const update = attempt && toUpdateInfo(attempt, Date.now());
      const lists = rows.lists().sort((a, b) => LIST_NAMES.indexOf(a.list) - LIST_NAMES.indexOf(b.list));
      return { date: rows.registryDate().date, origins: lists, update };
    });

  readonly port: Registry['port'] = (number, protocol, asOf = null) => {
    checkPortNumber(number);
    const [shared] = this.sharedReports([{ firstPort: number, lastPort: number, protocol }], asOf);
    return portReport(number, shared as SharedReport);
  };

  readonly portLabels: Registry['portLabels'] = (span, protocol, asOf) =>
    this.#store.query((queries) => portLabels(queries, span, protocol, asOf));

  readonly sharedReports: Registry['sharedReports'] = (
    queries,
    asOf = null,
    size = new AnswerSize(),
    most = Number.POSITIVE_INFINITY,
  ) => {
    // A transaction takes several times as long as looking up a report that is in memory.
    const cached =
      asOf === null && queries.length === 1
        ? this.#store.queryOnce(({ reports }) => reports.cached(queries, size))
        : null;
    if (cached !== null) return cached;
    return this.#store.query(({ reports }) =>
      asOf === null ? reports.of(queries, size, most) : reports.asOf(queries, asOf, size, most),
    );
  };

  readonly service: Registry['service'] = (name, asOf = null) =>
    this.#inSteps((queries) => findService(queries, name, asOf));

  readonly search: Registry['search'] = (text, filter, page, isLiteral = false) =>
    this.#store.query((queries) => search(queries, { text, isLiteral }, filter, page));

  readonly findResults: Registry['findResults'] = (text, filter, page, isLiteral = false) =>
    this.#inSteps((queries) => findResults(queries, { text, isLiteral }, filter, page));

  readonly ephemeralRanges: Registry['ephemeralRanges'] = () =>
    withOwnRanges(
      this.#store.query(({ rows }) => rows.ephemeralRanges()),
      this.#ownRanges,
    );

  readonly suitability: Registry['suitability'] = (number, question) => {
    checkPortNumber(number);
    return this.#store.query(({ advice }) => advice.suitability(number, question));
  };

  /** Runs each step of a computation in a transaction of its own. */
  *#inSteps<T>(start: (queries: Queries) => Steps<T>): Steps<T> {
    const steps = this.#store.query(start);
    for (;;) {
      const result = this.#store.query(() => steps.next());
      if (result.done) return result.value;
      yield;
    }
  }

  /** Runs a query with a filter whose pool must exist. */
  #queryPool<T>({ pool }: Pick<OwnReportFilter, 'pool'>, run: (queries: Queries) => T): T {
    return this.#store.query((queries) => {
      if (pool !== null) findPool(pool, queries.rows.pools(), 'invalid_argument', { parameter: 'pool' });
      return run(queries);
    });
  }
}
