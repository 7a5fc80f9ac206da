import type { Config } from '../../config/settings.ts';
import { loadGraphql } from '../../graphql/load.ts';
import type { FindQuery } from '../../graphql/query-request.ts';
import { createApp } from '../../http/app.ts';
import { DirectGraphql } from '../../http/cache/direct-graphql.ts';
import { cacheResponses } from '../../http/cache/response-cache.ts';
import { stripBasePath } from '../../http/message/base-path.ts';
import { lazyHandler } from '../../http/routes/lazy-handler.ts';
import type { WriteMetrics } from '../../http/routes/metrics.ts';
import { type ListenOptions, listen, type RunningServer } from '../../http/server/server.ts';
import { HeldMemory } from '../../http/work/held-memory.ts';
import { RequestQueue } from '../../http/work/overload.ts';
import type { RequestCounts } from '../../http/work/request-cost.ts';
import type { Logger } from '../../log.ts';
import { Counts } from '../../metrics/request-counts.ts';
import { NodeThread } from '../../postgres/node-thread.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { WriteThread } from '../../sqlite/write/write-thread.ts';
import { appSettingsOf, BUILD, directSettingsOf, graphqlPartsOf, mcpPartsOf } from './app-parts.ts';
import { cachesResponses, listenOptionsOf } from './limits.ts';
import { createLocalRequestCounts } from './rate-limiter.ts';
import { saveMemory } from './save-memory.ts';
import { createProcessMetrics, fileSizes, type ProcessMetrics } from './server-metrics.ts';

/** The resources that worker processes share. */
export interface SharedResources {
  /** The request counter of all workers for `RATE_LIMIT`, in place of one of this process; null for no limit. */
  readonly requestCounts?: RequestCounts | null;
  /** The listening socket of all workers. */
  readonly socket?: ListenOptions['socket'];
  /** Registers the metrics of this process, and returns the function that writes the metrics of all workers. */
  readonly shareMetrics?: (metrics: ProcessMetrics) => WriteMetrics;
}

/** A running server with its metrics. */
export interface MonitoredServer extends Pick<RunningServer, 'url' | 'stop'> {
  readonly writeMetrics: WriteMetrics;
}

/**
 * Starts an HTTP server in this process.
 *
 * @param config - The settings.
 * @param log - The log.
 * @param shared - The resources that it shares with other processes.
 * @returns The server once it is ready. Its `stop` also closes the database.
 * @throws {RegistryError} As `listen`.
 */
export async function startServer(config: Config, log: Logger, shared: SharedResources = {}): Promise<MonitoredServer> {
  saveMemory();
  const counts = new Counts();
  const registry = new SqliteRegistry(config.database, config.ephemeralRanges, {
    cachesReports: config.answerCache,
    quarantineDays: config.quarantineDays,
  });
  const own = openWrites(config, log);
  const sharedStatus = own instanceof NodeThread ? () => own.status() : null;
  let findQuery: FindQuery = () => undefined;
  const graphql = lazyHandler(async () => {
    const createGraphqlHandler = await loadGraphql();
    const handler = await createGraphqlHandler(graphqlPartsOf(config, { registry, own, log, counts }));
    findQuery = handler.findQuery;
    return handler.handle;
  });
  const mcp = lazyHandler(async () => {
    // Few servers need it.
    const { loadMcp } = await import('../../mcp/load.ts');
    const createMcpHandler = await loadMcp();
    return createMcpHandler(mcpPartsOf(config, { registry, own, log, counts }));
  });
  const metrics = createProcessMetrics({
    build: BUILD,
    counts,
    registry,
    fileSizes: () => fileSizes(config.database),
    connections: () => server.connections(),
    sharedStatus,
  });
  const writeMetrics = shared.shareMetrics?.(metrics) ?? metrics.write;
  const held = new HeldMemory(config.heldLimit);
  const queue = new RequestQueue(config.maxWait, log);
  const app = createApp({
    registry,
    own,
    ...appSettingsOf(config),
    graphql: graphql.handle,
    mcp: mcp.handle,
    sharedStatus,
    log,
    queue,
    held,
    requestCounts: shared.requestCounts ?? (await createLocalRequestCounts(config)),
    counts,
    writeMetrics: config.metrics && config.metricsPort === null ? writeMetrics : null,
  });
  const { corsOrigins, basePath, authHeader: userField } = config;
  const direct = new DirectGraphql({
    ...directSettingsOf(config),
    queue,
    counts,
    held,
    findQuery: (request) => findQuery(request),
  });
  const cacheParts = { registry, counts, corsOrigins, held, userField, graphql: direct };
  const listener = stripBasePath(cachesResponses(config) ? cacheResponses(app, cacheParts) : app, basePath);
  const server = await listen(listener, { ...listenOptionsOf(config), socket: shared.socket }, log, counts);
  const stop = async (): Promise<void> => {
    await server.stop();
    await own.close();
    registry.close();
  };
  composeReport(registry);
  try {
    // After `listen`: loading GraphQL takes as long as the rest of the start, and REST requests are answered meanwhile.
    await graphql.load();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: server.url, writeMetrics, stop };
}

/** Composes a first report, which reads the spans of all lists: the first request then takes 15 ms in place of 35. */
function composeReport(registry: SqliteRegistry): void {
  try {
    registry.sharedReports([{ firstPort: 22, lastPort: 22, protocol: null }]);
  } catch {
    // Requests get the reason, until the database can be read.
  }
  // The first request opens the database again, and checks its schema.
  registry.close();
}

/** Opens the writes: those of a node of a shared register, or of a standalone database. */
function openWrites({ database, ephemeralRanges, quarantineDays, shared }: Config, log: Logger): WriteThread {
  if (shared === '') return new WriteThread(database, ephemeralRanges, quarantineDays);
  return new NodeThread(shared, database, ephemeralRanges, quarantineDays, (reason, position) => {
    if (reason === null) log.info({ position }, 'the shared register can be used');
    else log.error({ position }, `${reason}. This node answers from its database and refuses writes`);
  });
}
