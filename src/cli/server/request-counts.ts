import type { Config } from '../../config/settings.ts';
import type { RequestCounts } from '../../http/work/request-cost.ts';

/** How long a worker waits until the first process has counted a request, in milliseconds. */
const TIMEOUT_MS = 1_000;

/**
 * Makes what counts requests for `RATE_LIMIT` in this process.
 *
 * @param config - The settings.
 * @returns Null where requests are not limited.
 */
export async function countsOfProcess(config: Config): Promise<RequestCounts | null> {
  if (config.rateLimit === 0) return null;
  const { RateLimiterMemory } = await import('rate-limiter-flexible');
  return new RateLimiterMemory(optionsOf(config));
}

/**
 * Makes what counts requests for `RATE_LIMIT` in the process that started this worker, for all workers together.
 *
 * @param config - The settings.
 * @returns Null where requests are not limited.
 */
export async function countsOfWorkers(config: Config): Promise<RequestCounts | null> {
  if (config.rateLimit === 0) return null;
  const { RateLimiterCluster } = await import('rate-limiter-flexible');
  return new RateLimiterCluster({ ...optionsOf(config), timeoutMs: TIMEOUT_MS });
}

/** The same in every process: the first one makes the counter from what a worker tells it. */
function optionsOf({ rateLimit, rateWindow }: Config) {
  return { keyPrefix: 'requests', points: rateLimit, duration: rateWindow / 1000 };
}
