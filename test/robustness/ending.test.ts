import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { startServer } from '../support/portolan-process.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { Client, load, type Outcome } from './load.ts';
import { COMMAND } from './run.ts';

const CLIENTS = 50;
const PATHS = ['/ports/22', '/ports/60257?format=text', '/search?q=ssh', '/services/http', '/ports?ports=1-50'];

let DATABASE: string;
before(async () => {
  const folder = makeFolder();
  DATABASE = join(folder, 'portolan.db');
  await prepareDatabase(DATABASE);
  return () => removeFolder(folder);
});

/** Requests every path once, and returns a predicate for outcomes with the same answer. */
async function recordAnswers(url: string): Promise<(path: string, outcome: Outcome) => boolean> {
  const client = new Client(url);
  const expected = new Map<string, string>();
  for (const path of PATHS) expected.set(path, (await client.get(path)).text);
  client.close();
  return (path, { status, text }) => status === 200 && text === expected.get(path);
}

describe('SIGTERM under load drops no accepted request', () => {
  for (const WORKERS of ['1', '2']) {
    test(`of ${WORKERS} process${WORKERS === '1' ? '' : 'es'}`, async (t) => {
      // A refusal because of overload is an answer too. A long MAX_WAIT avoids it here.
      const server = await startServer(t, { DATABASE, WORKERS, MAX_WAIT: '10 s' }, COMMAND);
      const isRight = await recordAnswers(server.url);
      // Long downloads are in flight as well.
      const long = Array.from({ length: 4 }, () => new Client(server.url));
      let right = 0;
      let isRefused = false;
      const wrong: unknown[] = [];
      const loading = load({
        url: server.url,
        clients: CLIENTS,
        paths: PATHS,
        shouldContinue: () => !isRefused,
        onOutcome: (path, outcome) => {
          if (isRight(path, outcome)) right++;
          // A new connection may be refused. One that has answered must answer until it sends `Connection: close`.
          else if (outcome.status === 0 && !outcome.reused) isRefused = true;
          else wrong.push([path, outcome.status, outcome.error, outcome.text.length]);
        },
      });
      await delay(1_000);
      const exports = long.map((client) => client.get('/export/ndjson'));
      await delay(100);
      const before = right;
      const start = performance.now();
      server.process.kill('SIGTERM');
      await loading;
      const whole = await Promise.all(exports);
      const { code } = await server.ended;
      console.log(
        `${before} answers before, ${right - before} after it; ended in ${Math.round(performance.now() - start)} ms`,
      );
      assert.deepEqual(wrong, []);
      assert.ok(before > CLIENTS, `only ${before} answers`);
      assert.deepEqual(
        whole.map(({ status, text }) => [status, text.endsWith('}\n')]),
        whole.map(() => [200, true]),
      );
      assert.equal(code, 0);
      for (const client of long) client.close();
    });
  }
});

/** The number of right answers between two kills. */
const ANSWERS_BETWEEN_KILLS = 2 * CLIENTS;
/** The longest wait for them, in milliseconds; a worker starts in 1 s on an idle machine. */
const MAX_PAUSE_MS = 10_000;

/** A pattern of kills. */
interface Killing {
  /** Chooses workers to kill; the first one is the oldest. */
  readonly victims: (pids: readonly string[]) => readonly string[];
  /** The shortest time between two kills, in milliseconds. */
  readonly everyMs: number;
  readonly times: number;
}

/** Kills workers repeatedly under load, and checks that only requests in flight on them fail. */
async function killUnderLoad(t: TestContext, WORKERS: string, { victims, everyMs, times }: Killing) {
  const server = await startServer(t, { DATABASE, WORKERS, MAX_WAIT: '10 s' }, COMMAND);
  const isRight = await recordAnswers(server.url);
  /** The longest time after a kill until its clients see an error, in milliseconds. */
  const DETECTION_MS = 500;
  const kills: number[] = [];
  const failures: Outcome[] = [];
  const wrong: unknown[] = [];
  let right = 0;
  let isOver = false;
  const loading = load({
    url: server.url,
    clients: CLIENTS,
    paths: PATHS,
    // The rate leaves CPU time for new workers to start.
    rate: 300,
    shouldContinue: () => !isOver,
    onOutcome: (path, outcome) => {
      if (isRight(path, outcome)) right++;
      else if (outcome.status === 0) failures.push(outcome);
      else wrong.push([path, outcome.status, outcome.text.slice(0, 200)]);
    },
  });
  const children = () =>
    readFileSync(`/proc/${server.process.pid}/task/${server.process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  /** Waits for the next kill: without right answers between two kills, a kill would test nothing. */
  const answersBetweenKills = async () => {
    const before = right;
    await delay(everyMs);
    const start = performance.now();
    while (right < before + ANSWERS_BETWEEN_KILLS) {
      assert.ok(performance.now() - start < MAX_PAUSE_MS, `${right - before} answers since the last kill`);
      await delay(50);
    }
  };
  for (let kill = 0; kill < times; kill++) {
    await answersBetweenKills();
    kills.push(performance.now());
    for (const victim of victims(children())) process.kill(Number(victim), 'SIGKILL');
  }
  await answersBetweenKills();
  isOver = true;
  await loading;
  console.log(`${right} right answers, ${kills.length} times killed, ${failures.length} requests in flight then`);
  assert.deepEqual(wrong, []);
  const refused = failures.filter(({ error }) => error === 'ECONNREFUSED');
  assert.deepEqual(refused, [], 'a connection was refused');
  const inFlight = kills.map((kill) => failures.filter(({ at }) => at >= kill && at < kill + DETECTION_MS).length);
  assert.equal(
    inFlight.reduce((sum, count) => sum + count, 0),
    failures.length,
    'a request failed that was not in flight on a killed worker',
  );
  // Each client has one request at a time.
  assert.ok(inFlight.every((count) => count <= CLIENTS));
}

describe('workers killed under load lose only the requests in flight on them', () => {
  test('the oldest of three, every second', (t) =>
    killUnderLoad(t, '3', { victims: (pids) => pids.slice(0, 1), everyMs: 1_000, times: 10 }));

  test('both of two at once, so that no worker runs until the next has started', (t) =>
    killUnderLoad(t, '2', { victims: (pids) => pids, everyMs: 2_500, times: 4 }));
});
