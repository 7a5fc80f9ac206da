import type { BenchRequest } from '../requests.ts';
import { driveByAutocannon } from './autocannon.ts';
import { driveByWrk, hasWrk } from './wrk.ts';

/** What is sent, and for how long. */
export interface Load {
  /** Where to, such as `http://127.0.0.1:7605`. */
  readonly url: string;
  /** What may be sent. */
  readonly requests: readonly BenchRequest[];
  /** `random` draws from them uniformly, with a fixed seed, until the time is over; `once` sends each in its turn and stops. */
  readonly order: 'random' | 'once';
  /** How long at most, in seconds. */
  readonly seconds: number;
  /** How many connections ask at the same time. */
  readonly connections: number;
}

/** What came of it. */
export interface LoadResult {
  /** Answers in a second. */
  readonly perSecond: number;
  /** How long half of the requests took at most, in milliseconds. */
  readonly p50: number;
  /** How long 99 of 100 requests took at most, in milliseconds. */
  readonly p99: number;
  /** The longest that any request took, in milliseconds. */
  readonly longest: number;
  /** How many answers there were. */
  readonly answers: number;
  /** Bytes an answer, header included. */
  readonly bytesEach: number;
}

/** What a load generator saw: the result, and how much went wrong. */
export interface RawResult extends LoadResult {
  /** Answers of 400 and above, connections that failed or broke off, requests that got no answer. */
  readonly failures: number;
}

/** Which load generator there is on this machine. */
export const GENERATOR = hasWrk() ? 'wrk' : 'autocannon';

/**
 * Sends requests from one thread and measures what comes back. Where nothing comes in time, the figure is 0.
 *
 * @param load - What, where to and for how long.
 * @throws {Error} When any request failed: such a figure must not count.
 */
export async function drive(load: Load): Promise<LoadResult> {
  const { failures, ...result } = await (GENERATOR === 'wrk' ? driveByWrk(load) : driveByAutocannon(load));
  if (failures > 0) {
    throw new Error(`${load.url}: ${failures} of ${result.answers} requests failed, such as ${load.requests[0]?.path}`);
  }
  return result;
}
