import { statSync } from 'node:fs';
import type { AdviceQuestion, SuggestionQuestion } from '../registry/advice-question.ts';
import { type Assignment, type AssignmentCells, compareAssignments } from '../registry/assignment.ts';
import { type Association, compareAssociations } from '../registry/association.ts';
import type { AuditFilter, AuditRow } from '../registry/audit.ts';
import { type EphemeralRange, withOwnRanges } from '../registry/ephemeral-range.ts';
import type { ImportCount } from '../registry/import-count.ts';
import type { KindChart } from '../registry/kind-chart.ts';
import { nearest } from '../registry/nearest.ts';
import type { Page, PageRequest } from '../registry/page.ts';
import type { PoolReport } from '../registry/pool.ts';
import { checkPortNumber } from '../registry/port-number.ts';
import type { PortQuery } from '../registry/port-query.ts';
import type { PortSpan } from '../registry/port-range.ts';
import { type PortReport, portReport, type SharedReport } from '../registry/port-report.ts';
import {
  LIST_NAMES,
  type RegistryInfo,
  type RegistrySnapshot,
  type RegistryVersion,
  type Service,
} from '../registry/registry.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import type { AssignmentFilter, AssociationFilter, SearchFilter, SearchPage } from '../registry/search.ts';
import type { SuggestionList } from '../registry/suggestions.ts';
import type { Suitability } from '../registry/suitability.ts';
import type { StoredToken } from '../registry/token.ts';
import type { TransportProtocol } from '../registry/transport-protocol.ts';
import { Advice } from './advice.ts';
import { auditPage } from './audit-table.ts';
import { type Connection, openForReading, toRegistryError } from './database.ts';
import { importCounts } from './import-counts.ts';
import { KindCharts } from './kind-charts.ts';
import { checkSchema } from './migrate.ts';
import { isOnReadOnlyDisk } from './read-only-disk.ts';
import { Reads } from './reads.ts';
import { Searches } from './searches.ts';
import { SharedReports } from './shared-reports.ts';
import { storedTokens } from './tokens.ts';

/** How often it is looked whether the file is still the one that is open, in milliseconds. */
const LOOK_EVERY_MS = 1_000;
const SUGGESTIONS = 5;
const LONGEST_NAME = 100;

/** The questions that SQL answers, over one connection. */
interface Questions {
  readonly reads: Reads;
  readonly reports: SharedReports;
  readonly searches: Searches;
  readonly advice: Advice;
  readonly charts: KindCharts;
  readonly db: Connection;
}

interface Open {
  readonly db: Connection;
  readonly reads: Reads;
  /** Asks in one transaction: the answer comes from one state of the data, whatever is imported meanwhile. */
  readonly ask: <T>(question: (questions: Questions) => T) => T;
  /** Tells this file from one put in its place. */
  readonly inode: number;
}

/**
 * The registry over a SQLite file. The file is opened when the first question comes, and again when it was replaced;
 * while it cannot be read every question is answered by the reason.
 */
export class SqliteRegistry implements RegistrySnapshot {
  readonly #path: string;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #keepsReports: boolean;
  #open: Open | undefined;
  #lookAgain = 0;
  /** The reports over the connection before, or of the registry of which this is a snapshot. */
  #like: SharedReports | undefined;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param ownRanges - The ephemeral ranges of the team's own hosts.
   * @param keepsReports - False composes each report anew from the rows.
   */
  constructor(path: string, ownRanges: readonly EphemeralRange[] = [], keepsReports = true) {
    this.#path = path;
    this.#keepsReports = keepsReports;
    this.#ownRanges = ownRanges;
  }

