import { statSync } from 'node:fs';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { type Connection, openForReading, toRegistryError } from './file/database.ts';
import { checkSchema } from './file/migrate.ts';
import { isOnReadOnlyDisk } from './file/read-only-disk.ts';
import { History } from './history/history.ts';
import { Advice } from './read/advice.ts';
import { KindCharts } from './read/kind-charts.ts';
import { Reads } from './read/reads.ts';
import { Searches } from './read/searches.ts';
import { Spellings } from './read/spellings.ts';
import { SharedReports } from './shared-reports.ts';

/** The interval at which to check whether the open file was replaced, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** The objects that query the database, over one connection. */
export interface Queries {
  readonly reads: Reads;
  readonly reports: SharedReports;
  readonly searches: Searches;
  readonly spellings: Spellings;
  readonly advice: Advice;
  readonly charts: KindCharts;
  readonly history: History;
  readonly db: Connection;
}

interface Open {
  readonly db: Connection;
  readonly queries: Queries;
  /** Runs queries in one transaction: all see the same state of the data, whatever is imported meanwhile. */
  readonly query: <T>(run: (queries: Queries) => T) => T;
  /** Detects a replaced file. */
  readonly inode: number;
}

/**
 * A SQLite file with a registry. The first query opens it, and a later one opens it again after it was replaced. While it
 * cannot be read, every query throws the reason.
 */
export class RegistryFile {
  readonly #path: string;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #cachesReports: boolean;
  #open: Open | undefined;
  /** The time of the next check for a replaced file. */
  #nextCheck = 0;
  /** The reports of the previous connection, or of the file that this is a snapshot of. */
  #sharedReports: SharedReports | undefined;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param ownRanges - The configured ephemeral ranges.
   * @param cachesReports - False composes each report from the rows.
   */
  constructor(path: string, ownRanges: readonly EphemeralRange[], cachesReports: boolean) {
    this.#path = path;
    this.#ownRanges = ownRanges;
    this.#cachesReports = cachesReports;
  }

  /**
   * Runs queries in one transaction: a new one, or the one that is open.
   *
   * @param run - Runs the queries.
   * @throws {RegistryError} `unavailable` while the file cannot be read.
   */
  query<T>(run: (queries: Queries) => T): T {
    return this.#use(({ db, queries, query }) => (db.inTransaction ? run(queries) : query(run)));
  }

  /**
   * Runs a single statement, which needs no transaction around it.
   *
   * @param run - Runs the statement.
   * @throws {RegistryError} `unavailable` while the file cannot be read.
   */
  queryOnce<T>(run: (queries: Queries) => T): T {
    return this.#use(({ queries }) => run(queries));
  }

  /** Opens the file once more, as a snapshot of its current state. */
  snapshot(): RegistryFile {
    const snapshot = new RegistryFile(this.#path, this.#ownRanges, this.#cachesReports);
    this.query(() => undefined);
    snapshot.#sharedReports = this.#sharedReports;
    // From its first read on, a transaction sees one state of the data.
    snapshot.query(() => undefined);
    snapshot.#open?.db.exec('BEGIN');
    snapshot.#nextCheck = Number.POSITIVE_INFINITY;
    snapshot.query(({ reads }) => reads.registryDate());
    return snapshot;
  }

  /** Returns a text that identifies the file and its state. */
  state(): string {
    const { lists, own } = this.queryOnce(({ reads }) => reads.version());
    return `${this.#open?.inode} ${lists} ${own}`;
  }

  /** Closes the file. A later query opens it again. */
  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  /**
   * Closes the file if it was replaced, for example by a restored backup. Also closes a file that was opened on a read-only
   * disk which has become writable, so that the file is opened for changes of other processes.
   */
  closeIfReplaced(): void {
    this.#nextCheck = performance.now() + CHECK_INTERVAL_MS;
    if (this.#open === undefined) return;
    const { db } = this.#open;
    const isOutdated = (db.memory || db.readonly) && !isOnReadOnlyDisk(this.#path);
    if (isOutdated || this.#open.inode !== inodeOf(this.#path)) this.close();
  }

  #use<T>(use: (open: Open) => T): T {
    try {
      const isCheckDue = performance.now() > this.#nextCheck && this.#open?.db.inTransaction !== true;
      if (isCheckDue) this.closeIfReplaced();
      this.#open ??= this.#connect();
      return use(this.#open);
    } catch (error) {
      const translated = toRegistryError(error);
      // The next query opens the file again: it may have been repaired or replaced.
      if (translated instanceof RegistryError && translated.code === 'unavailable') this.close();
      throw translated;
    }
  }

  #connect(): Open {
    const db = openForReading(this.#path);
    try {
      checkSchema(db);
      const reads = new Reads(db);
      const history = new History(db, reads);
      const reports = new SharedReports(reads, history, this.#ownRanges, {
        keeps: this.#cachesReports,
        like: this.#sharedReports,
      });
      this.#sharedReports = reports;
      const advice = new Advice(db, this.#ownRanges);
      const charts = new KindCharts(db, reads);
      const spellings = new Spellings(db, reads);
      const searches = new Searches(db, spellings);
      const queries = { reads, reports, searches, spellings, advice, charts, history, db };
      const query = db.transaction((run: (queries: Queries) => unknown) => run(queries)) as Open['query'];
      return { db, queries, query, inode: inodeOf(this.#path) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
