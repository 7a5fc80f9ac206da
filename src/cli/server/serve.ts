import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { prepareDatabase } from '../actions/prepare.ts';
import { answer } from './answer.ts';
import { openLog } from './open-log.ts';
import { answerMetrics } from './server-metrics.ts';
import { answerByWorkers } from './workers.ts';

/** How long the server waits before it tries again to prepare a database that failed, in milliseconds. */
const RETRY_MS = 5_000;

/** While the server answers it does not wait for another writer: that would hold up every request. */
const NO_WAIT_MS = 0;

/**
 * Migrates, seeds what is missing, serves, and stops at SIGTERM or SIGINT. A database that is locked, damaged or newer
 * does not end the process: `/readyz` says what is wrong until it is put right.
 *
 * @param config - The settings.
 * @param warnings - What whoever set them should know; it is logged first.
 * @throws {RegistryError} When the database's place cannot be written or the port cannot be had.
 */
export async function serve(config: Config, warnings: readonly string[]): Promise<void> {
  const log = await openLog(config);
  for (const warning of warnings) log.warn(warning);
  const ending = stopAtSignal(log);
  const repair = await prepareOrRepair(config.database, log);
  const server = await (config.workers === 1 ? answer(config, log) : answerByWorkers(config, log));
  const metrics = await answerMetrics(config, server.writeMetrics, log).catch(async (error) => {
    await server.stop();
    throw error;
  });
  const { updateSchedule } = config;
  const updates = updateSchedule === null ? undefined : await updateBySchedule(updateSchedule, config, log);
  ending.first(async () => {
    clearInterval(repair);
    await updates?.stop();
    await server.stop();
    await metrics?.stop();
  });
  // The last thing: who waits for this line may send a signal at once.
  const url = server.url + config.basePath;
  log.info({ url, database: config.database }, `Portolan answers on ${url}`);
}

/** A server that is not to update need not load what updates. */
async function updateBySchedule(schedule: string, config: Config, log: Logger) {
  const { scheduleUpdates } = await import('./update-schedule.ts');
  const registry = new SqliteRegistry(config.database);
  try {
    return scheduleUpdates(schedule, config, () => registry.info().update?.triedAt ?? null, log);
  } finally {
    registry.close();
  }
}

/**
 * Ends the process with exit code 0 at SIGTERM or SIGINT, from the very start on: what is half prepared then is undone
 * by the database. The second signal, as a process group gets it, finds the server stopping and changes nothing.
 *
 * @returns Takes what is to be done before the end.
 */
function stopAtSignal(log: Logger): { first: (finish: () => Promise<void>) => void } {
  let finish = async (): Promise<void> => {};
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    await finish();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  return {
    first: (task) => {
      finish = task;
    },
  };
}

/** Prepares the database, now or, where that fails, in the background until it is done. */
async function prepareOrRepair(database: string, log: Logger): Promise<NodeJS.Timeout | undefined> {
  let fault = await tryToPrepare(database, log);
  if (fault === null) return undefined;
  log.error({ database }, `${fault}. Trying again every ${RETRY_MS / 1000} s`);
  const repair = setInterval(async () => {
    try {
      const now = await tryToPrepare(database, log, NO_WAIT_MS);
      if (now === null) clearInterval(repair);
      // What stays as it is was told: a line each time would fill the log until somebody comes.
      else if (now !== fault) log.error({ database }, now);
      fault = now;
    } catch (error) {
      // The process goes on: `/readyz` tells what is wrong, and the next attempt may find it put right.
      log.error({ err: error, database }, 'the database could not be prepared');
    }
  }, RETRY_MS);
  return repair;
}

/** @returns Why the database cannot be used, or null. */
async function tryToPrepare(database: string, log: Logger, busyTimeoutMs?: number): Promise<string | null> {
  try {
    const tell = (sentence: string): void => log.warn({ database }, sentence);
    for (const { list, result } of await prepareDatabase(database, busyTimeoutMs, tell)) {
      if (result?.changed) log.info({ list, rows: result.rows, date: result.date }, 'loaded a bundled list');
    }
    return null;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'unavailable') throw error;
    return error.message;
  }
}
