import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { Client, load, type Outcome } from './load.ts';
import { COMMAND, residentKb } from './run.ts';

/** The duration of the overload, in seconds. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const CLIENTS = 200;

/** Without the cache, each request takes its full time. */
const SETTINGS = { ANSWER_CACHE: 'off' };

const PATHS = [
  ...['22', '60257', '6010', '443', '8080'].map((port) => `/ports/${port}`),
  ...['ssh', 'server', 'server+protocol', '60257'].map((text) => `/search?q=${text}`),
  ...['22', '443'].map((port) => `/ports/${port}?format=html`),
  '/suggestions?count=20&within=20000-29999',
  '/graphql?query={port(number:6667){summary}}',
  '/services/http',
];

/** The largest growth of memory after the first tenth of the time, in kB. */
const MAX_GROWTH_KB = 120_000;

/** The time within which answers must be as fast as before the overload, in milliseconds. */
const RECOVERY_MS = 2_000;

test(`${CLIENTS} clients send twice the sustainable rate for ${SECONDS} s`, async (t) => {
  const DATABASE = await seededDatabase(t);
  const rate = await measure(t, DATABASE);
  // Half of the time that the last of all clients would wait in the queue.
  const maxWaitMs = Math.max(10, Math.round((CLIENTS / rate) * 500));
  const settings = { DATABASE, ...SETTINGS, MAX_WAIT: `${maxWaitMs} ms` };
  const { url, process: server, log, ended } = await startServer(t, settings, COMMAND);
  const expected = new Map<string, string>();
  const client = new Client(url);
  for (const path of PATHS) expected.set(path, (await client.get(path)).text);
  const isRight = (path: string, { status, text }: Outcome) => status === 200 && text === expected.get(path);
  const quiet = await slowestOf(client, 100);

  const counts = { right: 0, refused: 0 };
  const waits: number[] = [];
  const wrong: unknown[] = [];
  const health: Outcome[] = [];
  let memory = 0;
  const isOver = until(SECONDS);
  const watching = (async () => {
    const begun = performance.now();
    while (isOver()) {
      const fresh = new Client(url);
      health.push(await fresh.get('/healthz'));
      fresh.close();
      if (memory === 0 && performance.now() - begun > SECONDS * 100) memory = residentKb(server.pid);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  await load({
    url,
    clients: CLIENTS,
    paths: PATHS,
    rate: 2 * rate,
    shouldContinue: isOver,
    onOutcome: (path, outcome) => {
      if (isRight(path, outcome)) {
        counts.right++;
        waits.push(outcome.ms);
      } else if (outcome.status === 503 && outcome.retryAfter === '1' && JSON.parse(outcome.text).status === 503) {
        counts.refused++;
      } else wrong.push([path, outcome]);
    },
  });
  const over = performance.now();
  await watching;
  const growth = residentKb(server.pid) - memory;
  let recovered = 0;
  while ((await slowestOf(client, 20)) > 3 * quiet) {
    recovered = performance.now() - over;
    assert.ok(recovered < RECOVERY_MS, `answers are still slow after ${Math.round(recovered)} ms`);
  }
  const sorted = waits.sort((a, b) => a - b);
  const worstHealth = Math.max(...health.map(({ ms }) => ms));
  console.log(
    `sustainable ${Math.round(rate)}/s; twice that by ${CLIENTS} clients for ${SECONDS} s, MAX_WAIT ${maxWaitMs} ms`,
  );
  console.log(
    `${counts.right} right answers, ${Math.round(counts.right / SECONDS)}/s; ${counts.refused} refused with 503`,
  );
  console.log(
    `answered in ${at(sorted, 0.5)} ms, 99 of 100 in ${at(sorted, 0.99)} ms; health in ${Math.round(worstHealth)} ms`,
  );
  console.log(
    `memory ${memory} kB, grown by ${growth} kB; as before after ${Math.round(recovered)} ms, ${quiet.toFixed(1)} ms`,
  );
  assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} wrong answers`);
  assert.ok(counts.refused > 0, 'nothing was refused');
  assert.ok(counts.right / SECONDS > 0.6 * rate, 'refusals take too much time from answers');
  // A request may wait up to MAX_WAIT in the queue, and then for its answer and those before it.
  assert.ok(at(sorted, 0.99) < 4 * maxWaitMs, `answers took ${at(sorted, 0.99)} ms`);
  assert.ok(health.length > SECONDS && health.every(({ status }) => status === 200), 'a health check failed');
  assert.ok(worstHealth < 2_000, `health took ${worstHealth} ms`);
  assert.ok(growth < MAX_GROWTH_KB, `memory grew by ${growth} kB`);
  const warnings = log().split('more requests than can be answered in time').length - 1;
  assert.ok(warnings >= 1 && warnings <= 1 + SECONDS / 60, `the log has ${warnings} warnings`);
  client.close();
  server.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});

/** Measures the sustainable rate of requests a second, with a few clients that send one request after the other. */
async function measure(t: TestContext, DATABASE: string): Promise<number> {
  const { url, process: server, ended } = await startServer(t, { DATABASE, ...SETTINGS }, COMMAND);
  let answered = 0;
  const run = (seconds: number) =>
    load({ url, clients: 4, paths: PATHS, shouldContinue: until(seconds), onOutcome: () => answered++ });
  await run(2);
  answered = 0;
  await run(3);
  server.kill('SIGTERM');
  await ended;
  return answered / 3;
}

function until(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() < end;
}

function at(sorted: readonly number[], part: number): number {
  return Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
}

/** Returns the 90th percentile of the time of requests for one port, in milliseconds. */
async function slowestOf(client: Client, count: number): Promise<number> {
  const times = [];
  for (let number = 0; number < count; number++) times.push((await client.get('/ports/22')).ms);
  return times.sort((a, b) => a - b)[Math.floor(count * 0.9)] ?? 0;
}
