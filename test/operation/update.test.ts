import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { ianaFileOf } from '../support/iana-file.ts';
import { type Outcome, PROJECT, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder, temporaryFolder } from '../support/temporary-folder.ts';

const WELL_KNOWN = [
  ['ssh', '22'],
  ['domain', '53'],
  ['http', '80'],
  ['https', '443'],
] as const;

/** Creates a file of IANA with well-known services, and other ones up to a number of rows. */
function official(count: number, date: string, services: readonly (readonly [string, string])[] = WELL_KNOWN): Buffer {
  const named = services.map(([serviceName, portNumber]) => ({ serviceName, portNumber }));
  const others = Array.from({ length: count - named.length }, (_, index) => {
    return { serviceName: `s${index + 1}`, portNumber: String(1_000 + index) };
  });
  const rows = [...named, ...others].map((row) => ({ ...row, transportProtocol: 'tcp', registrationDate: date }));
  return ianaFileOf(rows);
}

const FIRST = official(12_000, '2026-09-01');
const LATER = official(12_010, '2026-10-01');

const folder = makeFolder();
const template = join(folder, 'portolan.db');
before(async () => {
  await putSeededDatabase(template);
  writeFileSync(join(folder, 'first.csv'), FIRST);
  const outcome = await run(template, join(folder, 'first.csv'), '--force');
  assert.equal(outcome.code, 0, outcome.stderr);
});
after(() => removeFolder(folder));

function run(database: string, place: string, ...args: string[]): Promise<Outcome> {
  return runPortolan(['update', ...args], { environment: { DATABASE: database, UPDATE_URL: place } });
}

