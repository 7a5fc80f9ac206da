import { statSync } from 'node:fs';
import type { Config } from '../../config/settings.ts';
import { createMetricsApp, type WriteMetrics } from '../../http/routes/metrics.ts';
import { listen, type RunningServer } from '../../http/server/server.ts';
import type { Logger } from '../../log.ts';
import type { Snapshot } from '../../metrics/merge.ts';
import type { MetricSources } from '../../metrics/metrics.ts';
import { metricsListenOptionsOf } from './limits.ts';

/** The figures of one process. */
export interface Figures {
  readonly write: WriteMetrics;
  /** Gives them for another process to merge. */
  readonly snapshot: () => Promise<Snapshot>;
}

/**
 * Makes the figures of this process, when somebody asks for the first time: servers that nobody watches need not load
 * what writes them.
 *
 * @param sources - Where they come from.
 */
export function figuresOf(sources: MetricSources): Figures {
  const register = once(async () => (await import('../../metrics/metrics.ts')).registerMetrics(sources));
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
 * Measures the files of the database.
 *
 * @param database - The path of the SQLite file.
 */
export function fileSizes(database: string): { readonly database: number; readonly wal: number } {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { database: sizeOf(database), wal: sizeOf(`${database}-wal`) };
}

/**
 * Answers for the figures on a port of their own, where that is set.
 *
 * @param config - The settings.
 * @param writeMetrics - Writes the figures.
 * @param log - The log.
 * @throws {RegistryError} As `listen`.
 */
export async function answerMetrics(
  config: Config,
  writeMetrics: WriteMetrics,
  log: Logger,
): Promise<RunningServer | undefined> {
  if (config.metricsPort === null) return undefined;
  const app = createMetricsApp(writeMetrics, log);
  const server = await listen(app, metricsListenOptionsOf(config, config.metricsPort), log);
  log.info({ metrics: server.url }, `the figures for Prometheus are at ${server.url}/metrics`);
  return server;
}
