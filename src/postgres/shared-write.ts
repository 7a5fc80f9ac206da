import { RegistryError } from '../registry/values/registry-error.ts';
import { toRegistryError } from '../sqlite/file/database.ts';
import type { Decision, LogRow } from '../sqlite/replay/decide.ts';
import { parseLogRow } from '../sqlite/replay/parse-row.ts';
import { unknownOutcome } from '../sqlite/write/write-job.ts';
import { applyFewRows, catchUp } from './catch-up.ts';
import { checkEvent } from './log/event.ts';
import type { Head } from './log/log-head.ts';
import type { SharedLog } from './log/shared-log.ts';
import type { NodeFile, OpenNode } from './node-file.ts';

/** The most further attempts after the first one to lock the head. */
const RETRIES = 5;

/** The same for a long write: the last one decides under the lock, because other nodes write during each decision without it. */
const LONG_RETRIES = 1;

/** How a write is run. */
export interface WriteOptions {
  /**
   * True to decide before the head is locked: a long decision then delays other nodes only if one of them has written in the
   * meantime.
   */
  readonly isLong?: boolean;
  /** Runs in the transaction of PostgreSQL, after the rows were appended. */
  readonly afterAppend?: (log: SharedLog, rows: readonly LogRow[]) => Promise<void>;
}

/** A write of a node, which goes through the log: see `NodeStore`. */
export class SharedWrite<T> {
  readonly #log: SharedLog;
  readonly #file: NodeFile;
  readonly #write: (file: OpenNode) => T;
  readonly #isLong: boolean;
  readonly #afterAppend: NonNullable<WriteOptions['afterAppend']>;

  /**
   * @param log - The shared log.
   * @param file - The file of the node.
   * @param write - The write. It may run twice, and is rolled back each time.
   * @param options - How it is run.
   */
  constructor(log: SharedLog, file: NodeFile, write: (file: OpenNode) => T, options: WriteOptions) {
    this.#log = log;
    this.#file = file;
    this.#write = write;
    this.#isLong = options.isLong ?? false;
    this.#afterAppend = options.afterAppend ?? (async () => {});
  }

  /**
   * Runs the write.
   *
   * @returns What the write returned, after this node has applied its rows.
   * @throws {RegistryError} What the write throws: nothing was written anywhere; `unavailable` with the reason, or the error of
   *   an unknown outcome.
   */
  async run(): Promise<T> {
    const early = this.#isLong ? await this.#decideEarly() : null;
    // A write that changes nothing, such as a dry run, needs no lock.
    if (early?.rows.length === 0) return early.value;
    for (let left = this.#isLong ? LONG_RETRIES : RETRIES; left >= 0; left--) {
      const decision = await this.#append(early, left === 0);
      if (decision !== null) return decision.value;
      if (left > 0) await catchUp(this.#log, this.#file);
    }
    throw new RegistryError('unavailable', 'The shared register cannot be used: its log grows too fast');
  }

  async #decideEarly(): Promise<Decision<T>> {
    await catchUp(this.#log, this.#file);
    return this.#decide();
  }

  /** Decides, and checks the rows: other nodes would stop at a row that they refuse. */
  #decide(): Decision<T> {
    const file = this.#file.open();
    const decision = file.decider.decide(() => this.#write(file));
    for (const row of decision.rows) parseLogRow(row);
    checkEvent(decision.rows);
    return decision;
  }

  /**
   * Locks the head, decides, appends the rows, and commits.
   *
   * @param early - The decision that was made without the lock. It counts if no other node has written since.
   * @param isLast - Whether this is the last attempt: it decides under the lock if other nodes have written.
   * @returns The decision; null when rows must be applied first, which takes too long under the lock.
   */
  async #append(early: Decision<T> | null, isLast: boolean): Promise<Decision<T> | null> {
    let decision: Decision<T> | null;
    try {
      const head = await this.#log.lock(this.#isLong && isLast);
      decision = await this.#decideLocked(head, early, isLast);
      if (decision === null || decision.rows.length === 0) {
        await this.#log.rollback();
        return decision;
      }
      await this.#log.append(decision.rows);
      await this.#afterAppend(this.#log, decision.rows);
    } catch (error) {
      await this.#log.rollback();
      throw error;
    }
    await this.#commit();
    await this.#applyOwn(decision.rows);
    return decision;
  }

  async #decideLocked(head: Head, early: Decision<T> | null, isLast: boolean): Promise<Decision<T> | null> {
    const isEarlyValid = early?.position.id === head.position.id;
    if (this.#isLong && !isEarlyValid && !isLast) return null;
    if (!(await applyFewRows(this.#log, this.#file, head))) return null;
    const decision = early !== null && isEarlyValid ? early : this.#decide();
    // The rows continue the log, or do not enter it: another process may have replaced the file in the meantime.
    if (decision.position.hash === head.position.hash) return decision;
    throw new RegistryError('unavailable', 'This node lacks the last rows of the shared register: try again');
  }

  async #commit(): Promise<void> {
    try {
      await this.#log.commit();
    } catch (cause) {
      this.#log.connection.close();
      // The commit may have been made before the connection failed.
      throw unknownOutcome(cause);
    }
  }

  /** Applies the rows of this write after their commit. */
  async #applyOwn(rows: readonly LogRow[]): Promise<void> {
    try {
      if (rows.some(({ kind }) => kind === 'list')) await catchUp(this.#log, this.#file);
      else this.#file.open().replay.apply(rows);
    } catch (cause) {
      // The other nodes have the write. An error such as "The disk is full: nothing was changed" would be wrong.
      throw unknownOutcome(toRegistryError(cause));
    }
  }
}
