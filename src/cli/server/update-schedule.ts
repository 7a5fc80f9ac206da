import { getCompileCacheDir } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Cron } from 'croner';
import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { openForWriting } from '../../sqlite/file/database.ts';
import { countFailure } from '../../sqlite/import/import-counts.ts';
import { storeUpdate } from '../../sqlite/tables/update-attempts.ts';
import type { UpdateMessage, UpdateTask } from './update-worker.ts';

/** The scheduled updates. */
export interface Schedule {
  /** Stops the schedule. A running update is rolled back. */
  readonly stop: () => Promise<void>;
}

/** The largest random delay after the scheduled time, in milliseconds: it spreads the load on IANA's servers. */
const MAX_DELAY_MS = 10 * 60_000;
/** The largest random delay, as a fraction of the time between two updates. */
const MAX_DELAY_FRACTION = 0.1;

/** The longest timer, in milliseconds: Node's timers are limited to 24 days, and the clock may be changed meanwhile. */
const MAX_TIMER_MS = 60 * 60_000;

/** The heap of the thread, in MiB. IANA's file needs less than 48. */
const MEMORY_MIB = 256;

/** The number of attempts to store the crash of a thread. */
const ATTEMPTS = 10;
/** The time between two attempts, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Updates the official rows on a schedule. Runs in a worker thread, so that downloads and checks do not block requests.
 *
 * @param schedule - A cron expression.
 * @param config - The settings.
 * @param lastTriedAt - Returns the time of the last attempt, ISO 8601; null for never. A missed update runs at once.
 * @param log - The log for the result of each update. A thread that crashes, such as one out of memory, counts as a failed
 *   update.
 * @param memoryMib - The heap of the thread, in MiB.
 */
export function scheduleUpdates(
  schedule: string,
  config: Config,
  lastTriedAt: () => string | null,
  log: Logger,
  memoryMib = MEMORY_MIB,
): Schedule {
  const { updateUrl, updateStaleDays } = config;
  const cron = new Cron(schedule, { timezone: 'UTC', paused: true });
  const options = { force: false, staleDays: updateStaleDays, showsProgress: false };
  let timer: NodeJS.Timeout | undefined;
  let worker: Worker | undefined;
  let isStopped = false;

  const waitFor = (time: UpdateTime): void => {
    const ms = time.at - Date.now();
    if (isStopped) return;
    timer = setTimeout(
      () => (ms > MAX_TIMER_MS ? waitFor(time) : void run(time)),
      Math.max(0, Math.min(ms, MAX_TIMER_MS)),
    );
  };
  const run = async ({ due }: UpdateTime): Promise<void> => {
    const start = performance.now();
    const update = { place: updateUrl, options: { ...options, due: new Date(due).toISOString() } };
    worker = startWorker({ source: config, update }, memoryMib);
    const result = await resultOf(worker);
    worker = undefined;
    if (isStopped && 'crash' in result) return;
    logResult(result, log);
    if ('crash' in result) await recordCrash(config, performance.now() - start, log);
    waitFor(nextTime(cron, new Date()));
  };

  const missed = firstTime(cron, valueOrNull(lastTriedAt));
  log.info({ schedule, next: new Date(missed.at).toISOString() }, 'the registry is updated by schedule');
  waitFor(missed);
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}

/** Returns null on an error: the last attempt is unknown while the database cannot be read. */
function valueOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** The time of an update, in milliseconds since 1970. */
interface UpdateTime {
  /** The scheduled time. */
  readonly due: number;
  /** The time with the random delay. */
  readonly at: number;
}

/** Returns the time of the first update: now if one never ran, or was due while no server ran. */
function firstTime(cron: Cron, lastTriedAt: string | null): UpdateTime {
  const due = lastTriedAt === null ? null : cron.nextRun(new Date(lastTriedAt));
  const now = Date.now();
  return due === null || due.valueOf() <= now ? { due: due?.valueOf() ?? now, at: now } : nextTime(cron, new Date());
}

function nextTime(cron: Cron, from: Date): UpdateTime {
  const [next, second] = cron.nextRuns(2, from).map((date) => date.valueOf());
  const never = Number.POSITIVE_INFINITY;
  if (next === undefined) return { due: never, at: never };
  const between = (second ?? Number.POSITIVE_INFINITY) - next;
  return { due: next, at: next + Math.random() * Math.min(MAX_DELAY_MS, between * MAX_DELAY_FRACTION) };
}

/**
 * Starts a thread for an update.
 *
 * @param task - The task.
 * @param memoryMib - The heap of the thread, in MiB.
 */
export function startWorker(task: UpdateTask, memoryMib = MEMORY_MIB): Worker {
  const cache = getCompileCacheDir();
  // The thread needs the environment: it names the proxies.
  const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };
  const resourceLimits = { maxOldGenerationSizeMb: memoryMib };
  return new Worker(new URL('./update-worker.ts', import.meta.url), { workerData: task, env, resourceLimits });
}

/** The message of the thread, or the error that ended it before. */
type UpdateResult = UpdateMessage | { readonly crash: Error };

/** Waits for the result of a thread. Node emits `error` and `exit` in the same turn: the first event counts. */
export function resultOf(worker: Worker): Promise<UpdateResult> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (crash) => resolve({ crash }));
    worker.once('exit', (code) => resolve({ crash: new Error(`its thread ended with exit code ${code}`) }));
  });
}

function logResult(result: UpdateResult, log: Logger): void {
  if ('updated' in result) {
    const { changed, rows, date, sentence } = result.updated;
    log.info({ changed, rows, date }, sentence);
  } else if ('refusal' in result) log.error(`the registry could not be updated: ${result.refusal}`);
  else if ('crash' in result)
    log.error({ err: result.crash }, `the registry could not be updated: ${result.crash.message}`);
  else log.error({ err: result.failure }, 'the registry could not be updated');
}

/** Stores a crash, which the thread itself could not do. If the write fails, as on a full disk, it is only logged. */
async function recordCrash({ database, shared, updateStaleDays }: Config, ms: number, log: Logger): Promise<void> {
  for (let left = ATTEMPTS; left > 0; left--) {
    try {
      // Timeout 0: waiting for another writer would block every request.
      const db = openForWriting(database, 0);
      try {
        // A node has the state that is in the shared register.
        if (shared === '') storeUpdate(db, { result: 'failed', failure: 'internal' }, updateStaleDays);
        countFailure(db, 'assignments', ms);
      } finally {
        db.close();
      }
      return;
    } catch (error) {
      if (left === 1) log.warn({ err: error }, 'the failed update could not be stored');
      else await delay(RETRY_MS);
    }
  }
}
