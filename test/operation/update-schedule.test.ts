import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { scheduleUpdates } from '../../src/cli/server/update-schedule.ts';
import { readConfig } from '../../src/config/config.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql } from '../support/database-content.ts';
import { ianaFile } from '../support/iana-file.ts';
import { runPortolan, startServer } from '../support/portolan-process.ts';
import { putSeededDatabase, seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EVERY_SECOND = '* * * * * *';
const WELL_KNOWN = Object.fromEntries(
  [
    [22, 'ssh'],
    [53, 'domain'],
    [80, 'http'],
    [443, 'https'],
  ].map(([port, serviceName]) => [port, { serviceName: String(serviceName) }]),
);
/** The heap for a file of IANA's size, with little reserve. */
const MEMORY_MIB = 42;
const FILE = ianaFile(15_000, { ...WELL_KNOWN, 1: { registrationDate: '2026-11-01' } });

/** Starts a stub of IANA's web server, and a server that updates from it. */
async function setUp(
  t: TestContext,
  answer: (response: ServerResponse) => void,
  settings: Record<string, string> = {},
) {
  let isRemoved = false;
  let requests = 0;
  const iana = createServer((_request, response) => {
    requests++;
    if (isRemoved) response.writeHead(404).end();
    else answer(response);
  });
  await once(iana.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    iana.closeAllConnections();
    iana.close();
  });
  const DATABASE = await seededDatabase(t);
  const UPDATE_URL = `http://127.0.0.1:${(iana.address() as AddressInfo).port}/ports.csv`;
  const environment = { DATABASE, UPDATE_URL, UPDATE_SCHEDULE: EVERY_SECOND, ...settings };
  const server = await startServer(t, environment);
  // biome-ignore lint/suspicious/noExplicitAny: answers of any form.
  const get = async (path: string): Promise<any> => (await fetch(server.url + path)).json();
  const stop = async () => {
    server.process.kill('SIGTERM');
    return (await server.ended).code;
  };
  const until = async (result: string) => {
    for (;;) {
      const { update } = await get('/registry');
      if (update?.result === result) return update;
      await delay(50);
    }
  };
  return {
    ...{ DATABASE, environment, server, get, until, stop },
    removeFile: () => {
      isRemoved = true;
    },
    requestCount: () => requests,
  };
}

