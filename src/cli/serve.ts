import type { Config } from '../config.ts';
import { createGraphqlHandler } from '../graphql/graphql-handler.ts';
import { createApp } from '../http/app.ts';
import { requestIdOf } from '../http/request-id.ts';
import { listen } from '../http/server.ts';
import { createLog, type Logger } from '../log.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { SqliteRegistry } from '../sqlite/sqlite-registry.ts';
import { prepareDatabase } from './prepare.ts';

/** How long the server waits before it tries again to prepare a database that failed, in milliseconds. */
const RETRY_MS = 5_000;

/** While the server answers it does not wait for another writer: that would hold up every request. */
const NO_WAIT_MS = 0;

/**
 * Migrates, seeds what is missing, serves, and stops at SIGTERM or SIGINT. A database that is locked, damaged or newer
 * does not end the process: `/readyz` says what is wrong until it is put right.
 *
 * @param config - The settings.
 * @throws {RegistryError} When the database's place cannot be written or the port cannot be had.
 */
export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const registry = new SqliteRegistry(config.database);
  const repair = await prepareOrRepair(config.database, log);
  const graphql = await createGraphqlHandler({
    registry,
    requestIdOf,
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'a GraphQL request failed'),
  });
  const app = createApp({
    registry,
    graphql,
    log,
    corsOrigins: config.corsOrigins,
    limits: { bodyBytes: 4 * 1024 * 1024, batchResults: 65_536 },
  });
  const server = await listen(app, config.port, config.host);
  log.info({ url: server.url, database: config.database }, `Portolan answers on ${server.url}`);

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    clearInterval(repair);
    log.info({ signal }, 'stopping');
    await server.stop();
    registry.close();
    log.info('stopped');
    process.exit(0);
  };
  // The second signal, as a process group gets it, finds the server stopping and changes nothing.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}

/** Prepares the database, now or, where that fails, in the background until it is done. */
async function prepareOrRepair(database: string, log: Logger): Promise<NodeJS.Timeout | undefined> {
  if (await tryToPrepare(database, log)) return undefined;
  const repair = setInterval(async () => {
    try {
      if (await tryToPrepare(database, log, NO_WAIT_MS)) clearInterval(repair);
    } catch (error) {
      // The process goes on: `/readyz` tells what is wrong, and the next attempt may find it put right.
      log.error({ err: error, database }, 'the database could not be prepared');
    }
  }, RETRY_MS);
  return repair;
}

async function tryToPrepare(database: string, log: Logger, busyTimeoutMs?: number): Promise<boolean> {
  try {
    for (const { list, result } of await prepareDatabase(database, busyTimeoutMs)) {
      if (result?.changed) log.info({ list, rows: result.rows, date: result.date }, 'loaded a bundled list');
    }
    return true;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'unavailable') throw error;
    log.error({ database }, `${error.message}. Trying again every ${RETRY_MS / 1000} s`);
    return false;
  }
}
