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

/** How often it is looked whether the file is still the one that is open, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** The questions that SQL answers, over one connection. */
export interface Questions {
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
  readonly questions: Questions;
  /** Asks in one transaction: the answer comes from one state of the data, whatever is imported meanwhile. */
  readonly ask: <T>(question: (questions: Questions) => T) => T;
  /** Tells this file from one put in its place. */
  readonly inode: number;
}

/**
 * A SQLite file with a registry. It is opened when the first question comes, and again when it was replaced; while it
 * cannot be read every question is answered by the reason.
 */
export class RegistryFile {
  readonly #path: string;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #keepsReports: boolean;
  #open: Open | undefined;
  #lookAgain = 0;
  /** The reports over the connection before, or of the file of which this is a snapshot. */
  #like: SharedReports | undefined;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param ownRanges - The ephemeral ranges of the team's own hosts.
   * @param keepsReports - False composes each report anew from the rows.
   */
  constructor(path: string, ownRanges: readonly EphemeralRange[], keepsReports: boolean) {
    this.#path = path;
    this.#ownRanges = ownRanges;
    this.#keepsReports = keepsReports;
  }

  /**
   * Asks in one transaction.
   *
   * @param question - What is asked.
   * @throws {RegistryError} `unavailable` while the file cannot be read.
   */
  ask<T>(question: (questions: Questions) => T): T {
    return this.#use(({ ask }) => ask(question));
  }

  /**
   * Asks for what a single statement answers, which needs no transaction around it.
   *
   * @param question - What is asked.
   * @throws {RegistryError} `unavailable` while the file cannot be read.
   */
  askOnce<T>(question: (questions: Questions) => T): T {
    return this.#use(({ questions }) => question(questions));
  }

  /** Opens the file once more, for answers from the state in which it is now. */
  frozen(): RegistryFile {
    const frozen = new RegistryFile(this.#path, this.#ownRanges, this.#keepsReports);
    this.ask(() => undefined);
    frozen.#like = this.#like;
    // A transaction that has begun to read keeps to the state it first saw.
    frozen.ask(() => undefined);
    frozen.#open?.db.exec('BEGIN');
    frozen.#lookAgain = Number.POSITIVE_INFINITY;
    frozen.ask(({ reads }) => reads.registryDate());
    return frozen;
  }

  /** Returns what tells this file from one put in its place, and one state of it from another. */
  state(): string {
    const { lists, own } = this.askOnce(({ reads }) => reads.version());
    return `${this.#open?.inode} ${lists} ${own}`;
  }

  /** Closes the file. A later question opens it again. */
  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  /**
   * A file that was put in place of the open one, as a restored backup is, is noticed within a second; and that a read-only
   * disk can be written: nobody in this process could, while the file is open as one that cannot.
   */
  closeIfReplaced(): void {
    this.#lookAgain = performance.now() + LOOK_EVERY_MS;
    if (this.#open === undefined) return;
    const { db } = this.#open;
    const isOutdated = (db.memory || db.readonly) && !isOnReadOnlyDisk(this.#path);
    if (isOutdated || this.#open.inode !== inodeOf(this.#path)) this.close();
  }

  #use<T>(use: (open: Open) => T): T {
    try {
      if (performance.now() > this.#lookAgain) this.closeIfReplaced();
      this.#open ??= this.#connect();
      return use(this.#open);
    } catch (error) {
      const translated = toRegistryError(error);
      // A file that failed is opened anew for the next question: it may have been repaired or replaced.
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
        keeps: this.#keepsReports,
        like: this.#like,
      });
      this.#like = reports;
      const advice = new Advice(db, this.#ownRanges);
      const charts = new KindCharts(db, reads);
      const spellings = new Spellings(db, reads);
      const searches = new Searches(db, spellings);
      const questions = { reads, reports, searches, spellings, advice, charts, history, db };
      const ask = db.transaction((question: (questions: Questions) => unknown) => question(questions)) as Open['ask'];
      return { db, questions, ask, inode: inodeOf(this.#path) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
