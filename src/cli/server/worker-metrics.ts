import type { Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { WriteMetrics } from '../../http/routes/metrics.ts';
import type { Snapshot } from '../../metrics/merge.ts';
import type { ProcessMetrics } from './server-metrics.ts';

/** The timeout for the metrics of a worker, in milliseconds. After it, the worker's previous metrics are used. */
const TIMEOUT_MS = 2_000;

/** The messages about metrics between workers and the primary process. A response has the number of its request. */
type Message =
  | { readonly metrics: 'of worker?'; readonly number: number }
  | { readonly metrics: 'of worker'; readonly number: number; readonly snapshot: Snapshot }
  | { readonly metrics: 'of all?'; readonly number: number }
  | { readonly metrics: 'of all'; readonly number: number; readonly text: string };

/**
 * Sends the metrics of this worker to the primary process at each request.
 *
 * @param metrics - The metrics of this worker.
 * @returns A function that writes the metrics of all workers, merged by the primary process.
 */
export function shareMetrics({ snapshot }: ProcessMetrics): WriteMetrics {
  const waiting = new Map<number, (text: string) => void>();
  let count = 0;
  process.on('message', async (message: Partial<Message>) => {
    if (message.metrics === 'of worker?') {
      const { number = 0 } = message;
      process.send?.({ metrics: 'of worker', number, snapshot: await snapshot() } satisfies Message);
    } else if (message.metrics === 'of all') {
      const { number = 0, text = '' } = message;
      waiting.get(number)?.(text);
      waiting.delete(number);
    }
  });
  return () =>
    new Promise((resolve) => {
      waiting.set(++count, resolve);
      process.send?.({ metrics: 'of all?', number: count } satisfies Message);
    });
}

/** The metrics of all workers, including those that have exited. */
export class WorkerMetrics {
  /** The latest snapshot of each running worker. */
  readonly #last = new Map<Worker, Snapshot>();
  readonly #waiting = new Map<number, () => void>();
  #exited: Promise<Snapshot> = Promise.resolve([]);
  #count = 0;
  /** The number of workers that were started in place of another one. */
  restarts = 0;

  /**
   * Includes a worker until it exits.
   *
   * @param worker - The worker, which uses `shareMetrics`.
   */
  follow(worker: Worker): void {
    this.#last.set(worker, []);
    worker.on('message', async (message: Partial<Message>) => {
      if (message.metrics === 'of worker') {
        if (this.#last.has(worker)) this.#last.set(worker, message.snapshot ?? []);
        this.#waiting.get(message.number ?? 0)?.();
      } else if (message.metrics === 'of all?') {
        const { number = 0 } = message;
        sendTo(worker, { metrics: 'of all', number, text: await this.write() });
      }
    });
    worker.once('exit', () => {
      const last = this.#last.get(worker) ?? [];
      this.#last.delete(worker);
      if (last.length > 0) this.#exited = addTo(this.#exited, last);
    });
  }

  /** Requests the metrics of all workers, and writes them merged. */
  async write(): Promise<string> {
    await Promise.all([...this.#last.keys()].map((worker) => this.#ask(worker)));
    const { mergeSnapshots, primaryMetrics } = await import('../../metrics/merge.ts');
    const exited = await this.#exited;
    return mergeSnapshots([primaryMetrics(this.restarts), ...this.#last.values(), exited]);
  }

  async #ask(worker: Worker): Promise<void> {
    const number = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, resolve);
    worker.once('exit', resolve);
    sendTo(worker, { metrics: 'of worker?', number });
    const timeout = new AbortController();
    await Promise.race([promise, delay(TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => {})]);
    timeout.abort();
    worker.off('exit', resolve);
    this.#waiting.delete(number);
  }
}

function sendTo(worker: Worker, message: Message): void {
  // The `exit` event covers a worker that has exited meanwhile.
  if (worker.isConnected()) worker.send(message, () => {});
}

async function addTo(before: Promise<Snapshot>, last: Snapshot): Promise<Snapshot> {
  const { addExited } = await import('../../metrics/merge.ts');
  return addExited(await before, last);
}