  info(): RegistryInfo {
    return this.#ask(({ reads }) => {
      const lists = reads.lists().sort((a, b) => LIST_NAMES.indexOf(a.list) - LIST_NAMES.indexOf(b.list));
      return { date: reads.registryDate().date, origins: lists };
    });
  }

  port(number: number, protocol: TransportProtocol | null): PortReport {
    checkPortNumber(number);
    const [shared] = this.sharedReports([{ firstPort: number, lastPort: number, protocol }]);
    return portReport(number, shared as SharedReport);
  }

  ports(queries: readonly PortQuery[]): PortReport[] {
    const shared = this.sharedReports(queries);
    return queries.map(({ firstPort }, index) => portReport(firstPort, shared[index] as SharedReport));
  }

  sharedReports(queries: readonly PortQuery[]): SharedReport[] {
    return this.#ask(({ reports }) => reports.of(queries));
  }

  version(): RegistryVersion {
    // Asked at nearly every turn of the event loop; one statement needs no transaction around it.
    return this.#useFile(({ reads }) => reads.version());
  }

  ownSpans(): PortSpan[] {
    return this.#ask(({ reads }) => reads.ownSpans());
  }

  kindChart(): KindChart {
    return this.#ask(({ charts }) => charts.current());
  }

  service(name: string): Service {
    return this.#ask(({ reads }) => {
      const assignments = reads.assignmentsOfService(name).sort((a, b) => byPort(a, b) || compareAssignments(a, b));
      const associations = reads.associationsByName(name).sort(compareAssociations);
      const found = assignments[0]?.serviceName ?? associations[0]?.name;
      if (found !== undefined) return { name: found, assignments, associations };
      const suggestions = name.length > LONGEST_NAME ? [] : nearest(name, reads.serviceNames(), SUGGESTIONS);
      throw new RegistryError('not_found', `Cannot find service ${quoteInput(name)}: no such service name`, {
        suggestions,
      });
    });
  }

  ephemeralRanges(): EphemeralRange[] {
    return withOwnRanges(
      this.#ask(({ reads }) => reads.ephemeralRanges()),
      this.#ownRanges,
    );
  }

  search(text: string, filter: SearchFilter, page: PageRequest): SearchPage {
    return this.#ask(({ searches }) => searches.search(text, filter, page));
  }

  assignments(filter: AssignmentFilter, page: PageRequest): Page<Assignment> {
    return this.#ask(({ searches }) => searches.assignments(filter, page));
  }

  assignmentCells(page: PageRequest): Page<AssignmentCells> {
    return this.#ask(({ searches }) => searches.assignmentCells(page));
  }

  associations(filter: AssociationFilter, page: PageRequest): Page<Association> {
    return this.#ask(({ searches }) => searches.associations(filter, page));
  }

  association(id: string): Association {
    const found = this.#ask(({ reads }) => reads.association(id));
    if (found !== undefined) return found;
    throw new RegistryError('not_found', `Cannot find association ${quoteInput(id)}: no such id`);
  }

  suitability(number: number, question: AdviceQuestion): Suitability {
    checkPortNumber(number);
    return this.#ask(({ advice }) => advice.suitability(number, question));
  }

  suggestions(question: SuggestionQuestion): SuggestionList {
    return this.#ask(({ advice }) => advice.suggestions(question));
  }

  pools(): PoolReport[] {
    return this.#ask(({ advice }) => advice.pools());
  }

  tokens(): StoredToken[] {
    return this.#ask(({ db }) => storedTokens(db));
  }

  audit(filter: AuditFilter, page: PageRequest): Page<AuditRow> {
    return this.#ask(({ db }) => auditPage(db, filter, page));
  }

  ownState(): string {
    return this.#ask(({ reads }) => reads.ownState());
  }

  /** Lists how imports have ended, for whoever watches. */
  importCounts(): ImportCount[] {
    return this.#ask(({ db }) => importCounts(db));
  }

  snapshot(): RegistrySnapshot {
    const frozen = new SqliteRegistry(this.#path, this.#ownRanges, this.#keepsReports);
    this.#ask(() => undefined);
    frozen.#like = this.#like;
    // A transaction that has begun to read keeps to the state it first saw.
    frozen.#ask(() => undefined);
    frozen.#open?.db.exec('BEGIN');
    frozen.#lookAgain = Number.POSITIVE_INFINITY;
    frozen.info();
    return frozen;
  }

  /**
   * Makes sure that questions can be answered now: the file is there, is the one that is open, and holds a registry.
   *
   * @throws {RegistryError} `unavailable`, with the reason.
   */
  check(): void {
    this.#closeIfReplaced();
    this.info();
  }

  /** Closes the file. A later question opens it again. */
  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  #ask<T>(question: (questions: Questions) => T): T {
    return this.#useFile(({ ask }) => ask(question));
  }

  #useFile<T>(use: (open: Open) => T): T {
    try {
      if (performance.now() > this.#lookAgain) this.#closeIfReplaced();
      this.#open ??= this.#connect();
      return use(this.#open);
    } catch (error) {
      const translated = toRegistryError(error);
      // A file that failed is opened anew for the next question: it may have been repaired or replaced.
      if (translated instanceof RegistryError && translated.code === 'unavailable') this.close();
      throw translated;
    }
  }

  /**
   * A file that was put in place of the open one, as a restored backup is, is noticed within a second; and that a read-only
   * disk can be written: nobody in this process could, while the file is open as one that cannot.
   */
  #closeIfReplaced(): void {
    this.#lookAgain = performance.now() + LOOK_EVERY_MS;
    if (this.#open === undefined) return;
    const { db } = this.#open;
    const isOutdated = (db.memory || db.readonly) && !isOnReadOnlyDisk(this.#path);
    if (isOutdated || this.#open.inode !== inodeOf(this.#path)) this.close();
  }

  #connect(): Open {
    const db = openForReading(this.#path);
    try {
      checkSchema(db);
      const reads = new Reads(db);
      const reports = new SharedReports(reads, this.#ownRanges, { keeps: this.#keepsReports, like: this.#like });
      this.#like = reports;
      const advice = new Advice(db, this.#ownRanges);
      const charts = new KindCharts(db, reads);
      const questions = { reads, reports, searches: new Searches(db), advice, charts, db };
      const ask = db.transaction((question: (questions: Questions) => unknown) => question(questions)) as Open['ask'];
      return { db, reads, ask, inode: inodeOf(this.#path) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function byPort(a: { firstPort: number | null }, b: { firstPort: number | null }): number {
  return (a.firstPort ?? Number.POSITIVE_INFINITY) - (b.firstPort ?? Number.POSITIVE_INFINITY) || 0;
}
