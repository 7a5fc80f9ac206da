import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';
import { type Attempt, attemptMany, CONTRACT_EVERY, tryBytes, tryRequest } from './hostile-attempts.ts';
import { anyBytes } from './hostile-bytes.ts';
import { anyMcpRequest } from './hostile-mcp.ts';
import { anyRequest } from './hostile-request.ts';
import { liveKb, MEASURABLE } from './live-memory.ts';
import { Random } from './random.ts';
import { probeMeanwhile, residentKb, SEED } from './run.ts';

/** The largest growth of live memory over the measured requests, in kB. The measured growth is 1,000 kB. */
const MAX_GROWTH_KB = 10_000;

/** The numbers of requests before and after the first measurement of memory. */
const [WARM_UP, MEASURED] = [20_000, Number(process.env.FUZZ_REQUESTS ?? 100_000)];

/** One request in this many is sent as bytes that are hardly HTTP, and one in this many to `/mcp`. */
const [BYTES_EVERY, MCP_EVERY] = [40, 25];

// A leak of 1 kB a request would be 100,000 kB. Free memory that V8 and the allocator retain is not counted: it varies by tens
// of thousands of kB. hostile-load.test.ts sends such requests to a server with the cache.
test('every answer is documented and memory stays bounded, without the cache', async (t) => {
  console.log(`FUZZ_SEED=${SEED}`);
  // A long MAX_WAIT avoids 503; overload.test.ts tests those.
  const environment = { DATABASE: await seededDatabase(t), MAX_WAIT: '30 s', ANSWER_CACHE: 'off' };
  const server = await startServer(t, environment, MEASURABLE);
  const { url, log } = server;
  bearer(environment.DATABASE, 'admin');
  const random = new Random(SEED);
  const attempt: Attempt = async (agent, number) => {
    if (number % BYTES_EVERY === 0) return tryBytes(url, anyBytes(random));
    const request = number % MCP_EVERY === 0 ? anyMcpRequest(random) : anyRequest(random);
    return [await tryRequest(agent, url, request, { inFull: number % CONTRACT_EVERY === 0, mayBeBusy: false })];
  };
  const statuses = new Map<number, number>();
  const meanwhile = probeMeanwhile(url);
  const start = performance.now();

  await attemptMany(t, WARM_UP, attempt, statuses);
  const before = await liveKb(server);
  await attemptMany(t, MEASURED, attempt, statuses);
  const growth = (await liveKb(server)) - before;

  const waits = await meanwhile();
  const seconds = Math.round((performance.now() - start) / 1000);
  const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.log(`${WARM_UP + MEASURED} requests in ${seconds} s; ${seen.join(', ')}`);
  const resident = residentKb(server.process.pid);
  console.log(`live memory ${before} kB after ${WARM_UP} requests, grown by ${growth} kB; resident ${resident} kB`);
  console.log(`meanwhile ${waits.count} answers to another client, the slowest in ${waits.longestMs} ms`);
  assert.equal(server.process.exitCode, null);
  assert.doesNotMatch(log(), /"level":(?:50|60)/, 'no internal error');
  assert.ok(growth < MAX_GROWTH_KB, `live memory grew by ${growth} kB`);
  assert.ok(waits.longestMs < 10_000, `another client waited for ${waits.longestMs} ms`);
});
