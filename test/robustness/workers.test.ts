import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assertFails, readyUrls, type ServerProcess, startServer } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

const TIMEOUT_MS = 20_000;

let folder: string;
let database: string;
before(async () => {
  folder = makeFolder();
  database = join(folder, 'portolan.db');
  await putSeededDatabase(database);
});
after(() => removeFolder(folder));

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Requests over a new connection: the workers share connections, not requests. */
async function ask(url: string, options: { method?: string; headers?: object; body?: string } = {}): Promise<Answer> {
  const headers = { ...options.headers };
  const outgoing = request(url, { method: options.method ?? 'GET', headers, agent: false });
  outgoing.end(options.body);
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, text: await text(response) };
}

/** Returns the child processes of a process. */
function childrenOf({ process: { pid } }: ServerProcess): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `timeout: ${what}`);
    await delay(20);
  }
}

function linesOf(server: ServerProcess): Record<string, unknown>[] {
  return server
    .log()
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

test('workers share one address, and the log has the worker of each request', async (t) => {
  const server = await startServer(t, { DATABASE: database, WORKERS: '3', LOG_LEVEL: 'debug' });
  const pids = [server.process.pid, ...childrenOf(server)];
  // The name that ss and ps show.
  assert.deepEqual(
    pids.map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8')),
    Array(4).fill('portolan\n'),
  );
  assert.deepEqual(readyUrls(server.log()), [server.url]);
  const answering = () => new Set(linesOf(server).flatMap(({ msg, worker }) => (msg === 'answered' ? [worker] : [])));
  // The system gives a connection to a free worker: sends several at once, until each worker has answered.
  await until('an answer of each worker', async () => {
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask(`${server.url}/ports/31337`)));
    for (const answer of answers) assert.equal(JSON.parse(answer.text).assignments[0].serviceName, 'eldim');
    return answering().size === 3;
  });
  assert.deepEqual([...answering()].sort(), [1, 2, 3]);
});

test('a killed worker is replaced, and the others continue to answer', async (t) => {
  const server = await startServer(t, { DATABASE: database, WORKERS: '2' });
  const before = childrenOf(server);
  let failures = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      await ask(`${server.url}/ports/80`).then(
        ({ status }) => assert.equal(status, 200),
        () => failures++,
      );
    }
  })();
  process.kill(before[0] as number, 'SIGKILL');
  await until('a new worker', () => {
    const now = childrenOf(server);
    return now.length === 2 && !now.includes(before[0] as number);
  });
  isOver = true;
  await asking;
  // Only the request in flight on the killed worker may fail: the client sends one at a time.
  assert.ok(failures <= 1, `${failures} requests failed`);
  const ended = linesOf(server).filter(({ msg }) => msg === 'a worker ended; another one is started');
  assert.deepEqual(
    ended.map(({ exitCode, signal }) => ({ exitCode, signal })),
    [{ exitCode: null, signal: 'SIGKILL' }],
  );
});

test('when all workers are killed at once, new connections wait for the next worker', async (t) => {
  const server = await startServer(t, { DATABASE: database, WORKERS: '2' });
  const before = childrenOf(server);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until('the end of both', () => before.every((pid) => !existsSync(`/proc/${pid}`)));
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${server.url}/ports/80`)));
  for (const { status } of answers) assert.equal(status, 200);
  await until('two new workers', () => childrenOf(server).filter((pid) => !before.includes(pid)).length === 2);
});

describe('a signal stops all workers with exit code 0 after they have finished requests in flight', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(signal, async (t) => {
      const server = await startServer(t, { DATABASE: database, WORKERS: '2' });
      const workers = childrenOf(server);
      const body = JSON.stringify({ query: '{ port(number: 443) { number } }' });
      const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' };
      const pending = [0, 1].map(() => request(`${server.url}/graphql`, { method: 'POST', headers, agent: false }));
      await Promise.all(
        pending.map(async (outgoing) => {
          outgoing.flushHeaders();
          await once(outgoing, 'continue');
        }),
      );
      server.process.kill(signal);
      // A terminal sends SIGINT to all processes.
      if (signal === 'SIGINT') for (const pid of workers) process.kill(pid, signal);
      await until('the stop', () => server.log().includes('"stopping"'));
      for (const outgoing of pending) {
        outgoing.end(body);
        const [response] = await once(outgoing, 'response');
        assert.deepEqual(JSON.parse(await text(response)), { data: { port: { number: 443 } } });
      }
      const { code, stderr } = await server.ended;
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      for (const pid of workers) assert.equal(existsSync(`/proc/${pid}`), false);
      assert.equal(existsSync(`${database}-wal`), false);
    });
  }
});

test('workers do not outlive the process that started them', async (t) => {
  const server = await startServer(t, { DATABASE: database, WORKERS: '2' });
  const workers = childrenOf(server);
  server.process.kill('SIGKILL');
  await until('the end of the workers', () => workers.every((pid) => !existsSync(`/proc/${pid}`)));
});

test('a failed start of the workers is reported once, in one sentence', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const sentence = `Cannot listen on 127.0.0.1 port ${port}: the port is in use; set PORT to another one`;
  await assertFails(['serve'], { DATABASE: database, PORT: String(port), WORKERS: '2' }, sentence);
  const faraway =
    'Cannot listen on 192.0.2.1 port 0: this machine does not have the address; set HOST to one of its addresses';
  await assertFails(['serve'], { DATABASE: database, PORT: '0', HOST: '192.0.2.1', WORKERS: '2' }, faraway);
});

test('RATE_LIMIT applies to all workers together', async (t) => {
  const limits = { RATE_LIMIT: '5', RATE_WINDOW: '1 h' };
  const server = await startServer(t, { DATABASE: database, WORKERS: '2', ...limits });
  const statuses: number[] = [];
  for (let count = 0; count < 7; count++) statuses.push((await ask(`${server.url}/ports/80`)).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
});

test('a large request counts as several, for all workers together', async (t) => {
  const limits = { RATE_LIMIT: '1000', RATE_WINDOW: '1 h' };
  const server = await startServer(t, { DATABASE: database, WORKERS: '2', ...limits });
  const left = [];
  for (let count = 0; count < 6; count++) {
    // Each request uses a new connection, which either worker may accept.
    const url = `${server.url}/ports?ports=1-1000&limit=${(count + 1) * 100}`;
    const { status, headers } = await fetch(url, { headers: { Connection: 'close' } });
    left.push([status, Number(/; r=(\d+);/.exec(headers.get('RateLimit') ?? '')?.[1])]);
  }
  assert.deepEqual(
    left,
    [998, 995, 991, 986, 980, 973].map((number) => [200, number]),
  );
});

test('every worker serves a write of another worker at once', async (t) => {
  const server = await startServer(t, { DATABASE: database, WORKERS: '2' });
  const headers = { Authorization: bearer(database, 'write'), 'Content-Type': 'application/json' };
  for (let port = 60_000; port < 60_020; port++) {
    // Fills the caches of both workers.
    for (const _ of [1, 2]) assert.doesNotMatch((await ask(`${server.url}/ports/${port}`)).text, /our-build/);
    const body = JSON.stringify({ name: 'our-build', firstPort: port });
    const created = await ask(`${server.url}/associations`, { method: 'POST', headers, body });
    assert.equal(created.status, 201, created.text);
    for (const _ of [1, 2]) assert.match((await ask(`${server.url}/ports/${port}`)).text, /our-build/);
  }
});
