import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry, RegistrySnapshot } from '../../src/registry/registry.ts';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { COMMAND } from '../robustness/run.ts';
import { INFORMAL_ROWS, OFFICIAL_ROWS } from '../support/bundled-rows.ts';
import { startHttp } from '../support/http-server.ts';
import { startServer } from '../support/portolan-process.ts';
import { createTestApp } from '../support/registry.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const EVERY_PORT = '0-65535';

let folder: string;
let database: string;
before(async () => {
  folder = makeFolder();
  database = join(folder, 'portolan.db');
  await putSeededDatabase(database);
});
after(() => removeFolder(folder));

/** Requests every port, and yields the response in pieces. */
async function* lookup(url: string, format: string): AsyncGenerator<Uint8Array> {
  const headers = { 'Content-Type': 'text/plain', 'Accept-Encoding': 'identity' };
  const asked = { method: 'POST', headers, body: EVERY_PORT };
  const response = await fetch(`${url}/ports/lookup?format=${format}`, asked);
  assert.equal(response.status, 200);
  yield* response.body ?? [];
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  assert.equal(rest, '', 'the last line ends in a line feed');
}

/** Returns the largest memory that a process has had so far, in MB; undefined if the system does not report it. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

test('a batch of all 65,536 ports is complete in every format, in bounded memory, without delaying others', async (t) => {
  const { url, process } = await startServer(t, { DATABASE: database }, COMMAND);
  const memory = [`${peakOf(process.pid)} MB at start`];
  let longestMs = 0;
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      const start = performance.now();
      await (await fetch(`${url}/ports/443/tcp`)).json();
      longestMs = Math.max(longestMs, performance.now() - start);
      await delay(10);
    }
  })();

  // A few hundred of the lines are compared with the responses of GET.
  let port = 0;
  for await (const line of linesOf(lookup(url, 'ndjson'))) {
    if (port % 150 === 0) {
      const report = await (await fetch(`${url}/ports/${port}`)).text();
      assert.equal(line, `{"query":"${EVERY_PORT}","report":${report}}`);
    }
    assert.ok(line.startsWith(`{"query":"${EVERY_PORT}","report":{"number":${port},`), line);
    port++;
  }
  assert.equal(port, PORT_COUNT);
  memory.push(`${peakOf(process.pid)} MB after NDJSON`);

  let lines = 0;
  for await (const piece of lookup(url, 'csv')) lines += Buffer.from(piece).toString('latin1').split('\n').length - 1;
  assert.equal(lines, 1 + csvLines());
  memory.push(`${peakOf(process.pid)} MB after CSV`);

  let length = 0;
  let end = '';
  for await (const piece of lookup(url, 'json')) {
    if (length === 0)
      assert.ok(Buffer.from(piece).toString().startsWith('{"results":[{"query":"0-65535","report":{"number":0,'));
    length += piece.length;
    end = (end + Buffer.from(piece.slice(-50)).toString()).slice(-50);
  }
  assert.ok(end.endsWith('}}]}'), end);
  memory.push(`${peakOf(process.pid)} MB after JSON`);

  isOver = true;
  await others;
  t.diagnostic(`longest latency of another request: ${Math.round(longestMs)} ms; memory: ${memory.join(', ')}`);
  assert.ok(longestMs < 1000, `another request waited ${longestMs} ms`);
  assert.ok((peakOf(process.pid) ?? 0) < 300);
});

/** Returns the lines of the table without its header: one per row of a port, or one for a port without rows. */
function csvLines(): number {
  const rows = new Uint32Array(PORT_COUNT);
  for (const { firstPort, lastPort } of [...OFFICIAL_ROWS, ...INFORMAL_ROWS]) {
    if (firstPort === null) continue;
    for (let port = firstPort; port <= Number(lastPort); port++) rows[port] = (rows[port] ?? 0) + 1;
  }
  return rows.reduce((sum, count) => sum + Math.max(1, count), 0);
}

describe('a client that reads slowly', () => {
  /** 60 MB of reports: far more than the buffers between the two hold. */
  const PORTS = 20_000;
  const BODY = `0-${PORTS - 1}`;

  /** Starts the product in this process, with a count of the reports that were composed and the snapshots that are open. */
  async function start(t: Parameters<typeof startHttp>[0]) {
    const registry = new SqliteRegistry(database);
    const counts = { reports: 0, snapshots: 0 };
    const counted = (): RegistrySnapshot => {
      const snapshot = registry.snapshot();
      counts.snapshots++;
      return new Proxy(snapshot, {
        get(target, name) {
          if (name === 'close') counts.snapshots--;
          if (name !== 'sharedReports') return Reflect.get(target, name).bind(target);
          return (queries: Parameters<Registry['sharedReports']>[0]) => {
            counts.reports += queries.length;
            return target.sharedReports(queries);
          };
        },
      });
    };
    const app = await createTestApp(
      new Proxy(registry, {
        get: (target, name) => (name === 'snapshot' ? counted : Reflect.get(target, name).bind(target)),
      }),
    );
    const url = await startHttp(t, app);
    t.after(() => registry.close());
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    t.after(() => socket.destroy());
    const header = `POST /ports/lookup?format=ndjson HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
    socket.write(`${header}Content-Length: ${BODY.length}\r\n\r\n${BODY}`);
    return { url, socket, counts };
  }

  /** Reads a little, then nothing, until the server has stopped to compose reports. */
  async function stall(socket: Socket, counts: { reports: number }): Promise<number> {
    await once(socket, 'readable');
    socket.read(1000);
    for (let before = -1; before !== counts.reports; ) {
      before = counts.reports;
      await delay(300);
    }
    return counts.reports;
  }

  test('gets no more reports than fit into the buffers, while others are answered', async (t) => {
    const { url, socket, counts } = await start(t);
    const composed = await stall(socket, counts);
    t.diagnostic(`${composed} of ${PORTS} reports were composed for a client that had stopped reading`);
    assert.ok(composed < PORTS / 2, `${composed} reports`);
    const { number } = (await (await fetch(`${url}/ports/443`)).json()) as { number: number };
    assert.deepEqual([number, counts.reports, counts.snapshots], [443, composed, 1]);
    const lineStart = '\n{"query"';
    let lines = 1;
    let rest = '';
    for await (const piece of socket) {
      const text = rest + piece.toString('latin1');
      lines += text.split(lineStart).length - 1;
      // A start may be divided between two pieces.
      rest = text.slice(1 - lineStart.length);
    }
    assert.deepEqual([lines, counts.reports, counts.snapshots], [PORTS, PORTS, 0]);
  });

  test('and disconnects stops the work and releases the snapshot', async (t) => {
    const { url, socket, counts } = await start(t);
    const composed = await stall(socket, counts);
    socket.destroy();
    for (let tries = 0; counts.snapshots > 0 && tries < 50; tries++) await delay(20);
    assert.ok(counts.reports < composed + 500, 'little was composed after the end');
    assert.equal(counts.snapshots, 0);
    assert.equal((await fetch(`${url}/ports/443`)).status, 200);
  });
});
