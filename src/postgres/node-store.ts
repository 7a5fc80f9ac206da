import type { ObservationLimits, ObservedSnapshot } from '../registry/observed/observation.ts';
import type { Snapshot } from '../registry/observed/snapshot.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { type Connection, toRegistryError } from '../sqlite/file/database.ts';
import { positionOf } from '../sqlite/replay/decide.ts';
import type { WriterData } from '../sqlite/write/writer-file.ts';
import { catchUp } from './catch-up.ts';
import { checkHead, checkRegister } from './log/head-fault.ts';
import type { Head } from './log/log-head.ts';
import { LOG_FORMAT } from './log/schema.ts';
import { SharedLog } from './log/shared-log.ts';
import { NodeFile, type OpenNode } from './node-file.ts';
import { ObservedFollower } from './observed-follower.ts';
import { observeShared } from './shared-observation.ts';
import { SharedWrite, type WriteOptions } from './shared-write.ts';

/**
 * The longest wait of a task behind another one that fails, in milliseconds: longer waits for PostgreSQL would add up. A write waits
 * as long for the lock.
 */
const WAIT_MS = 5_000;

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
  /** Follows the snapshots of hosts. */
  #observed: ObservedFollower | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Why the last task could not use PostgreSQL; null if it could. */
  #failure: RegistryError | null = null;
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
    return this.#enqueueForLog((log) => catchUp(log, this.#file));
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
    return this.#enqueueForLog((log) => new SharedWrite(log, this.#file, write, options).run());
  }

  /**
   * Applies the snapshots of hosts that this node lacks.
   *
   * @throws {RegistryError} `unavailable` with the reason.
   */
  followObserved(): Promise<void> {
    return this.#enqueueForLog((log) => this.#followerOf(log).follow());
  }

  /**
   * Stores a snapshot of a host for all nodes.
   *
   * @param snapshot - The snapshot.
   * @param limits - The limits of what is stored.
   * @throws {RegistryError} As `observeShared`.
   */
  observe(snapshot: Snapshot, limits: ObservationLimits): Promise<ObservedSnapshot> {
    return this.#enqueueForLog((log) => observeShared(log, this.#file, this.#followerOf(log), snapshot, limits));
  }

  /**
   * Uses the connection to PostgreSQL and the file of this node, while no other task runs.
   *
   * @param use - The use.
   * @throws {RegistryError} `unavailable` with the reason.
   */
  withLog<T>(use: (log: SharedLog, db: Connection) => Promise<T>): Promise<T> {
    return this.#enqueueForLog((log) => use(log, this.#file.open().db));
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

  /** Runs a task with PostgreSQL. One that has waited for `WAIT_MS` fails if the task before it could not use PostgreSQL. */
  #enqueueForLog<T>(task: (log: SharedLog) => Promise<T>): Promise<T> {
    const start = performance.now();
    return this.#enqueue(async () => {
      if (this.#failure !== null && performance.now() - start >= WAIT_MS) throw this.#failure;
      try {
        const value = await task(await this.#connect());
        this.#failure = null;
        return value;
      } catch (error) {
        this.#failure = findFailure(error);
        throw error;
      }
    });
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
      if (head.format < LOG_FORMAT) await log.raiseFormat();
    } catch (error) {
      log.connection.close();
      throw error;
    }
    this.#log = log;
    return log;
  }

  /** Returns what follows the snapshots over a connection. */
  #followerOf({ connection }: SharedLog): ObservedFollower {
    if (this.#observed?.connection !== connection) this.#observed = new ObservedFollower(connection, this.#file);
    return this.#observed;
  }
}

/** Returns why a task could not use PostgreSQL or the file; null for other errors, such as a refused write. */
function findFailure(error: unknown): RegistryError | null {
  const known = toRegistryError(error);
  if (!(known instanceof RegistryError) || known.code !== 'unavailable') return null;
  // An unknown outcome is that of one write.
  return known.cause instanceof RegistryError ? known.cause : known;
}
