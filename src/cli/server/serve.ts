import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { parseUrl } from '../../postgres/connection/parse-url.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { VERSION } from '../../version.ts';
import { prepareDatabase, prepareNode } from '../actions/prepare.ts';
import { BUILD } from './app-parts.ts';
import { openLog } from './open-log.ts';
import { startMetricsServer } from './server-metrics.ts';
import { startServer } from './start-server.ts';
import { startWorkers } from './workers.ts';

/** The interval of attempts to prepare the database after a failure, in milliseconds. */
const RETRY_MS = 5_000;

/** The lock timeout while the server runs: waiting for another writer would block every request. */
const NO_WAIT_MS = 0;

/**
 * Migrates the database, seeds missing lists, serves, and stops at SIGTERM or SIGINT. A database that is locked, damaged or
 * newer does not end the process: `/readyz` reports the fault until it is repaired.
 *
 * @param config - The settings.
 * @param warnings - Warnings about the settings, which are logged first.
 * @throws {RegistryError} When the database's path cannot be written, the port cannot be bound, or `SHARED` is no address of
 *   PostgreSQL.
 */
export async function serve(config: Config, warnings: readonly string[]): Promise<void> {
  const log = await openLog(config);
  log.info(BUILD, `Portolan ${VERSION} starts`);
  for (const warning of warnings) log.warn(warning);
  const shutdown = stopAtSignal(log);
  const repair = await prepareOrRepair(config, log);
  const seeding = config.shared === '' ? null : startSeeding(config, log);
  const server = await (config.workers === 1 ? startServer(config, log) : startWorkers(config, log));
  const metrics = await startMetricsServer(config, server.writeMetrics, log).catch(async (error) => {
    await server.stop();
    throw error;
  });
  const { updateSchedule } = config;
  const updates = updateSchedule === null ? undefined : await updateBySchedule(updateSchedule, config, log);
  shutdown.before(async () => {
    clearInterval(repair);
    await updates?.stop();
    await (await seeding)?.stop();
    await server.stop();
    await metrics?.stop();
  });
  // Must come last: a supervisor may send a signal as soon as it reads this line.
  const url = server.url + config.basePath;
  log.info({ url, database: config.database }, `Portolan answers on ${url}`);
}

/** Brings the bundled lists of a newer version into the shared register, in the background. */
async function startSeeding(config: Config, log: Logger) {
  const { seedShared } = await import('./shared-seeding.ts');
  return seedShared(config, log);
}

/** Starts scheduled updates. Imports their modules here, so that a server without a schedule starts faster. */
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
 * Ends the process with exit code 0 at SIGTERM or SIGINT, also during the start: SQLite rolls back an open transaction. A
 * second signal has no effect: a process group may get both.
 *
 * @returns `before` sets the task to run before the end.
 */
function stopAtSignal(log: Logger): { before: (finish: () => Promise<void>) => void } {
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
    before: (task) => {
      finish = task;
    },
  };
}

/** Prepares the database. After a failure, it retries in the background until it succeeds. */
async function prepareOrRepair(config: Config, log: Logger): Promise<NodeJS.Timeout | undefined> {
  const { database } = config;
  let fault = await tryToPrepare(config, log);
  if (fault === null) return undefined;
  log.error({ database }, `${fault}. Trying again every ${RETRY_MS / 1000} s`);
  const repair = setInterval(async () => {
    try {
      const now = await tryToPrepare(config, log, NO_WAIT_MS);
      if (now === null) clearInterval(repair);
      // Logged only on a change: a line for each attempt would fill the log.
      else if (now !== fault) log.error({ database }, now);
      fault = now;
    } catch (error) {
      // The process continues: `/readyz` reports the fault, and a later attempt may succeed.
      log.error({ err: error, database }, 'the database could not be prepared');
    }
  }, RETRY_MS);
  // A server that cannot start, such as on a port in use, ends.
  return repair.unref();
}

/** Prepares the database. Returns the reason why it cannot be used, or null. */
async function tryToPrepare({ database, shared }: Config, log: Logger, busyTimeoutMs?: number): Promise<string | null> {
  try {
    const notify = (sentence: string): void => log.warn({ database }, sentence);
    if (shared !== '') {
      parseUrl(shared);
      await prepareNode(database, busyTimeoutMs, notify);
      return null;
    }
    for (const { list, result } of await prepareDatabase(database, busyTimeoutMs, notify)) {
      if (result?.changed) log.info({ list, rows: result.rows, date: result.date }, 'loaded a bundled list');
    }
    return null;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'unavailable') throw error;
    return error.message;
  }
}
