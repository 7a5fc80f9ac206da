import { statSync } from 'node:fs';
import type { SharedReports } from '../registry/report/shared-reports.ts';
import type { RegistryStore } from '../registry/stored-registry.ts';
import { createQueries, type Queries, type QueryOptions, type StoredRows } from '../registry/stored-rows.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { type Connection, openForReading, toRegistryError } from './file/database.ts';
import { checkSchema } from './file/migrate.ts';
import { isOnReadOnlyDisk } from './file/read-only-disk.ts';
import { History } from './history/history.ts';
import { AdviceReads } from './read/advice-reads.ts';
import { chartFacts } from './read/chart-facts.ts';
import { DriftReads } from './read/drift-reads.ts';
import { hostChart } from './read/host-chart.ts';
import { ObservedPorts } from './read/observed-ports.ts';
import { observationPage } from './read/observed-reads.ts';
import { Searches } from './read/searches.ts';
import { auditEvents } from './tables/audit-events.ts';
import { auditHead, auditPage, lastWrites, ownChanges, writesWithKey } from './tables/audit-table.ts';
import { databaseId } from './tables/database-id.ts';
import { storedTokens } from './tables/tokens.ts';
import { lastUpdate } from './tables/update-attempts.ts';

/** The interval at which to check whether the open file was replaced, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** The queries over one connection. */
export interface FileQueries extends Queries {
  readonly db: Connection;
}

interface Open {
  readonly db: Connection;
  readonly queries: FileQueries;
  /** Runs queries in one transaction: all see the same state of the data, also during an import. */
  readonly query: <T>(run: (queries: FileQueries) => T) => T;
  /** Detects a replaced file. */
  readonly inode: number;
}

/**
 * A SQLite file with a registry. The first query opens it, and a later one opens it again after it was replaced. While it
 * cannot be read, every query throws the reason.
 */
export class RegistryFile implements RegistryStore {
  readonly #path: string;
  readonly #options: QueryOptions;
  #open: Open | undefined;
  /** The time of the next check for a replaced file. */
  #nextCheck = 0;
  /** The reports of the previous connection, or of the file that this is a snapshot of. */
  #sharedReports: SharedReports | undefined;
  /** The connection of an earlier snapshot, for the next one: opening the file and preparing its statements takes 3 ms. */
  #idle: RegistryFile | undefined;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param options - The settings of its queries.
   */
  constructor(path: string, options: QueryOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Runs queries in one transaction: a new one, or the one that is open. */
  query<T>(run: (queries: FileQueries) => T): T {
    return this.#use(({ db, queries, query }) => (db.inTransaction ? run(queries) : query(run)));
  }

  queryOnce<T>(run: (queries: FileQueries) => T): T {
    return this.#use(({ queries }) => run(queries));
  }

  /** Returns a snapshot of the current state of the file, over another connection. `closeSnapshot` closes it. */
  snapshot(): RegistryFile {
    // Opens this file, or closes a replaced one and its idle connection.
    this.query(() => undefined);
    const snapshot = this.#idle ?? new RegistryFile(this.#path, this.#options);
    this.#idle = undefined;
    snapshot.#sharedReports = this.#sharedReports;
    try {
      snapshot.queryOnce(({ db, rows, reports }) => {
        db.exec('BEGIN');
        // From its first read on, a transaction sees one state of the data.
        rows.registryDate();
        reports.expireVersion();
      });
    } catch (error) {
      snapshot.close();
      throw error;
    }
    snapshot.#nextCheck = Number.POSITIVE_INFINITY;
    return snapshot;
  }

  /**
   * Closes a snapshot of this file. One connection stays open for the next snapshot. It has no transaction: SQLite can reset its
   * write-ahead log.
   *
   * @param snapshot - The snapshot.
   */
  closeSnapshot(snapshot: RegistryFile): void {
    const open = snapshot.#open;
    // A database in memory is a copy of the whole file.
    const isReusable = open?.db.inTransaction && !open.db.memory && open.inode === this.#open?.inode;
    if (this.#idle === undefined && isReusable) {
      open.db.exec('ROLLBACK');
      this.#idle = snapshot;
    } else snapshot.close();
  }

  /** Returns a text that identifies the file and its state. */
  state(): string {
    const { lists, own } = this.queryOnce(({ rows }) => rows.version());
    return `${this.#open?.inode} ${lists} ${own}`;
  }

  /** Closes the file and its idle connection. A later query opens it again. */
  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
    this.#idle?.close();
    this.#idle = undefined;
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
      const queries = { ...createQueries(storedRows(db), this.#options, this.#sharedReports), db };
      this.#sharedReports = queries.reports;
      const query = db.transaction((run: (queries: FileQueries) => unknown) => {
        // All queries of the transaction must see its state, which may be newer than the version that was read before.
        queries.reports.expireVersion();
        return run(queries);
      }) as Open['query'];
      return { db, queries, query, inode: inodeOf(this.#path) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

function storedRows(db: Connection): StoredRows {
  const rows = new AdviceReads(db);
  const observedPorts = new ObservedPorts(db);
  return {
    rows,
    lists: new Searches(db, rows),
    history: new History(db, rows),
    access: {
      tokens: () => storedTokens(db),
      audit: (filter, page) => auditPage(db, filter, page),
      auditEvents: (filter, page) => auditEvents(db, filter, page),
      ownChanges: (before, limit) => ownChanges(db, before, limit),
      writesWithKey: (tokenId, key) => writesWithKey(db, tokenId, key),
      auditHead: () => auditHead(db),
      lastWrites: (ids) => lastWrites(db, ids),
    },
    observed: {
      observations: (filter, page) => observationPage(db, filter, page),
      observedPort: (port, protocol) => observedPorts.count(port, protocol),
      hostChart: () => hostChart(db),
    },
    drift: new DriftReads(db, () => rows.pools()),
    chartFacts: () => chartFacts(db),
    lastUpdate: () => lastUpdate(db),
    databaseId: () => databaseId(db),
  };
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
