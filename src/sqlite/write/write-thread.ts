import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import type { PoolReport } from '../../registry/advice/pool.ts';
import type { Reservation } from '../../registry/advice/reservation.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import { VERSION_AGE_MS } from '../../registry/registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { OwnWriting } from './own-writes.ts';
import type { WriteAnswer, WriteData, WriteQuestion } from './write-worker.ts';

/** A write whose answer has not come yet. */
interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread, and the writes that it has not answered yet, by their numbers. */
interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/**
 * Writes own entries in a thread of its own, so that waiting for the disk or for another writer holds up no answer. The
 * thread is started at the first write and again when it died; who waits then learns that the outcome is not known.
 */
export class WriteThread implements OwnRegistry {
  readonly #data: WriteData;
  #thread: Thread | undefined;
  #count = 0;

  /**
   * @param path - The SQLite file; it need not exist yet.
   * @param ownRanges - The ephemeral ranges of the team's own hosts.
   */
  constructor(path: string, ownRanges: readonly EphemeralRange[] = []) {
    this.#data = { path, ownRanges };
  }

  create(entries: readonly OwnEntry[], by: Author): Promise<Association[]> {
    return this.#ask('create', entries, by);
  }

  update(id: string, patch: OwnPatch, revision: number | null, by: Author): Promise<Association> {
    return this.#ask('update', id, patch, revision, by);
  }

  remove(id: string, revision: number | null, by: Author): Promise<Association> {
    return this.#ask('remove', id, revision, by);
  }

  reserve(reservation: Reservation, by: Author): Promise<Association> {
    return this.#ask('reserve', reservation, by);
  }

  createPool(pool: Pool, by: Author): Promise<PoolReport> {
    return this.#ask('createPool', pool, by);
  }

  deletePool(name: string, by: Author): Promise<PoolReport> {
    return this.#ask('deletePool', name, by);
  }

  /** Ends the thread when all writes are answered. A later write starts another one. */
  async close(): Promise<void> {
    const worker = this.#thread?.worker;
    if (worker === undefined) return;
    this.#thread = undefined;
    worker.ref();
    const ended = once(worker, 'exit');
    worker.postMessage(null);
    await ended;
  }

  #ask<Name extends keyof OwnWriting>(
    method: Name,
    ...values: Parameters<OwnWriting[Name]>
  ): Promise<ReturnType<OwnWriting[Name]>> {
    const question: WriteQuestion = { number: ++this.#count, method, values };
    this.#thread ??= this.#start();
    const { worker, pending } = this.#thread;
    return new Promise((resolve, reject) => {
      pending.set(question.number, { resolve: resolve as Pending['resolve'], reject });
      // The process may end while the thread has nothing to do, and only then.
      worker.ref();
      worker.postMessage(question);
    });
  }

  #start(): Thread {
    // Without the process' cache of compiled modules a thread takes 0.2 s to read its code, not 0.1 s.
    const cache = getCompileCacheDir();
    const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
    const worker = new Worker(new URL('./write-worker.ts', import.meta.url), { workerData: this.#data, env });
    const thread: Thread = { worker, pending: new Map() };
    worker.on('message', (answer: WriteAnswer) => {
      const pending = thread.pending.get(answer.number);
      thread.pending.delete(answer.number);
      if (thread.pending.size === 0) worker.unref();
      // Whoever is told that it is written, and asks at once, is answered by what was written, whichever process answers.
      if (pending !== undefined) setTimeout(settle, Math.ceil(VERSION_AGE_MS), pending, answer);
    });
    worker.on('error', (error) => this.#end(thread, error));
    worker.on('exit', () => this.#end(thread, undefined));
    return thread;
  }

  #end(thread: Thread, cause: unknown): void {
    if (this.#thread === thread) this.#thread = undefined;
    const sentence = 'The write was cut off: look whether it was made before you try again';
    for (const { reject } of thread.pending.values()) reject(new RegistryError('unavailable', sentence, { cause }));
    thread.pending.clear();
  }
}

function settle({ resolve, reject }: Pending, answer: WriteAnswer): void {
  if ('value' in answer) resolve(answer.value);
  else if ('failure' in answer) reject(answer.failure);
  else reject(new RegistryError(answer.refusal.code, answer.refusal.message, answer.refusal));
}
