import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../config/settings.ts';
import { createMetricsApp, type WriteMetrics } from '../../http/routes/metrics.ts';
import { listen, type RunningServer } from '../../http/server/server.ts';
import type { Logger } from '../../log.ts';
import type { Snapshot } from '../../metrics/merge.ts';
import type { MetricSources } from '../../metrics/metrics.ts';
import { metricsListenOptionsOf } from './limits.ts';

/** The metrics of one process. */
export interface ProcessMetrics {
  readonly write: WriteMetrics;
  /** Returns them as data, for the primary process to merge. */
  readonly snapshot: () => Promise<Snapshot>;
}

/**
 * Creates the metrics of this process at the first request for them, so that a server without monitoring does not load
 * prom-client.
 *
 * @param sources - The sources of the values.
 */
export function createProcessMetrics(sources: MetricSources): ProcessMetrics {
  const register = once(async () => {
    const { registerMetrics } = await import('../../metrics/metrics.ts');
    // Loading prom-client and writing metrics for the first time take 15 ms each.
    await setImmediate();
    return registerMetrics(sources);
  });
  return {
    write: async () => (await register()).metrics(),
    snapshot: async () => (await register()).getMetricsAsJSON(),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * Returns the sizes of the database files, in bytes.
 *
 * @param database - The path of the SQLite file.
 */
export function fileSizes(database: string): { readonly database: number; readonly wal: number } {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { database: sizeOf(database), wal: sizeOf(`${database}-wal`) };
}

/**
 * Starts the separate metrics server, if `METRICS_PORT` is set.
 *
 * @param config - The settings.
 * @param writeMetrics - Writes the metrics.
 * @param log - The log.
 * @throws {RegistryError} As `listen`.
 */
export async function startMetricsServer(
  config: Config,
  writeMetrics: WriteMetrics,
  log: Logger,
): Promise<RunningServer | undefined> {
  if (config.metricsPort === null) return undefined;
  const app = createMetricsApp(writeMetrics, log);
  const server = await listen(app, metricsListenOptionsOf(config, config.metricsPort), log);
  log.info({ metrics: server.url }, `the metrics for Prometheus are at ${server.url}/metrics`);
  return server;
}