function copyOf(t: TestContext): string {
  const database = join(temporaryFolder(t), 'portolan.db');
  copyFileSync(template, database);
  return database;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(
  t: TestContext,
  answer: Answer,
): Promise<{ readonly url: string; readonly requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/iana.csv`, requests };
}

function dateOf(database: string): string {
  const registry = new SqliteRegistry(database);
  try {
    return registry.info().date;
  } finally {
    registry.close();
  }
}

function assertDone({ code, stdout }: Outcome, beginning: string): void {
  assert.deepEqual([code, stdout.slice(0, beginning.length)], [0, beginning]);
}

function assertRefused({ code, stdout, stderr }: Outcome, database: string, sentence: string): void {
  const lines = stderr.split('\n').filter((line) => !/: \d+ rows$/.test(line));
  assert.deepEqual([code, stdout, lines], [1, '', [`portolan: ${sentence}`, '']]);
  assert.equal(dateOf(database), '2026-09-01');
}

describe('portolan update', { concurrency: 2 }, () => {
  test('requests the file with the validators of the last download', async (t) => {
    const database = copyOf(t);
    let body = LATER;
    const { url, requests } = await serve(t, (request, response) => {
      const tag = `"${body.length}"`;
      const headers = { ETag: tag, 'Last-Modified': 'Thu, 01 Oct 2026 00:00:00 GMT' };
      if (request.headers['if-none-match'] === tag) response.writeHead(304, headers).end();
      else response.writeHead(200, headers).end(gzipSync(body));
    });
    assertDone(
      await run(database, url),
      `Imported ${url}: 12010 rows (12010 assigned), 0 ranges, registry of 2026-10-01`,
    );
    assertDone(
      await run(database, url),
      `Unchanged, loaded already: ${url}: 12010 rows (12010 assigned), 0 ranges, registry of 2026-10-01`,
    );
    body = official(12_020, '2026-11-01');
    assertDone(await run(database, url), `Imported ${url}: 12020 rows`);
    const validators = requests.map(({ headers }) => [headers['if-none-match'], headers['if-modified-since']]);
    const known = [`"${LATER.length}"`, 'Thu, 01 Oct 2026 00:00:00 GMT'];
    assert.deepEqual(validators, [[undefined, undefined], known, known]);
    // Another file was imported meanwhile: the validators of the last download are invalid.
    assertDone(await run(database, join(folder, 'first.csv'), '--force'), 'Imported first.csv: 12000 rows');
    assertDone(await run(database, url), `Imported ${url}: 12020 rows`);
  });

  for (const [title, file, reason] of [
    [
      'has shrunk',
      official(11_000, '2026-10-01'),
      'it has 11000 rows, more than 5 % fewer than the 12000 that are loaded',
    ],
    [
      'has lost a well-known service',
      official(12_000, '2026-10-01', WELL_KNOWN.slice(1)),
      'it has no row for ssh 22/tcp',
    ],
    [
      'is older',
      official(12_000, '2026-08-31'),
      'it is of 2026-08-31, older than the registry of 2026-09-01 that is loaded',
    ],
  ] as const) {
    test(`refuses a file that ${title}, unless it is forced`, async (t) => {
      const database = copyOf(t);
      const { url } = await serve(t, (_request, response) => response.end(file));
      const sentence = `Cannot update from ${url}: ${reason}; --force loads it anyway`;
      assertRefused(await run(database, url), database, sentence);
      assertDone(await run(database, url, '--force'), `Imported ${url}: `);
    });
  }

  test('retries after a temporary fault', async (t) => {
    const database = copyOf(t);
    let times = 0;
    const { url } = await serve(t, (_request, response) => {
      if (++times === 1) response.writeHead(503).end();
      else response.end(LATER);
    });
    assertDone(await run(database, url), `Imported ${url}: 12010 rows`);
    assert.equal(times, 2);
  });

  test('changes nothing when the file is missing or not a table', async (t) => {
    const database = copyOf(t);
    const { url } = await serve(t, (_request, response) => response.writeHead(404).end());
    assertRefused(await run(database, url), database, `Cannot download ${url}: expected status 200, got 404`);
    const page = await serve(t, (_request, response) => response.end('<html>Maintenance</html>'));
    const { code, stderr } = await run(database, page.url);
    assert.equal(code, 1);
    assert.match(stderr, /expected/);
    assert.equal(dateOf(database), '2026-09-01');
  });

  test('follows redirects, except in a loop or from https to http', async (t) => {
    const database = copyOf(t);
    const { url } = await serve(t, (request, response) => {
      if (request.url === '/iana.csv') response.writeHead(302, { Location: '/there.csv' }).end();
      else if (request.url === '/there.csv') response.end(LATER);
      else response.writeHead(302, { Location: '/loop' }).end();
    });
    const loop = url.replace('iana.csv', 'loop');
    assertRefused(await run(database, loop), database, `Cannot download ${loop}: expected at most 5 redirects`);
    const tls = createTlsServer(
      {
        cert: readFileSync(join(PROJECT, 'test/fixtures/tls/first.cert.pem')),
        key: readFileSync(join(PROJECT, 'test/fixtures/tls/first.key.pem')),
      },
      (_request, response) => response.writeHead(302, { Location: url }).end(),
    );
    await once(tls.listen(0, '127.0.0.1'), 'listening');
    t.after(() => tls.close());
    const secure = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/iana.csv`;
    const environment = {
      DATABASE: database,
      UPDATE_URL: secure,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_NO_WARNINGS: '1',
    };
    const sentence = `Cannot download ${secure}: it redirects to an address that is not https`;
    assertRefused(await runPortolan(['update'], { environment }), database, sentence);
    assertDone(await run(database, url), `Imported ${url}: 12010 rows`);
  });

  test('uses the proxy of the environment', async (t) => {
    const database = copyOf(t);
    const connected: string[] = [];
    const { url } = await serve(t, (_request, response) => response.end(LATER));
    const tunnel = createServer((request, response) => {
      connected.push(request.url ?? '');
      response.end(LATER);
    });
    tunnel.on('connect', (request, socket) => {
      connected.push(request.url ?? '');
      const upstream = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
    });
    await once(tunnel.listen(0, '127.0.0.1'), 'listening');
    t.after(() => {
      tunnel.closeAllConnections();
      tunnel.close();
    });
    const HTTP_PROXY = `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
    const place = 'http://mirror.example.org/iana.csv';
    const environment = { DATABASE: database, UPDATE_URL: place, HTTP_PROXY };
    assertDone(await runPortolan(['update'], { environment }), `Imported ${place}: 12010 rows`);
    assert.equal(connected.length, 1);
    assert.match(connected[0] ?? '', /mirror\.example\.org/);
  });

  test('loads the newest file of a folder', async (t) => {
    const database = copyOf(t);
    const mirror = temporaryFolder(t);
    const sentence = `Cannot update from ${JSON.stringify(mirror)}: expected a file *.csv or *.xml in it, packed with gzip or not`;
    assertRefused(await run(database, mirror), database, sentence);
    writeFileSync(join(mirror, 'a.csv'), LATER);
    writeFileSync(join(mirror, 'b.csv.gz'), gzipSync(official(12_030, '2026-11-01')));
    writeFileSync(join(mirror, 'notes.txt'), 'newest of all');
    mkdirSync(join(mirror, 'old'));
    utimesSync(join(mirror, 'a.csv'), 1_000, 1_000);
    assertDone(await run(database, mirror), 'Imported b.csv.gz: 12030 rows');
  });
});
