import autocannon, { type Client, type Request } from 'autocannon';
import { randomNumbers, SEED } from '../port-sequence.ts';
import type { BenchRequest } from '../requests.ts';
import type { Load, RawResult } from './load.ts';

/** How many draws a connection repeats: autocannon takes lists only, and keeps every request as bytes. */
const DRAWS_EACH = 4_096;

/**
 * Sends requests by autocannon, from this process: slower than wrk, so that a fast server waits for it. Each
 * connection has requests of its own.
 *
 * @param load - What, where to and for how long.
 */
export async function driveByAutocannon({ url, requests, order, seconds, connections }: Load): Promise<RawResult> {
  const shares = order === 'once' ? split(requests, connections) : draw(requests, connections);
  const began = performance.now();
  const result = await autocannon({
    url,
    connections,
    timeout: 10,
    ...(order === 'once' ? { amount: requests.length } : { duration: seconds }),
    setupClient: (client: Client) => client.setRequests((shares.pop() ?? []).map(toRequest)),
  });
  // A run of a fixed number is over with its last answer.
  const elapsed = order === 'once' ? (performance.now() - began) / 1000 : result.duration;
  return {
    perSecond: result.requests.total / elapsed,
    p50: result.latency.p50,
    p99: result.latency.p99,
    longest: result.latency.max,
    answers: result.requests.total,
    bytesEach: result.throughput.total / Math.max(1, result.requests.total),
    failures: result.errors + result.timeouts + result['4xx'] + result['5xx'],
  };
}

function split(requests: readonly BenchRequest[], connections: number): BenchRequest[][] {
  const size = Math.ceil(requests.length / connections);
  return Array.from({ length: connections }, (_, share) => requests.slice(share * size, (share + 1) * size));
}

function draw(requests: readonly BenchRequest[], connections: number): BenchRequest[][] {
  const random = randomNumbers(SEED);
  const one = () => requests[Math.floor(random() * requests.length)] as BenchRequest;
  return Array.from({ length: connections }, () => Array.from({ length: DRAWS_EACH }, one));
}

function toRequest({ method, path, headers, body }: BenchRequest): Request {
  return { method, path, headers, ...(body === undefined ? {} : { body }) };
}
