import type { Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { WriteMetrics } from '../../http/routes/metrics.ts';
import type { Snapshot } from '../../metrics/merge.ts';
import type { Figures } from './server-metrics.ts';

/** How long a worker is waited for, in milliseconds: of one that is too busy the figures of before count. */
const TIMEOUT_MS = 2_000;

/** What workers and the process that started them tell each other of figures; each question has a number. */
type Message =
  | { readonly figures: 'of worker?'; readonly number: number }
  | { readonly figures: 'of worker'; readonly number: number; readonly snapshot: Snapshot }
  | { readonly figures: 'of all?'; readonly number: number }
  | { readonly figures: 'of all'; readonly number: number; readonly text: string };

/**
 * Hands the figures of this worker to the process that started it, whenever that asks.
 *
 * @param figures - The figures of this worker.
 * @returns Writes those of all workers, which the other process merges.
 */
export function shareFigures({ snapshot }: Figures): WriteMetrics {
  const waiting = new Map<number, (text: string) => void>();
  let count = 0;
  process.on('message', async (message: Partial<Message>) => {
    if (message.figures === 'of worker?') {
      const { number = 0 } = message;
      process.send?.({ figures: 'of worker', number, snapshot: await snapshot() } satisfies Message);
    } else if (message.figures === 'of all') {
      const { number = 0, text = '' } = message;
      waiting.get(number)?.(text);
      waiting.delete(number);
    }
  });
  return () =>
    new Promise((resolve) => {
      waiting.set(++count, resolve);
      process.send?.({ figures: 'of all?', number: count } satisfies Message);
    });
}

/** The figures of all workers, those that have ended included. */
export class WorkerFigures {
  /** The last that each of those that run has told. */
  readonly #last = new Map<Worker, Snapshot>();
  readonly #waiting = new Map<number, () => void>();
  #exited: Promise<Snapshot> = Promise.resolve([]);
  #count = 0;
  /** How many workers were started in the place of another one. */
  restarts = 0;

  /**
   * Takes a worker in, until it ends.
   *
   * @param worker - The worker, which uses `shareFigures`.
   */
  follow(worker: Worker): void {
    this.#last.set(worker, []);
    worker.on('message', async (message: Partial<Message>) => {
      if (message.figures === 'of worker') {
        if (this.#last.has(worker)) this.#last.set(worker, message.snapshot ?? []);
        this.#waiting.get(message.number ?? 0)?.();
      } else if (message.figures === 'of all?') {
        const { number = 0 } = message;
        tell(worker, { figures: 'of all', number, text: await this.write() });
      }
    });
    worker.once('exit', () => {
      const last = this.#last.get(worker) ?? [];
      this.#last.delete(worker);
      if (last.length > 0) this.#exited = addTo(this.#exited, last);
    });
  }

  /** Asks all workers, and writes their figures as those of one server. */
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
    tell(worker, { figures: 'of worker?', number });
    const timeout = new AbortController();
    await Promise.race([promise, delay(TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => {})]);
    timeout.abort();
    worker.off('exit', resolve);
    this.#waiting.delete(number);
  }
}

function tell(worker: Worker, message: Message): void {
  // Its exit tells of one that has ended meanwhile.
  if (worker.isConnected()) worker.send(message, () => {});
}

async function addTo(before: Promise<Snapshot>, last: Snapshot): Promise<Snapshot> {
  const { addExited } = await import('../../metrics/merge.ts');
  return addExited(await before, last);
}
