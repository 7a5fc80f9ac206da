import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../support/portolan-process.ts';
import { connectRaw, type RawConnection } from '../support/raw-connection.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { COMMAND, probeMeanwhile, residentKb } from './run.ts';

/** Short timeouts, so that the server's end before those of the test. */
const SETTINGS = {
  REQUEST_TIMEOUT: '5 s',
  HEADERS_TIMEOUT: '3 s',
  BODY_LIMIT: '256 KiB',
  KEEP_ALIVE_TIMEOUT: '5 s',
  // Avoids 503; overload.test.ts tests those.
  MAX_WAIT: '30 s',
};

const HEAD = 'Host: x\r\n';
const CHUNKED = `${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;

/**
 * The largest growth of memory in the second round, in kB. The first round takes about 200 MB, most of which V8 retains.
 * A leak of unread answers would be 2 MB for each of 20 clients in a round.
 */
const MAX_GROWTH_KB = 60_000;

/** Kinds of misbehaving clients. Each opens several connections at once, and resolves when the server has closed them. */
const CLIENTS: Readonly<Record<string, (url: string) => Promise<void>>> = {
  'send nothing': (url) => many(300, async () => expectEnd(await connectRaw(url), /^HTTP\/1.1 408 /)),
  'send a header byte by byte': (url) =>
    many(200, async () =>
      expectEnd(drip(await connectRaw(url, 'GET /ports/22 HTTP/1.1\r\nA: '), 'a'), /^HTTP\/1.1 408 /),
    ),
  'send a body byte by byte': (url) =>
    many(100, async () => {
      const head = `POST /ports/lookup HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n[`;
      await expectEnd(drip(await connectRaw(url, head), ' '), /^HTTP\/1.1 408 /);
    }),
  'send a chunked body that never ends': (url) =>
    many(20, async () => {
      const connection = drip(
        await connectRaw(url, `POST /graphql HTTP/1.1\r\n${CHUNKED}`),
        `1000\r\n${' '.repeat(4096)}\r\n`,
      );
      await expectEnd(connection, /^HTTP\/1.1 (?:413|408) /);
    }),
  'send a header of 1 MB': (url) =>
    many(50, async () => {
      const header = `GET / HTTP/1.1\r\n${HEAD}A: ${'a'.repeat(1_000_000)}\r\n\r\n`;
      await expectEnd(await connectRaw(url, header), /^HTTP\/1.1 (?:431|408) /);
    }),
  'send 1,000 requests before they read': (url) =>
    many(20, async () => {
      const requests = `GET /ports/80?format=text HTTP/1.1\r\n${HEAD}\r\n`.repeat(999);
      const last = `GET /ports/80?format=text HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`;
      const { closed } = await connectRaw(url, requests + last);
      const received = await closed;
      assert.equal(received.split('HTTP/1.1 200 OK').length - 1, 1000, received.slice(0, 500));
    }),
  'reset the connection in the middle of a request': async (url) => {
    const starts = [
      '',
      'GET /po',
      `POST /graphql HTTP/1.1\r\n${CHUNKED}1000\r\n`,
      `GET /export/ndjson HTTP/1.1\r\n${HEAD}Accept-Encoding: br\r\n\r\n`,
    ];
    for (let round = 0; round < 100; round++) {
      await many(4, async (number) => {
        const { socket, closed } = await connectRaw(url, starts[number] ?? '');
        await delay(round % 20);
        socket.resetAndDestroy();
        await closed;
      });
    }
  },
};

test('while all kinds of clients misbehave at once, the server answers others, and closes their connections', async (t) => {
  const environment = { DATABASE: await seededDatabase(t), ...SETTINGS };
  const { url, process: server, log, ended } = await startServer(t, environment, COMMAND);
  const sockets = openSockets(server.pid);
  const meanwhile = probeMeanwhile(url);
  const start = performance.now();
  await misbehave(t, url);
  await untilAtMost(sockets + 5, server.pid);
  const memory = residentKb(server.pid);
  const silent = await misbehave(t, url);
  await untilAtMost(sockets + 5, server.pid);

  const waits = await meanwhile();
  const growth = residentKb(server.pid) - memory;
  console.log(`${Math.round((performance.now() - start) / 1000)} s; memory ${memory} kB, grown by ${growth} kB`);
  console.log(`meanwhile ${waits.count} answers to another client, the slowest in ${waits.longestMs} ms`);
  assert.ok(waits.longestMs < 10_000, `another client waited for ${waits.longestMs} ms`);
  assert.ok(growth < MAX_GROWTH_KB, `memory grew by ${growth} kB`);
  assert.doesNotMatch(log(), /"level":(?:50|60)/, 'no internal error');

  // The server stops in time despite connections that never finish.
  await many(
    50,
    async (number) => void (await connectRaw(url, number % 2 === 0 ? '' : `POST /graphql HTTP/1.1\r\n${CHUNKED}1`)),
  );
  server.kill('SIGTERM');
  assert.equal((await ended).code, 0);
  for (const { socket } of silent) socket.destroy();
});

/** Runs all kinds of clients at once, and returns the connections of those that do not read. */
async function misbehave(t: TestContext, url: string): Promise<RawConnection[]> {
  const silent = await readNothing(t, url);
  const outcomes = await Promise.allSettled(Object.values(CLIENTS).map((client) => client(url)));
  for (const [number, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected')
      throw new Error(`clients that ${Object.keys(CLIENTS)[number]}`, { cause: outcome.reason });
  }
  return silent;
}

function many(count: number, client: (number: number) => Promise<void>): Promise<void> {
  return Promise.all(Array.from({ length: count }, (_, number) => client(number))).then(() => {});
}

function drip(connection: RawConnection, bytes: string): RawConnection {
  const dripping = setInterval(() => connection.socket.write(bytes), 50);
  connection.socket.once('close', () => clearInterval(dripping));
  return connection;
}

async function expectEnd({ closed }: RawConnection, answer: RegExp): Promise<void> {
  assert.match((await closed).slice(0, 200), answer);
}

/** Requests large answers and reads none of them. */
async function readNothing(t: TestContext, url: string): Promise<RawConnection[]> {
  const connections = await Promise.all(Array.from({ length: 20 }, () => connectRaw(url)));
  t.after(() => {
    for (const { socket } of connections) socket.destroy();
  });
  for (const [number, { socket }] of connections.entries()) {
    socket.pause();
    socket.write(`GET /export/${number % 2 === 0 ? 'ndjson' : 'csv'} HTTP/1.1\r\n${HEAD}\r\n`);
  }
  return connections;
}

/**
 * Returns the number of open sockets of a process; 0 on other systems than Linux. Files are not counted: SQLite keeps
 * those of a finished export open while another connection of the process holds a lock.
 */
function openSockets(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const folder = `/proc/${pid}/fd`;
  const isSocket = (name: string): boolean => {
    try {
      return readlinkSync(join(folder, name)).startsWith('socket:');
    } catch {
      return false;
    }
  };
  return readdirSync(folder).filter(isSocket).length;
}

/**
 * Waits until a process has few open sockets. The server closes clients that do not read 5 s after the request timeout, or
 * after twice that if they read at first.
 */
async function untilAtMost(most: number, pid: number | undefined): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (openSockets(pid) > most) {
    assert.ok(Date.now() < deadline, `${openSockets(pid)} sockets are still open, expected at most ${most}`);
    await delay(200);
  }
}
