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

/** Asks everything once, and tells what is right from then on. */
async function learn(url: string): Promise<(path: string, outcome: Outcome) => boolean> {
  const client = new Client(url);
  const expected = new Map<string, string>();
  for (const path of PATHS) expected.set(path, (await client.ask(path)).text);
  client.close();
  return (path, { status, text }) => status === 200 && text === expected.get(path);
}

describe('SIGTERM under load drops no request that was accepted', () => {
  for (const WORKERS of ['1', '2']) {
    test(`of ${WORKERS} process${WORKERS === '1' ? '' : 'es'}`, async (t) => {
      // What is refused because there is too much to do is answered as well; here everything shall be.
      const server = await startServer(t, { DATABASE, WORKERS, MAX_WAIT: '10 s' }, COMMAND);
      const isRight = await learn(server.url);
      // What takes long is in flight as well.
      const long = Array.from({ length: 4 }, () => new Client(server.url));
      let right = 0;
      let isRefused = false;
      const wrong: unknown[] = [];
      const loading = load({
        url: server.url,
        clients: CLIENTS,
        paths: PATHS,
        goesOn: () => !isRefused,
        onOutcome: (path, outcome) => {
          if (isRight(path, outcome)) right++;
          // A new connection may be refused; one that has answered must answer until it says that it ends.
          else if (outcome.status === 0 && !outcome.reused) isRefused = true;
          else wrong.push([path, outcome.status, outcome.error, outcome.text.length]);
        },
      });
      await delay(1_000);
      const exports = long.map((client) => client.ask('/export/ndjson'));
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

/** How workers are killed. */
interface Killing {
  /** Chooses among them; the first has lived for longest. */
  readonly victims: (pids: readonly string[]) => readonly string[];
  readonly everyMs: number;
  readonly times: number;
}

/** Kills workers again and again under load, and lets fail only what is in flight on them. */
async function killUnderLoad(t: TestContext, WORKERS: string, { victims, everyMs, times }: Killing) {
  const server = await startServer(t, { DATABASE, WORKERS, MAX_WAIT: '10 s' }, COMMAND);
  const isRight = await learn(server.url);
  /** How long after a worker is killed its clients learn of it, in milliseconds. */
  const LATE_MS = 500;
  const kills: number[] = [];
  const failures: Outcome[] = [];
  const wrong: unknown[] = [];
  let right = 0;
  let isOver = false;
  const loading = load({
    url: server.url,
    clients: CLIENTS,
    paths: PATHS,
    // A new worker needs some of the time to start.
    rate: 300,
    goesOn: () => !isOver,
    onOutcome: (path, outcome) => {
      if (isRight(path, outcome)) right++;
      else if (outcome.status === 0) failures.push(outcome);
      else wrong.push([path, outcome.status, outcome.text.slice(0, 200)]);
    },
  });
  const children = () =>
    readFileSync(`/proc/${server.process.pid}/task/${server.process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  for (let kill = 0; kill < times; kill++) {
    await delay(everyMs);
    kills.push(performance.now());
    for (const victim of victims(children())) process.kill(Number(victim), 'SIGKILL');
  }
  await delay(everyMs);
  isOver = true;
  await loading;
  console.log(`${right} right answers, ${kills.length} times killed, ${failures.length} requests in flight then`);
  assert.deepEqual(wrong, []);
  const refused = failures.filter(({ error }) => error === 'ECONNREFUSED');
  assert.deepEqual(refused, [], 'somebody was refused');
  assert.ok(right > 20 * CLIENTS, `${right} answers`);
  const inFlight = kills.map((kill) => failures.filter(({ at }) => at >= kill && at < kill + LATE_MS).length);
  assert.equal(
    inFlight.reduce((sum, count) => sum + count, 0),
    failures.length,
    'a request failed that was not in flight on a worker that was killed',
  );
  // Each client has one at a time.
  assert.ok(inFlight.every((count) => count <= CLIENTS));
}

describe('workers killed under load take with them only what is in flight on them', () => {
  test('every second the one of three that has lived for longest', (t) =>
    killUnderLoad(t, '3', { victims: (pids) => pids.slice(0, 1), everyMs: 1_000, times: 10 }));

  test('both of two at once, so that nobody is left to answer until the next is there', (t) =>
    killUnderLoad(t, '2', { victims: (pids) => pids, everyMs: 2_500, times: 4 }));
});
