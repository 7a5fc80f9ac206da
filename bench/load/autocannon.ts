import autocannon, { type Client, type Request } from 'autocannon';
import { randomNumbers, SEED } from '../port-sequence.ts';
import type { BenchRequest } from '../requests.ts';
import type { Load, RawResult } from './load.ts';

/** The number of random requests that a connection repeats: autocannon takes a list, and holds each request as bytes. */
const DRAWS_EACH = 4_096;

/**
 * Sends requests with autocannon, from this process. It is slower than wrk, so that a fast server waits for it. Each
 * connection has its own requests.
 *
 * @param load - The load.
 */
export async function driveByAutocannon({ url, requests, order, seconds, connections }: Load): Promise<RawResult> {
  const shares = order === 'once' ? split(requests, connections) : draw(requests, connections);
  const start = performance.now();
  const result = await autocannon({
    url,
    connections,
    timeout: 10,
    ...(order === 'once' ? { amount: requests.length } : { duration: seconds }),
    setupClient: (client: Client) => client.setRequests((shares.pop() ?? []).map(toRequest)),
  });
  // A run with a fixed number of requests ends with the last response.
  const elapsed = order === 'once' ? (performance.now() - start) / 1000 : result.duration;
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
  return Array.from({ length: connections }, (_, index) => requests.slice(index * size, (index + 1) * size));
}

function draw(requests: readonly BenchRequest[], connections: number): BenchRequest[][] {
  const random = randomNumbers(SEED);
  const drawOne = () => requests[Math.floor(random() * requests.length)] as BenchRequest;
  return Array.from({ length: connections }, () => Array.from({ length: DRAWS_EACH }, drawOne));
}

function toRequest({ method, path, headers, body }: BenchRequest): Request {
  return { method, path, headers, ...(body === undefined ? {} : { body }) };
}
