import type { Config } from '../../config/settings.ts';
import type { RequestCounts } from '../../http/work/request-cost.ts';

/** The timeout of a worker for the count from the primary process, in milliseconds. */
const TIMEOUT_MS = 1_000;

/**
 * Creates a request counter for `RATE_LIMIT` in this process.
 *
 * @param config - The settings.
 * @returns The counter; null if requests are not limited.
 */
export async function createLocalRequestCounts(config: Config): Promise<RequestCounts | null> {
  if (config.rateLimit === 0) return null;
  const { RateLimiterMemory } = await import('rate-limiter-flexible');
  return new RateLimiterMemory(optionsOf(config));
}

/**
 * Creates a request counter for `RATE_LIMIT` that counts in the primary process, for all workers together.
 *
 * @param config - The settings.
 * @returns The counter; null if requests are not limited.
 */
export async function createClusterRequestCounts(config: Config): Promise<RequestCounts | null> {
  if (config.rateLimit === 0) return null;
  const { RateLimiterCluster } = await import('rate-limiter-flexible');
  return new RateLimiterCluster({ ...optionsOf(config), timeoutMs: TIMEOUT_MS });
}

/** Returns the options, equal in every worker: the primary creates the counter from the options that a worker sends. */
function optionsOf({ rateLimit, rateWindow }: Config) {
  return { keyPrefix: 'requests', points: rateLimit, duration: rateWindow / 1000 };
}
