import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { Cron } from 'croner';
import type { Config } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import type { UpdateTask, UpdateWord } from './update-worker.ts';

/** Updates that come by themselves. */
export interface Schedule {
  /** Ends it; an update that is being made is undone. */
  readonly stop: () => Promise<void>;
}

/** How much later than the schedule says at most, in milliseconds, so that not all the world asks IANA at once … */
const MOST_LATER_MS = 10 * 60_000;
/** … and as a part of the time between two updates. */
const LATER = 0.1;

/** A timer waits no longer than this, in milliseconds: Node's own take 24 days at most, and clocks are set. */
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Updates the official rows again and again in a thread of its own: fetching and checking holds up no answer.
 *
 * @param schedule - When, as a cron expression.
 * @param config - The settings.
 * @param lastTriedAt - Tells when an update was last tried, ISO 8601; null for never. One that was missed is made at once.
 * @param log - Is told how each ended.
 */
export function scheduleUpdates(
  schedule: string,
  { database, updateUrl, updateStaleDays }: Config,
  lastTriedAt: () => string | null,
  log: Logger,
): Schedule {
  const cron = new Cron(schedule, { timezone: 'UTC', paused: true });
  const options = { force: false, staleDays: updateStaleDays, showsProgress: false };
  let timer: NodeJS.Timeout | undefined;
  let worker: Worker | undefined;
  let isStopped = false;

  const waitFor = (time: number): void => {
    const ms = time - Date.now();
    if (isStopped) return;
    timer = setTimeout(
      () => (ms > LONGEST_WAIT_MS ? waitFor(time) : void run()),
      Math.max(0, Math.min(ms, LONGEST_WAIT_MS)),
    );
  };
  const run = async (): Promise<void> => {
    worker = startWorker({ database, place: updateUrl, options });
    tell(await wordOf(worker), log);
    worker = undefined;
    waitFor(nextTime(cron, new Date()));
  };

  const missed = firstTime(cron, orNull(lastTriedAt));
  log.info({ schedule, next: new Date(missed).toISOString() }, 'the registry is updated by schedule');
  waitFor(missed);
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}

/** While the database cannot be read nobody knows when an update was tried. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** An update that has never been made, or was due while nothing ran, is due now. */
function firstTime(cron: Cron, lastTriedAt: string | null): number {
  const due = lastTriedAt === null ? null : cron.nextRun(new Date(lastTriedAt));
  return due === null || due.valueOf() <= Date.now() ? Date.now() : nextTime(cron, new Date());
}

function nextTime(cron: Cron, from: Date): number {
  const [next, second] = cron.nextRuns(2, from).map((date) => date.valueOf());
  if (next === undefined) return Number.POSITIVE_INFINITY;
  const between = (second ?? Number.POSITIVE_INFINITY) - next;
  return next + Math.random() * Math.min(MOST_LATER_MS, between * LATER);
}

function startWorker(task: UpdateTask): Worker {
  const cache = getCompileCacheDir();
  // Proxies are named by the environment.
  const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };
  return new Worker(new URL('./update-worker.ts', import.meta.url), { workerData: task, env });
}

/** What the thread says, or null when it was ended. */
async function wordOf(worker: Worker): Promise<UpdateWord | null> {
  const ended = new AbortController();
  worker.once('exit', () => ended.abort());
  try {
    const [word] = (await once(worker, 'message', { signal: ended.signal })) as [UpdateWord];
    return word;
  } catch (error) {
    return ended.signal.aborted ? null : { failure: error };
  }
}

function tell(word: UpdateWord | null, log: Logger): void {
  if (word === null) return;
  if ('updated' in word) {
    const { changed, rows, date, sentence } = word.updated;
    log.info({ changed, rows, date }, sentence);
  } else if ('refusal' in word) log.error(`the registry could not be updated: ${word.refusal}`);
  else log.error({ err: word.failure }, 'the registry could not be updated');
}
