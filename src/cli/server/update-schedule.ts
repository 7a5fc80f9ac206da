import { getCompileCacheDir } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Cron } from 'croner';
import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { openForWriting } from '../../sqlite/file/database.ts';
import { countFailure } from '../../sqlite/import/import-counts.ts';
import { rememberUpdate } from '../../sqlite/tables/update-attempts.ts';
import type { UpdateMessage, UpdateTask } from './update-worker.ts';

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

/** The heap of the thread, in MiB. IANA's file needs less than 48. */
const MEMORY_MIB = 256;

/** How often it is tried to remember that a thread has died, and how long it is waited between, in milliseconds. */
const TRIES = 10;
const TRY_EVERY_MS = 1_000;

/**
 * Updates the official rows again and again in a thread of its own: fetching and checking holds up no answer.
 *
 * @param schedule - When, as a cron expression.
 * @param config - The settings.
 * @param lastTriedAt - Tells when an update was last tried, ISO 8601; null for never. One that was missed is made at once.
 * @param log - Is told how each ended. A thread that dies, such as of a file that needs too much memory, is an update that failed.
 * @param memoryMib - The heap of the thread, in MiB.
 */
export function scheduleUpdates(
  schedule: string,
  { database, updateUrl, updateStaleDays }: Config,
  lastTriedAt: () => string | null,
  log: Logger,
  memoryMib = MEMORY_MIB,
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
    const start = performance.now();
    worker = startWorker({ database, place: updateUrl, options }, memoryMib);
    const word = await wordOf(worker);
    worker = undefined;
    if (isStopped && 'death' in word) return;
    tell(word, log);
    if ('death' in word) await rememberDeath(database, updateStaleDays, performance.now() - start, log);
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

function startWorker(task: UpdateTask, memoryMib: number): Worker {
  const cache = getCompileCacheDir();
  // Proxies are named by the environment.
  const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };
  const resourceLimits = { maxOldGenerationSizeMb: memoryMib };
  return new Worker(new URL('./update-worker.ts', import.meta.url), { workerData: task, env, resourceLimits });
}

/** What the thread says, or what it died of before. */
type LastWord = UpdateMessage | { readonly death: Error };

/** Node emits `error` and `exit` in the same turn: the first one counts. */
function wordOf(worker: Worker): Promise<LastWord> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (death) => resolve({ death }));
    worker.once('exit', (code) => resolve({ death: new Error(`its thread ended with exit code ${code}`) }));
  });
}

function tell(word: LastWord, log: Logger): void {
  if ('updated' in word) {
    const { changed, rows, date, sentence } = word.updated;
    log.info({ changed, rows, date }, sentence);
  } else if ('refusal' in word) log.error(`the registry could not be updated: ${word.refusal}`);
  else if ('death' in word) log.error({ err: word.death }, `the registry could not be updated: ${word.death.message}`);
  else log.error({ err: word.failure }, 'the registry could not be updated');
}

/** A thread that has died has remembered nothing. What cannot be written, as on a full disk, is told by the log alone. */
async function rememberDeath(database: string, staleDays: number, ms: number, log: Logger): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    try {
      // Waiting for another writer would hold up every answer.
      const db = openForWriting(database, 0);
      try {
        rememberUpdate(db, { result: 'failed', failure: 'internal' }, staleDays);
        countFailure(db, 'assignments', ms);
      } finally {
        db.close();
      }
      return;
    } catch (error) {
      if (left === 1) log.warn({ err: error }, 'that the update failed could not be remembered');
      else await delay(TRY_EVERY_MS);
    }
  }
}
