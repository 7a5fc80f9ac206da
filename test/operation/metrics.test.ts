import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../support/database-content.ts';
import { ianaFile } from '../support/iana-file.ts';
import { parseMetrics, pick, scrape } from '../support/metrics.ts';
import { assertFails, runPortolan, type ServerProcess, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

/** Returns the URL of the separate metrics server from the log. */
function metricsUrl(server: ServerProcess): string {
  const [, url = ''] = /"metrics":"([^"]+)"/.exec(server.log()) ?? [];
  return url;
}

test('docs/monitoring.md lists exactly the metrics of Portolan, with their labels', async (t) => {
  const DATABASE = await seededDatabase(t);
  // With a shared register, which cannot be reached here, the server has the metrics of a node too.
  const { url } = await startServer(t, { DATABASE, SHARED: 'postgres://portolan@127.0.0.1:1/portolan' });
  const time = new Date().toISOString();
  executeSql(
    DATABASE,
    `INSERT INTO update_attempt VALUES ('assignments', '${time}', 'unchanged', NULL, '${time}', '${time}')`,
  );
  await statusOf(`${url}/associations`);
  await fetch(`${url}/associations`, { method: 'POST' });
  const text = await (await fetch(`${url}/metrics`)).text();
  const labels = new Map(
    [...text.matchAll(/^# TYPE (portolan_\S+) /gm)].map(([, name = '']) => {
      const [, written = ''] = new RegExp(`^${name}(?:_bucket)?\\{(.*)\\}`, 'm').exec(text) ?? [];
      return [name, [...written.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le')];
    }),
  );
  const page = readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(portolan_\w+)` \| (.*?) ?\| /gm)].map(([, name = '', names = '']) => {
    return [name, [...names.matchAll(/`(\w+)`/g)].map(([, label]) => label)] as const;
  });
  assert.deepEqual(new Map(documented), labels);
});

async function statusOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  return response.status;
}

test('the metrics contain the loaded lists, the sizes of the files, and the process', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { url } = await startServer(t, { DATABASE });
  const metrics = await scrape(url);
  const { origins } = (await (await fetch(`${url}/registry`)).json()) as {
    origins: { list: string; origin: string; date: string; importedAt: string; rows: number }[];
  };
  for (const { list, origin, date, importedAt, rows } of origins) {
    const labels = `{list="${list}",origin="${origin}"}`;
    assert.equal(metrics.get(`portolan_list_date_seconds${labels}`), Date.parse(date) / 1000);
    assert.equal(metrics.get(`portolan_list_imported_seconds${labels}`), Date.parse(importedAt) / 1000);
    assert.equal(metrics.get(`portolan_list_rows${labels}`), rows);
  }
  assert.equal(metrics.get('portolan_database_bytes'), statSync(DATABASE).size);
  assert.equal(metrics.get('portolan_database_wal_bytes'), statSync(`${DATABASE}-wal`).size);
  assert.deepEqual([metrics.get('portolan_ready'), metrics.get('portolan_workers')], [1, 1]);
  assert.ok((metrics.get('process_resident_memory_bytes') ?? 0) > 50e6);
  await delay(200);
  assert.ok(((await scrape(url)).get('nodejs_eventloop_lag_p99_seconds') ?? 0) > 0);
});

test('imports of other processes are counted: changed, unchanged, failed', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { url } = await startServer(t, { DATABASE });
  const seed = (input: string | Uint8Array, ...more: string[]) =>
    runPortolan(['seed', '--iana', '-', '--date', '2021-01-01', ...more], { environment: { DATABASE }, input });
  assert.equal((await seed(ianaFile(300), '--allow-small')).code, 0);
  assert.equal((await seed(ianaFile(300), '--allow-small')).code, 0);
  assert.equal((await seed(ianaFile(299))).code, 1);
  assert.equal((await seed('nothing of the kind')).code, 1);
  const nowhere = ['seed', '--iana', 'http://127.0.0.1:9/a.csv'];
  assert.equal((await runPortolan(nowhere, { environment: { DATABASE } })).code, 1);
  const metrics = await scrape(url);
  const of = (result: string) => `{list="assignments",result="${result}"}`;
  const counted = pick(metrics, 'portolan_imports_total');
  assert.deepEqual(Object.fromEntries(Object.entries(counted).filter(([series]) => series.includes('assignments'))), {
    [`portolan_imports_total${of('changed')}`]: 2,
    [`portolan_imports_total${of('failed')}`]: 3,
    [`portolan_imports_total${of('unchanged')}`]: 1,
  });
  assert.equal(metrics.get(`portolan_import_rows${of('changed')}`), 300);
  assert.equal(metrics.get(`portolan_import_rows${of('failed')}`), 0);
  for (const result of ['changed', 'unchanged', 'failed']) {
    const [at = 0, took = 0] = ['last', 'duration'].map((name) =>
      metrics.get(`portolan_import_${name}_seconds${of(result)}`),
    );
    assert.ok(Math.abs(at - Date.now() / 1000) < 60, `${result}: ${at}`);
    assert.ok(took > 0 && took < 20, `${result}: ${took}`);
  }
  assert.equal(metrics.get('portolan_list_rows{list="assignments",origin="iana"}'), 300);
});

test('a database that cannot be read sets portolan_ready to 0, and other metrics are still served', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  writeFileSync(DATABASE, Buffer.alloc(8192, 'garbage'));
  const { url } = await startServer(t, { DATABASE });
  const metrics = await scrape(url);
  assert.deepEqual([metrics.get('portolan_ready'), metrics.get('portolan_database_bytes')], [0, 8192]);
  assert.deepEqual(pick(metrics, 'portolan_list_rows', 'portolan_imports_total'), {});
});

test('METRICS_PORT serves the metrics and nothing else, and the main port then has none', async (t) => {
  const DATABASE = await seededDatabase(t);
  for (const WORKERS of ['1', '2']) {
    const server = await startServer(t, { DATABASE, METRICS_PORT: '0', REQUIRE_TOKEN: 'read', WORKERS });
    const separate = metricsUrl(server);
    assert.equal((await scrape(separate)).get('portolan_workers'), Number(WORKERS));
    assert.equal(await statusOf(`${separate}/ports/22`), 404);
    assert.equal(
      await statusOf(`${server.url}/metrics`, { Authorization: bearer(DATABASE, 'read', { name: WORKERS }) }),
      404,
    );
    server.process.kill('SIGTERM');
    assert.equal((await server.ended).code, 0);
  }
});

test('the metrics require a token to read, or can be turned off', async (t) => {
  const DATABASE = await seededDatabase(t);
  const closed = await startServer(t, { DATABASE, REQUIRE_TOKEN: 'read' });
  assert.equal(await statusOf(`${closed.url}/metrics`), 401);
  assert.equal(await statusOf(`${closed.url}/metrics`, { Authorization: bearer(DATABASE, 'read') }), 200);
  const off = await startServer(t, { DATABASE, METRICS: 'off' });
  assert.equal(await statusOf(`${off.url}/metrics`), 404);
});

test('a metrics port in use is reported with its setting, and the process exits', async (t) => {
  const DATABASE = await seededDatabase(t);
  const { port } = new URL((await startServer(t, { DATABASE })).url);
  const sentence = `Cannot listen on 127.0.0.1 port ${port}: the port is in use; set METRICS_PORT to another one`;
  const { code, stderr } = await runPortolan(['serve'], { environment: { DATABASE, PORT: '0', METRICS_PORT: port } });
  assert.deepEqual([code, stderr], [1, `portolan: ${sentence}\n`]);
  await assertFails(
    ['config'],
    { METRICS_HOST: '::1' },
    'Setting METRICS_HOST: Cannot be used alone: set METRICS_PORT too',
  );
});

test('the metrics of several processes are summed, and the sum does not fall when one is killed', async (t) => {
  const DATABASE = await seededDatabase(t);
  const server = await startServer(t, { DATABASE, WORKERS: '2' });
  const REQUESTS = 'portolan_http_requests_total{route="/ports/{port}",method="GET",status="200"}';
  const lookUp = () => statusOf(`${server.url}/ports/22`, { Connection: 'close' });
  for (let count = 0; count < 40; count++) await lookUp();
  const before = await scrape(server.url);
  assert.equal(before.get(REQUESTS), 40);
  const children = () =>
    readFileSync(`/proc/${server.process.pid}/task/${server.process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  for (const pid of children()) {
    process.kill(Number(pid), 'SIGKILL');
    const deadline = Date.now() + 20_000;
    while (children().includes(pid) || children().length < 2) {
      assert.ok(Date.now() < deadline, 'no worker replaced the killed one');
      await delay(20);
    }
  }
  const metrics = await waitForWorkers(server, 2);
  assert.equal(metrics.get('portolan_worker_restarts_total'), 2);
  assert.equal(metrics.get('portolan_list_rows{list="assignments",origin="iana"}'), 14_270);
  for (let count = 0; count < 5; count++) await lookUp();
  assert.equal((await scrape(server.url)).get(REQUESTS), 45);
});

/** Scrapes until the expected number of workers answers: a new worker runs before it answers. */
async function waitForWorkers({ url }: ServerProcess, workers: number) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      const response = await fetch(`${url}/metrics`, { headers: { Connection: 'close' } });
      const metrics = parseMetrics(await response.text());
      if (metrics.get('portolan_workers') === workers) return metrics;
    } catch {
      // The connection was accepted by a worker that was killed.
    }
    assert.ok(Date.now() < deadline, `there are no ${workers} workers`);
    await delay(50);
  }
}
