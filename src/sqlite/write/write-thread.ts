import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import type { PoolPatch, PoolReport } from '../../registry/advice/pool.ts';
import type { Reservation } from '../../registry/advice/reservation.ts';
import type { ObservationLimits, ObservedSnapshot } from '../../registry/observed/observation.ts';
import type { Snapshot } from '../../registry/observed/snapshot.ts';
import type { ImportOptions, ImportReport } from '../../registry/own/import-report.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry, Reserved, WrittenAssociation } from '../../registry/own-registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { VERSION_AGE_MS } from '../../registry/values/registry-version.ts';
import type { OwnWriting } from './own-writes.ts';
import { unknownOutcome, type WriteJob, type WriteOutcome } from './write-job.ts';
import type { WriterData } from './writer-file.ts';

/** A write in progress. */
interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread and its writes in progress, by number. */
interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/** A script for the thread in place of `write-worker.ts`, which writes to the file alone. */
export interface WriterScript {
  readonly url: URL;
  /** Its further data, beside `WriterData`. */
  readonly data: object;
  /** Receives each message that is no outcome of a write. */
  readonly onMessage: (message: object) => void;
  /** Called when the thread has ended without `close`. */
  readonly onEnd: () => void;
}

/**
 * Writes own entries in a worker thread, so that a wait for the disk or for another writer delays no response. The thread
 * is started at the first write, and again after it died. The writes in progress then fail with an unknown outcome.
 */
export class WriteThread implements OwnRegistry {
  readonly #data: WriterData;
  readonly #script: WriterScript | null;
  #thread: Thread | undefined;
  #count = 0;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param ownRanges - The configured ephemeral ranges.
   * @param quarantineDays - The number of days in which a released port is not given again.
   * @param script - The script of the thread; null for `write-worker.ts`.
   */
  constructor(
    path: string,
    ownRanges: readonly EphemeralRange[] = [],
    quarantineDays = 0,
    script: WriterScript | null = null,
  ) {
    this.#data = { path, ownRanges, quarantineDays };
    this.#script = script;
  }

  /** Starts the thread before the first write. */
  start(): void {
    if (this.#thread !== undefined) return;
    this.#thread = this.#start();
    this.#thread.worker.unref();
  }

  create(entries: readonly OwnEntry[], isStrict: boolean, by: Author): Promise<WrittenAssociation[]> {
    return this.#run('create', entries, isStrict, by);
  }

  adopt(entries: readonly OwnEntry[], isStrict: boolean, by: Author): Promise<WrittenAssociation[]> {
    return this.#run('adopt', entries, isStrict, by);
  }

  update(
    id: string,
    patch: OwnPatch,
    revision: number | null,
    isStrict: boolean,
    by: Author,
  ): Promise<WrittenAssociation> {
    return this.#run('update', id, patch, revision, isStrict, by);
  }

  remove(id: string, revision: number | null, by: Author): Promise<Association> {
    return this.#run('remove', id, revision, by);
  }

  approve(id: string, isApproved: boolean, revision: number | null, by: Author): Promise<WrittenAssociation> {
    return this.#run('approve', id, isApproved, revision, by);
  }

  reserve(reservation: Reservation, isStrict: boolean, by: Author): Promise<Reserved> {
    return this.#run('reserve', reservation, isStrict, by);
  }

  importRows(rows: readonly OwnRow[], options: ImportOptions, by: Author): Promise<ImportReport> {
    return this.#run('importRows', rows, options, by);
  }

  replayImport(rows: readonly OwnRow[], options: ImportOptions, by: Author): Promise<ImportReport> {
    return this.#run('replayImport', rows, options, by);
  }

  createPool(pool: Pool, by: Author): Promise<PoolReport> {
    return this.#run('createPool', pool, by);
  }

  updatePool(name: string, patch: PoolPatch, by: Author): Promise<PoolReport> {
    return this.#run('updatePool', name, patch, by);
  }

  deletePool(name: string, by: Author): Promise<PoolReport> {
    return this.#run('deletePool', name, by);
  }

  recordTokenUse(id: string, hour: string): Promise<void> {
    return this.#run('recordTokenUse', id, hour);
  }

  observe(snapshot: Snapshot, limits: ObservationLimits): Promise<ObservedSnapshot> {
    return this.#run('observe', snapshot, limits);
  }

  async catchUp(): Promise<void> {
    // Without a script, the file itself is the register.
    if (this.#script !== null) await this.#run('catchUp');
  }

  /** Ends the thread after all writes in progress. A later write starts another one. */
  async close(): Promise<void> {
    const worker = this.#thread?.worker;
    if (worker === undefined) return;
    this.#thread = undefined;
    worker.ref();
    const ended = once(worker, 'exit');
    worker.postMessage(null);
    await ended;
  }

  #run<Name extends keyof OwnWriting>(
    method: Name,
    ...values: Parameters<OwnWriting[Name]>
  ): Promise<ReturnType<OwnWriting[Name]>> {
    const job: WriteJob = { number: ++this.#count, method, values };
    this.#thread ??= this.#start();
    const { worker, pending } = this.#thread;
    return new Promise((resolve, reject) => {
      pending.set(job.number, { resolve: resolve as Pending['resolve'], reject });
      // Keeps the process alive during a write. An idle thread does not.
      worker.ref();
      worker.postMessage(job);
    });
  }

  #start(): Thread {
    // With the compile cache of the process, the thread loads its modules in 0.1 s instead of 0.2 s.
    const cache = getCompileCacheDir();
    const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
    const url = this.#script?.url ?? new URL('./write-worker.ts', import.meta.url);
    const worker = new Worker(url, { workerData: { ...this.#data, ...this.#script?.data }, env });
    const thread: Thread = { worker, pending: new Map() };
    worker.on('message', (outcome: WriteOutcome | object) => {
      if (!('number' in outcome)) return this.#script?.onMessage(outcome);
      const pending = thread.pending.get(outcome.number);
      thread.pending.delete(outcome.number);
      if (thread.pending.size === 0) worker.unref();
      // Waits until no process uses an older version: the next request of the client, to any process, sees the write.
      if (pending !== undefined) setTimeout(settle, Math.ceil(VERSION_AGE_MS), pending, outcome);
    });
    worker.on('error', (error) => this.#end(thread, error));
    worker.on('exit', () => this.#end(thread, undefined));
    return thread;
  }

  #end(thread: Thread, cause: unknown): void {
    if (this.#thread === thread) {
      this.#thread = undefined;
      this.#script?.onEnd();
    }
    for (const { reject } of thread.pending.values()) reject(unknownOutcome(cause));
    thread.pending.clear();
  }
}

function settle({ resolve, reject }: Pending, outcome: WriteOutcome): void {
  if ('value' in outcome) resolve(outcome.value);
  else if ('failure' in outcome) reject(outcome.failure);
  else reject(new RegistryError(outcome.refusal.code, outcome.refusal.message, outcome.refusal));
}
