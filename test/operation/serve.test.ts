import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { bundledLists } from '../../src/cli/actions/bundled.ts';
import type { RegistryInfo } from '../../src/registry/catalogue.ts';
import type { PortReport } from '../../src/registry/report/port-report.ts';
import { LIST_NAMES } from '../../src/registry/rows/list-name.ts';
import { contentOf, executeSql } from '../support/database-content.ts';
import { ianaFile } from '../support/iana-file.ts';
import { PROJECT, runPortolan, type ServerProcess, startServer } from '../support/portolan-process.ts';
import { useSmallDatabase } from '../support/small-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const STOP_MS = 10_000;

const template = useSmallDatabase();

/** Creates a database with a small file of an operator and the bundled lists. */
function databaseFor(t: TestContext): string {
  const database = join(temporaryFolder(t), 'portolan.db');
  copyFileSync(template(), database);
  return database;
}

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return (await response.json()) as T;
}

/** Waits until the server has stopped after a signal. */
async function assertStops({ ended, log }: ServerProcess): Promise<void> {
  const outcome = await Promise.race([ended, delay(STOP_MS, undefined, { ref: false })]);
  assert.deepEqual(outcome && { code: outcome.code, stderr: outcome.stderr }, { code: 0, stderr: '' });
  const messages = log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  assert.ok(messages.includes('stopping') && messages.includes('stopped'), log());
}

test('the log is pretty on a terminal, and JSON lines otherwise', async (t) => {
  const database = databaseFor(t);
  const command = `${process.execPath} bin/portolan.js serve`;
  const cases = [
    [['script', '-qefc', command, '/dev/null'], 'auto', false],
    [['script', '-qefc', command, '/dev/null'], 'json', true],
    [[process.execPath, 'bin/portolan.js', 'serve'], 'pretty', false],
    [[process.execPath, 'bin/portolan.js', 'serve'], 'auto', true],
  ] as const;
  for (const [[file, ...args], format, isJson] of cases) {
    const environment = { PATH: process.env.PATH, DATABASE: database, PORT: '0', LOG_FORMAT: format };
    const child = spawn(file, args, { cwd: PROJECT, env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(() => child.kill('SIGKILL'));
    let log = '';
    const deadline = Date.now() + 20_000;
    child.stdout.on('data', (chunk: Buffer) => {
      log = stripVTControlCharacters(log + chunk).replaceAll('\r', '');
    });
    while (!log.includes('Portolan answers on') && Date.now() < deadline) await delay(20);
    const [first = ''] = log.split('\n').filter((line) => line.includes('Portolan answers on'));
    const expected = isJson
      ? /^\{"level":30,.*"msg":"Portolan answers on http:\/\/127\.0\.0\.1:\d+"\}$/
      : /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] INFO: Portolan answers on http:\/\/127\.0\.0\.1:\d+$/;
    assert.match(first, expected, `${file}, LOG_FORMAT=${format}: ${log}`);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
});

describe('a signal stops the server with exit code 0 after it has finished requests in flight', {
  concurrency: 2,
}, () => {
  const cases: readonly (readonly NodeJS.Signals[])[] = [
    ['SIGTERM'],
    ['SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ];
  for (const signals of cases) {
    test(signals.join(' and '), async (t) => {
      const database = databaseFor(t);
      const server = await startServer(t, { DATABASE: database });
      // One connection is idle. Another one has sent the headers of a request, but not its body.
      await json(`${server.url}/readyz`);
      const body = JSON.stringify({ query: '{ port(number: 443) { number } }' });
      const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' };
      const pending = request(`${server.url}/graphql`, { method: 'POST', headers, agent: false });
      pending.flushHeaders();
      await once(pending, 'continue');
      for (const signal of signals) {
        server.process.kill(signal);
        while (!server.log().includes('"stopping"')) await delay(5);
      }
      pending.end(body);
      const [response] = await once(pending, 'response');
      assert.equal(response.statusCode, 200);
      assert.deepEqual(JSON.parse(await text(response)), { data: { port: { number: 443 } } });
      await assertStops(server);
      // SQLite removes its log when the last connection is closed in order.
      assert.equal(existsSync(`${database}-wal`), false);
    });
  }

  test('npm start forwards SIGTERM', async (t) => {
    const server = await startServer(t, { DATABASE: databaseFor(t) }, ['npm', 'start']);
    await json(`${server.url}/readyz`);
    server.process.kill('SIGTERM');
    await server.ended;
    await assert.rejects(fetch(`${server.url}/healthz`), { name: 'TypeError', message: 'fetch failed' });
  });
});

test("serve keeps an operator's import, and loads each bundled list that is missing or has changed", async (t) => {
  const database = databaseFor(t);
  executeSql(
    database,
    `DELETE FROM list WHERE name = 'blocked-by-browsers'; DELETE FROM blocked_port;
     UPDATE list SET sha256 = 'older' WHERE name = 'associations'; DELETE FROM association`,
  );
  const { list: before } = contentOf(database);
  const own = before.find(({ name }) => name === 'assignments');
  const { url } = await startServer(t, { DATABASE: database });
  const { date, origins } = await json<RegistryInfo>(`${url}/registry`);
  assert.equal(date, '2020-01-01');
  const lists = bundledLists();
  assert.deepEqual(
    origins.map(({ list, source, sha256, importedAt }) => ({
      list,
      source,
      sha256,
      kept: before.some((old) => old.imported_at === importedAt),
    })),
    LIST_NAMES.map((list) => ({
      list,
      source: list === 'assignments' ? 'standard input' : lists[list].source,
      sha256: list === 'assignments' ? own?.sha256 : lists[list].sha256,
      kept: list !== 'blocked-by-browsers' && list !== 'associations',
    })),
  );
  assert.equal((await json<PortReport>(`${url}/ports/6000`)).blockedByBrowsers, true);
});

test('while another process imports, the server serves the old data, and afterwards the new data', async (t) => {
  const database = databaseFor(t);
  const { url } = await startServer(t, { DATABASE: database });
  const file = join(temporaryFolder(t), 'iana.csv');
  writeFileSync(file, ianaFile(14_500, { 22: { description: 'the new one' } }));
  const lookUp = () => json<PortReport>(`${url}/ports/22`);
  const facts = ({ registry, assignments }: PortReport) => `${registry.date} ${assignments[0]?.description}`;
  const seen = [facts(await lookUp())];
  const importing = runPortolan(['seed', '--iana', file], { environment: { DATABASE: database } });
  let done = false;
  importing.finally(() => {
    done = true;
  });
  let longest = 0;
  let requests = 0;
  while (!done) {
    const start = performance.now();
    const now = facts(await lookUp());
    longest = Math.max(longest, performance.now() - start);
    requests++;
    if (now !== seen.at(-1)) seen.push(now);
  }
  assert.equal((await importing).code, 0);
  t.diagnostic(`longest of ${requests} requests back to back: ${longest.toFixed(1)} ms`);
  assert.deepEqual(seen, ['2020-01-01 Service 22, made for a test', '2026-01-02 the new one']);
});
