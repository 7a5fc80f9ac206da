import type { Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { WriteMetrics } from '../../http/routes/metrics.ts';
import type { Snapshot } from '../../metrics/merge.ts';
import type { Figures } from './figures.ts';

/** How long a worker is waited for, in milliseconds: of one that is too busy the figures of before count. */
const PATIENCE_MS = 2_000;

/** What workers and the process that started them tell each other of figures; each question has a number. */
type Word =
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
  process.on('message', async (word: Partial<Word>) => {
    if (word.figures === 'of worker?') {
      const { number = 0 } = word;
      process.send?.({ figures: 'of worker', number, snapshot: await snapshot() } satisfies Word);
    } else if (word.figures === 'of all') {
      const { number = 0, text = '' } = word;
      waiting.get(number)?.(text);
      waiting.delete(number);
    }
  });
  return () =>
    new Promise((resolve) => {
      waiting.set(++count, resolve);
      process.send?.({ figures: 'of all?', number: count } satisfies Word);
    });
}

/** The figures of all workers, those that have ended included. */
export class WorkerFigures {
  /** The last that each of those that run has told. */
  readonly #last = new Map<Worker, Snapshot>();
  readonly #waiting = new Map<number, () => void>();
  #departed: Promise<Snapshot> = Promise.resolve([]);
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
    worker.on('message', async (word: Partial<Word>) => {
      if (word.figures === 'of worker') {
        if (this.#last.has(worker)) this.#last.set(worker, word.snapshot ?? []);
        this.#waiting.get(word.number ?? 0)?.();
      } else if (word.figures === 'of all?') {
        const { number = 0 } = word;
        tell(worker, { figures: 'of all', number, text: await this.write() });
      }
    });
    worker.once('exit', () => {
      const last = this.#last.get(worker) ?? [];
      this.#last.delete(worker);
      if (last.length > 0) this.#departed = addTo(this.#departed, last);
    });
  }

  /** Asks all workers, and writes their figures as those of one server. */
  async write(): Promise<string> {
    await Promise.all([...this.#last.keys()].map((worker) => this.#ask(worker)));
    const { mergeSnapshots, ofStarter } = await import('../../metrics/merge.ts');
    const departed = await this.#departed;
    return mergeSnapshots([ofStarter(this.restarts), ...this.#last.values(), departed]);
  }

  async #ask(worker: Worker): Promise<void> {
    const number = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, resolve);
    worker.once('exit', resolve);
    tell(worker, { figures: 'of worker?', number });
    const patience = new AbortController();
    await Promise.race([promise, delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {})]);
    patience.abort();
    worker.off('exit', resolve);
    this.#waiting.delete(number);
  }
}

function tell(worker: Worker, word: Word): void {
  // Its exit tells of one that has ended meanwhile.
  if (worker.isConnected()) worker.send(word, () => {});
}

async function addTo(before: Promise<Snapshot>, last: Snapshot): Promise<Snapshot> {
  const { addDeparted } = await import('../../metrics/merge.ts');
  return addDeparted(await before, last);
}
