import { RegistryError } from '../registry/values/registry-error.ts';
import { type Connection, toRegistryError } from '../sqlite/file/database.ts';
import { type Decision, type LogRow, positionOf } from '../sqlite/replay/decide.ts';
import { parseLogRow } from '../sqlite/replay/parse-row.ts';
import { unknownOutcome } from '../sqlite/write/write-job.ts';
import type { WriterData } from '../sqlite/write/writer-file.ts';
import { applyFewRows, catchUp } from './catch-up.ts';
import { checkHead, checkRegister } from './head-fault.ts';
import { NodeFile, type OpenNode } from './node-file.ts';
import { type Head, SharedLog } from './shared-log.ts';

/** The most attempts to lock the head without a list to import first. */
const ATTEMPTS = 5;

/** The same for a long write: the last one decides under the lock, because other nodes write during each decision without it. */
const LONG_ATTEMPTS = 1;

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

/**
 * A node of a shared register: its SQLite file follows the log in PostgreSQL. For a write, it locks the head of the log,
 * applies new rows, decides the write on its file, rolls it back, and appends its rows to the log. After the commit in PostgreSQL,
 * it applies them as the rows of any other node. If the process ends before that, the next catch-up applies them. The tasks of one
 * store run one after another.
 */
export class NodeStore {
  readonly #url: string;
  readonly #file: NodeFile;
  #log: SharedLog | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Called at each notification of the log, and when the connection ends. */
  onNotification: () => void = () => {};

  /**
   * @param url - The address of PostgreSQL.
   * @param data - The SQLite file and the settings of its writes.
   */
  constructor(url: string, data: WriterData) {
    this.#url = url;
    this.#file = new NodeFile(data);
  }

  /**
   * Applies all rows that this node lacks.
   *
   * @returns The head up to which this node has all rows.
   * @throws {RegistryError} `unavailable` with the reason.
   */
  catchUp(): Promise<Head> {
    return this.#enqueue(async () => catchUp(await this.#connect(), this.#file));
  }

  /**
   * Runs a write and appends its rows to the log.
   *
   * @param write - The write. It may run twice, and is rolled back each time.
   * @param options - How it is run.
   * @returns What the write returned, after this node has applied its rows.
   * @throws {RegistryError} What the write throws: nothing was written anywhere; `unavailable` with the reason.
   */
  write<T>(write: (file: Pick<OpenNode, 'db' | 'writes'>) => T, options: WriteOptions = {}): Promise<T> {
    return this.#enqueue(() => this.#write(write, options));
  }

  /**
   * Uses the connection to PostgreSQL and the file of this node, while no other task runs.
   *
   * @param use - The use.
   * @throws {RegistryError} `unavailable` with the reason.
   */
  withLog<T>(use: (log: SharedLog, db: Connection) => Promise<T>): Promise<T> {
    return this.#enqueue(async () => use(await this.#connect(), this.#file.open().db));
  }

  /**
   * Uses the file alone, without PostgreSQL.
   *
   * @param use - The use.
   */
  withFile<T>(use: (file: OpenNode) => T): Promise<T> {
    return this.#enqueue(async () => use(this.#file.open()));
  }

  /** Ends after the tasks in progress. */
  async close(): Promise<void> {
    await this.#queue;
    this.#log?.connection.close();
    this.#log = undefined;
    this.#file.close();
  }

  /** Truncates a large write-ahead log, as `WriterFile.emptyLog`. */
  emptyLog(): void {
    this.#file.emptyLog();
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task).catch((error: unknown) => {
      const translated = toRegistryError(error);
      // The next task opens the file again: it may have been repaired or replaced.
      if (translated instanceof RegistryError && translated.code === 'unavailable') this.#file.close();
      throw translated;
    });
    this.#queue = run.catch(() => {});
    return run;
  }

  /** Connects unless the connection is open. At every connect, the log must continue the audit log of this node. */
  async #connect(): Promise<SharedLog> {
    if (this.#log?.connection.isOpen) return this.#log;
    const { db } = this.#file.open();
    const log = await SharedLog.open(this.#url);
    try {
      log.connection.onNotification = () => this.onNotification();
      await log.listen();
      // Read before the head: another process of this node may write in between.
      const position = positionOf(db);
      const head = await log.head();
      checkRegister(db, head);
      await checkHead(log, head, position);
    } catch (error) {
      log.connection.close();
      throw error;
    }
    this.#log = log;
    return log;
  }

  async #write<T>(
    write: (file: OpenNode) => T,
    { isLong = false, afterAppend = async () => {} }: WriteOptions,
  ): Promise<T> {
    const log = await this.#connect();
    if (isLong) await catchUp(log, this.#file);
    let decision: Decision<T> | undefined = isLong ? this.#decide(write) : undefined;
    // A write that changes nothing, such as a dry run, needs no lock.
    if (decision?.rows.length === 0) return decision.value;
    for (let left = isLong ? LONG_ATTEMPTS : ATTEMPTS; ; left--) {
      try {
        const head = await log.lock(isLong && left === 0);
        // A long write is decided under the lock only when other nodes have written during each decision without it.
        const isReady = !isLong || left === 0 || decision?.position.id === head.position.id;
        if (isReady && (await applyFewRows(log, this.#file, head))) {
          if (decision?.position.id !== head.position.id) decision = this.#decide(write);
          // The rows continue the log, or do not enter it: another process may have replaced the file in the meantime.
          if (decision.position.hash !== head.position.hash) {
            throw new RegistryError('unavailable', 'This node lacks the last rows of the shared register: try again');
          }
          if (decision.rows.length === 0) {
            await log.rollback();
            return decision.value;
          }
          // A row that other nodes would refuse must not enter the log: they would stop at it.
          for (const row of decision.rows) parseLogRow(row);
          await log.append(decision.rows);
          await afterAppend(log, decision.rows);
          break;
        }
        await log.rollback();
      } catch (error) {
        await log.rollback();
        throw error;
      }
      if (left === 0)
        throw new RegistryError('unavailable', 'The shared register cannot be used: its log grows too fast');
      await catchUp(log, this.#file);
    }
    await this.#commit(log);
    await this.#applyOwn(log, decision.rows);
    return decision.value;
  }

  #decide<T>(write: (file: OpenNode) => T): Decision<T> {
    const file = this.#file.open();
    return file.decider.decide(() => write(file));
  }

  async #commit(log: SharedLog): Promise<void> {
    try {
      await log.commit();
    } catch (cause) {
      log.connection.close();
      // The commit may have been made before the connection failed.
      throw unknownOutcome(cause);
    }
  }

  /** Applies the rows of a write of this node after their commit. */
  async #applyOwn(log: SharedLog, rows: readonly LogRow[]): Promise<void> {
    if (rows.some(({ kind }) => kind === 'list')) await catchUp(log, this.#file);
    else this.#file.open().replay.apply(rows);
  }
}
