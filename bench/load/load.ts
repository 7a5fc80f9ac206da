import type { BenchRequest } from '../requests.ts';
import { driveByAutocannon } from './autocannon.ts';
import { driveByWrk, hasWrk } from './wrk.ts';

/** A load on a server. */
export interface Load {
  /** The base URL, such as `http://127.0.0.1:7605`. */
  readonly url: string;
  /** The requests. */
  readonly requests: readonly BenchRequest[];
  /** `random` draws requests uniformly, with a fixed seed, until the time is over. `once` sends each one once, in order. */
  readonly order: 'random' | 'once';
  /** The longest duration, in seconds. */
  readonly seconds: number;
  /** The number of concurrent connections. */
  readonly connections: number;
}

/** The result of a load. */
export interface LoadResult {
  /** Responses per second. */
  readonly perSecond: number;
  /** The median latency, in milliseconds. */
  readonly p50: number;
  /** The 99th percentile of the latency, in milliseconds. */
  readonly p99: number;
  /** The longest latency of a request, in milliseconds. */
  readonly longest: number;
  /** The number of responses. */
  readonly answers: number;
  /** The mean size of a response in bytes, header included. */
  readonly bytesEach: number;
}

/** The result of a load generator, with the number of failures. */
export interface RawResult extends LoadResult {
  /** Responses with a status of 400 or above, failed connections, and requests without a response. */
  readonly failures: number;
}

/** The load generator of this machine: wrk if it is installed. */
export const GENERATOR = hasWrk() ? 'wrk' : 'autocannon';

/**
 * Sends requests from one thread and measures the responses. The result is 0 if none arrives in time.
 *
 * @param load - The load.
 * @throws {Error} When any request failed: such a result must not count.
 */
export async function drive(load: Load): Promise<LoadResult> {
  const { failures, ...result } = await (GENERATOR === 'wrk' ? driveByWrk(load) : driveByAutocannon(load));
  if (failures > 0) {
    throw new Error(`${load.url}: ${failures} of ${result.answers} requests failed, such as ${load.requests[0]?.path}`);
  }
  return result;
}
