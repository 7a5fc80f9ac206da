import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';
import { type Attempt, attemptMany, CONTRACT_EVERY, sendAndReset, tryBytes, tryRequest } from './hostile-attempts.ts';
import { anyKind, HOSTILE_KINDS } from './hostile-kinds.ts';
import { liveKb, MEASURABLE } from './live-memory.ts';
import { Random } from './random.ts';
import { SEED } from './run.ts';
import { startWatched } from './watched-server.ts';

/** The number of requests: 100,000 in CI, 500,000 before a release. The first fifth fills the caches. */
const COUNT = Number(process.env.HOSTILE_REQUESTS ?? 100_000);

/** The largest growth of live memory after the first fifth, in kB. A leak of 1 kB a request would be 80,000. */
const MAX_GROWTH_KB = 50_000;

/** The largest resident set of the process, in MB. */
const MAX_MEMORY_MB = 400;

/** The longest wait of another client, in milliseconds. */
const MAX_WAIT_MS = 10_000;

test(`${COUNT} requests of ${HOSTILE_KINDS.length} hostile kinds get no 5xx except 503, and memory does not grow`, async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED}`);
  const DATABASE = await seededDatabase(t);
  bearer(DATABASE, 'admin');
  const server = await startWatched(t, { DATABASE }, MEASURABLE);
  const { url, log } = server;
  const random = new Random(SEED);
  const made = new Map(HOSTILE_KINDS.map(({ name }) => [name, 0]));
  const faults = new Map<string, string>();
  const statuses = new Map<number, number>();
  const attempt: Attempt = async (agent, number) => {
    const { name, make } = anyKind(random);
    made.set(name, (made.get(name) ?? 0) + 1);
    const hostile = make(random);
    try {
      if ('path' in hostile)
        return [await tryRequest(agent, url, hostile, { inFull: number % CONTRACT_EVERY === 0, mayBeBusy: true })];
      const { bytes, resetAfterMs } = hostile;
      if (resetAfterMs === null) return await tryBytes(url, bytes, true);
      await sendAndReset(url, bytes, resetAfterMs);
      return [];
    } catch (error) {
      // One fault of each kind is reported. The run continues to find those of the others.
      if (!faults.has(name)) faults.set(name, String(error));
      return [];
    }
  };
  const start = performance.now();

  await attemptMany(t, COUNT / 5, attempt, statuses);
  const before = await liveKb(server);
  await attemptMany(t, COUNT - COUNT / 5, attempt, statuses);
  const growth = (await liveKb(server)) - before;

  const seconds = (performance.now() - start) / 1_000;
  const { kept, fresh, peakMb } = await server.stopWatching();
  const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`);
  t.diagnostic(`${COUNT} requests in ${Math.round(seconds)} s; ${seen.join(', ')}`);
  for (const [name, count] of made) t.diagnostic(`${count} × ${name}`);
  t.diagnostic(`live memory ${before} kB after a fifth, grown by ${growth} kB; ${Math.round(peakMb)} MB at most`);
  const slowestMs = Math.max(kept.slowestMs, fresh.slowestMs);
  t.diagnostic(
    `GET /ports/22 meanwhile: slowest ${Math.round(slowestMs)} ms of ${kept.answers + fresh.answers} answers`,
  );
  assert.deepEqual([...faults], []);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.doesNotMatch(log(), /"level":(?:50|60)/, 'no internal error');
  assert.deepEqual(
    [...made].filter(([, count]) => count === 0),
    [],
    'kinds that were never sent',
  );
  assert.ok(growth < MAX_GROWTH_KB, `live memory grew by ${growth} kB`);
  assert.ok(peakMb < MAX_MEMORY_MB, `the process had ${Math.round(peakMb)} MB`);
  assert.ok(slowestMs < MAX_WAIT_MS, `another client waited for ${Math.round(slowestMs)} ms`);
});