describe('UPDATE_SCHEDULE', () => {
  test('loads the file at once, repeats the request on schedule, and reports each result', async (t) => {
    const { server, get, until, removeFile, stop, DATABASE } = await setUp(t, (response) => {
      response.setHeader('ETag', '"first"');
      response.end(FILE);
    });
    const changed = await until('changed');
    assert.deepEqual(changed, {
      triedAt: changed.triedAt,
      result: 'changed',
      succeededAt: changed.triedAt,
      stale: false,
      detail: null,
    });
    assert.equal((await get('/registry')).date, '2026-11-01');
    assert.equal((await get('/ports/80')).assignments[0].serviceName, 'http');
    const unchanged = await until('unchanged');
    assert.equal(unchanged.succeededAt, unchanged.triedAt);
    removeFile();
    const failed = await until('failed');
    const { succeededAt } = failed;
    assert.ok(succeededAt >= unchanged.triedAt && succeededAt < failed.triedAt);
    const detail = failed.detail;
    assert.match(
      detail,
      /^(?:There was no file|The file could not be fetched, or the database could not be written)\.$/,
    );
    assert.deepEqual(failed, { triedAt: failed.triedAt, result: 'failed', succeededAt, stale: false, detail });
    assert.equal((await get('/ports/80')).assignments[0].serviceName, 'http');
    executeSql(DATABASE, "UPDATE update_attempt SET stale_at = '2026-01-01T00:00:00.000Z'");
    const ready = await fetch(`${server.url}/readyz`);
    const { status, update } = (await ready.json()) as { status: string; update: { stale: boolean; result: string } };
    assert.deepEqual([ready.status, status, update.stale, update.result], [200, 'ok', true, 'failed']);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^portolan_registry_stale 1$/m);
    assert.match(metrics, /^portolan_update_last_seconds\{result="failed"\} \d+/m);
    assert.match(metrics, /^portolan_update_success_seconds \d+/m);
    const text = await (await fetch(`${server.url}/registry?format=text`)).text();
    assert.match(text, /^registry: 2026-11-01, last update failed \d{4}-\S+, stale\n/);
    const page = await (await fetch(`${server.url}/registry?format=html`)).text();
    assert.match(
      page,
      /The update at <time .*<\/time> failed; the last successful update was at <time .*<\/time>\. .* The registry is stale\./,
    );
    const query = '{ registry { update { result stale detail } } }';
    const graphql = await (await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`)).json();
    assert.deepEqual(graphql, { data: { registry: { update: { result: 'FAILED', stale: true, detail } } } });
    assert.equal(await stop(), 0);
    assert.match(server.log(), /"the registry is updated by schedule"/);
    assert.match(
      server.log(),
      /"changed":true,"rows":15000,"date":"2026-11-01".*"Imported http:\S+\/ports\.csv: 15000 rows/,
    );
    assert.match(
      server.log(),
      /"level":50,.*"the registry could not be updated: Cannot download http:\S+: expected status 200, got 404"/,
    );
  });

  test('runs in one process of several, and a running update does not delay a stop', async (t) => {
    const { stop, requestCount } = await setUp(t, () => {}, { WORKERS: '2' });
    while (requestCount() === 0) await delay(50);
    const start = performance.now();
    assert.equal(await stop(), 0);
    assert.ok(performance.now() - start < 5_000);
    assert.equal(requestCount(), 1);
  });

  test('does not repeat a recent update after a restart', async (t) => {
    const { environment, requestCount, stop, until } = await setUp(t, (response) => response.end(FILE), {
      UPDATE_SCHEDULE: '@yearly',
    });
    await until('changed');
    await stop();
    const again = await startServer(t, environment);
    assert.match(again.log(), /"next":"20\d\d-01-01T00:\d\d:/);
    await delay(500);
    assert.equal(requestCount(), 1);
  });

  test('reports a thread out of memory as a failed update, and runs the next one', async (t) => {
    const folder = temporaryFolder(t);
    const [database, updateUrl] = [join(folder, 'portolan.db'), join(folder, 'ports.csv')];
    await putSeededDatabase(database);
    // The import holds all rows until it compares them with the old ones: these are 29 MB.
    const long = { description: 'x'.repeat(480) };
    const rows = Array.from({ length: 60_000 }, (_, port) => [port, { ...WELL_KNOWN[port], ...long }]);
    writeFileSync(updateUrl, ianaFile(60_000, Object.fromEntries(rows)));
    const config = { ...readConfig({}), database, updateUrl, updateStaleDays: 30 };
    const lines: { msg: string; level: number }[] = [];
    const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
    const registry = new SqliteRegistry(database);
    t.after(() => registry.close());
    const before = registry.info();
    const schedule = scheduleUpdates(EVERY_SECOND, config, () => null, log, MEMORY_MIB);
    t.after(schedule.stop);
    while (registry.info().update === null) await delay(50);
    writeFileSync(updateUrl, FILE);
    const { date, origins, update } = registry.info();
    assert.deepEqual(
      registry
        .importCounts()
        .filter(({ result }) => result === 'failed')
        .map(({ list }) => list),
      ['assignments'],
    );
    const triedAt = update?.triedAt ?? '';
    const detail = 'Something unexpected went wrong.';
    assert.deepEqual(update, { triedAt, result: 'failed', succeededAt: null, stale: false, detail });
    assert.deepEqual({ date, origins }, { date: before.date, origins: before.origins });
    const errors = lines.filter(({ level }) => level > 40).map(({ msg }) => msg);
    const reason = 'Worker terminated due to reaching memory limit: JS heap out of memory';
    assert.equal(errors[0], `the registry could not be updated: ${reason}`);
    while (registry.info().update?.result !== 'changed') await delay(50);
    assert.equal(registry.info().date, '2026-11-01');
  });

  for (const [value, reason] of [
    ['daily', '"daily"'],
    ['61 * * * *', '"61 * * * *"'],
    ['0 0 30 2 *', '"0 0 30 2 *"'],
  ] as const) {
    test(`of ${reason} is refused`, async () => {
      const outcome = await runPortolan(['serve'], { environment: { UPDATE_SCHEDULE: value } });
      assert.deepEqual([outcome.code, outcome.stdout], [1, '']);
      assert.ok(
        outcome.stderr.includes(
          `Cannot parse schedule ${reason}: expected off, or a cron expression such as 43 4 * * * or @weekly`,
        ),
        outcome.stderr,
      );
    });
  }
});
