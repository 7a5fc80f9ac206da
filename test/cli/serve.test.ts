import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUILD } from '../../src/cli/server/app-parts.ts';
import type { PortReport } from '../../src/registry/report/port-report.ts';
import { executeSql } from '../support/database-content.ts';
import { assertFails, readyUrls, runPortolan, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return (await response.json()) as T;
}

test('serve creates and seeds a database, logs its URL once it is ready, and stops at SIGTERM', async (t) => {
  const database = join(temporaryFolder(t), 'new', 'portolan.db');
  const server = await startServer(t, { DATABASE: database });
  assert.deepEqual(await json(`${server.url}/healthz`), { status: 'ok', ...BUILD });
  const { databaseId, ...ready } = (await json(`${server.url}/readyz`)) as Record<string, unknown>;
  assert.match(String(databaseId), /^[0-9a-f]{32}$/);
  assert.deepEqual(ready, { status: 'ok', ...BUILD, update: null });
  assert.equal((await json<PortReport>(`${server.url}/ports/80`)).assignments[0]?.serviceName, 'http');
  assert.deepEqual(readyUrls(server.log()), [server.url]);
  const { time, ...first } = JSON.parse(server.log().split('\n', 1)[0] ?? '');
  assert.deepEqual(first, { level: 30, ...BUILD, msg: `Portolan ${BUILD.version} starts` });
  server.process.kill('SIGTERM');
  const { code, stderr } = await server.ended;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('a port in use is reported in one sentence', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const sentence = `Cannot listen on 127.0.0.1 port ${port}: the port is in use; set PORT to another one`;
  const DATABASE = await seededDatabase(t);
  await assertFails(['serve'], { DATABASE, PORT: String(port) }, sentence);
  // Also while the database is to be repaired.
  executeSql(DATABASE, 'PRAGMA user_version = 999');
  const { code, stdout, stderr } = await runPortolan(['serve'], { environment: { DATABASE, PORT: String(port) } });
  assert.deepEqual([code, stderr], [1, `portolan: ${sentence}\n`]);
  assert.match(stdout, /The database has schema version 999/);
});
