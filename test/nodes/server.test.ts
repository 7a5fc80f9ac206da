import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LogConnection } from '../../src/postgres/connection/log-connection.ts';
import { assertEqualFiles, caughtUp, send, startNodes, waitUntil } from '../support/nodes.ts';
import { runPortolan, startServer } from '../support/portolan-process.ts';
import { PostgresServer } from '../support/postgres.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
}

const { nodes, postgres, write } = await startNodes({ after }, { count: 2 });

let count = 0;

/** Creates an entry. */
function create(url: string, authorization = write) {
  const body = { name: `entry-${++count}`, firstPort: 30_000 + count };
  return send(`${url}/associations`, 'POST', { Authorization: authorization }, body);
}

test('a certificate of a private authority is refused without that of the authority, and accepted with it', async (t) => {
  const certificate = [fixture('first.cert'), fixture('first.key')] as const;
  const server = await PostgresServer.start(t, { certificate });
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(DATABASE);
  const authorization = bearer(DATABASE, 'write');
  const environment = (query: string) => ({ DATABASE, SHARED: `${server.url()}?${query}` });
  for (const query of [
    'sslmode=require',
    'sslmode=verify-ca',
    'sslmode=verify-full',
    `sslmode=verify-full&sslrootcert=${fixture('second.cert')}`,
  ]) {
    const { code, stderr } = await runPortolan(['shared', 'init'], { environment: environment(query) });
    const sentence = 'The shared register cannot be used: its certificate cannot be verified';
    assert.deepEqual({ code, stderr }, { code: 1, stderr: `portolan: ${sentence}\n` });
  }
  const trusted = environment(`sslmode=require&sslrootcert=${fixture('first.cert')}`);
  const { code, stderr } = await runPortolan(['shared', 'init'], { environment: trusted });
  assert.equal(code, 0, stderr);
  const { url } = await startServer(t, trusted);
  assert.equal((await create(url, authorization)).status, 201);
  const sql = `SELECT count(*)::int AS count FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
    WHERE application_name = 'portolan' AND NOT ssl`;
  assert.deepEqual(await server.query(sql), [{ count: 0 }]);
});

test('PostgreSQL has the time limits of a connection: those of a frozen node, and of one that is lost', async () => {
  const connection = await LogConnection.open(postgres.url());
  try {
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const seconds = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'];
    const columns = [...names, ...seconds].map((name) => `current_setting('${name}') AS ${name}`);
    assert.deepEqual(await connection.query(`SELECT ${columns.join(', ')}`), [
      {
        statement_timeout: '5s',
        lock_timeout: '5s',
        idle_in_transaction_session_timeout: '4s',
        tcp_keepalives_idle: '10',
        tcp_keepalives_interval: '5',
        tcp_keepalives_count: '3',
      },
    ]);
  } finally {
    connection.close();
  }
});

test('the documented role without DDL is enough for a node, and cannot change the log', async (t) => {
  const page = readFileSync(new URL('../../docs/several-nodes.md', import.meta.url), 'utf8');
  const [, roles = ''] = /```sql\n(CREATE ROLE portolan [\s\S]*?)```/.exec(page) ?? [];
  await postgres.query(roles);
  const environment = { DATABASE: join(temporaryFolder(t), 'portolan.db'), SHARED: postgres.url('portolan') };
  const { code, stderr } = await runPortolan(['shared', 'join'], { environment });
  assert.equal(code, 0, stderr);
  const { url } = await startServer(t, environment);
  const { status, body } = await create(url);
  assert.equal(status, 201, JSON.stringify(body));
  for (const sql of ['DELETE FROM portolan_log', 'DROP TABLE portolan_log', 'CREATE TABLE other (one integer)']) {
    await assert.rejects(postgres.query(`SET ROLE portolan; ${sql}`), { code: '42501' }, sql);
  }
  // The owner of the tables cannot change rows of the log either.
  await assert.rejects(postgres.query('DELETE FROM portolan_log'), { message: 'rows of this table are never changed' });
});

test('a node starts with the address in the file that SHARED_FILE names', async (t) => {
  const folder = temporaryFolder(t);
  const [DATABASE, SHARED_FILE] = [join(folder, 'portolan.db'), join(folder, 'shared')];
  writeFileSync(SHARED_FILE, `${postgres.url()}\n`, { mode: 0o600 });
  const environment = { DATABASE, SHARED_FILE };
  const position = await caughtUp(nodes);
  const joined = await runPortolan(['shared', 'join'], { environment });
  const sentence = `"${DATABASE}" is a node of the shared register, at position ${position}\n`;
  assert.deepEqual(joined, { code: 0, stdout: sentence, stderr: '' });
  const { url } = await startServer(t, environment);
  const { status, headers } = await create(url);
  assert.deepEqual([status, headers.get('Portolan-Position')], [201, String(position + 1)]);
  const { connected, reason } = (await send(`${url}/readyz`)).body.shared;
  assert.deepEqual([connected, reason], [true, null]);

  writeFileSync(SHARED_FILE, 'mysql://portolan:secret-word@db.example.org/portolan\n');
  const missing = join(folder, 'none');
  const form = 'expected an address such as postgres://user@host:5432/database';
  for (const [file, refused] of [
    [SHARED_FILE, `Setting SHARED: ${form}`],
    [missing, `Setting SHARED_FILE: Cannot read "${missing}": ENOENT`],
  ] as const) {
    const serve = await runPortolan(['serve'], { environment: { DATABASE, SHARED_FILE: file, PORT: '0' } });
    assert.equal(serve.code, 1);
    assert.ok((serve.stdout + serve.stderr).includes(refused), serve.stdout + serve.stderr);
    assert.doesNotMatch(serve.stdout + serve.stderr, /secret-word/);
  }
});

test('a log of a newer format stops the writes of older nodes, which say so and go on reading', async () => {
  for (const { url } of nodes) assert.equal((await create(url)).status, 201);
  await caughtUp(nodes);
  const { body: before } = await send(`${nodes[0].url}/associations?origin=own`);
  await postgres.query('UPDATE portolan_head SET format = format + 1');
  const reason =
    /^The shared register cannot be used: its log has the format 2, and this Portolan works with the format 1: /;
  for (const node of nodes) {
    const refused = await create(node.url);
    assert.equal(refused.status, 503);
    assert.match(refused.body.detail, reason);
    await waitUntil('the node says so', async () => reason.test((await send(`${node.url}/readyz`)).body.shared.reason));
    await waitUntil('the log says so', () => node.log().includes('its log has the format 2'));
    assert.equal((await send(`${node.url}/associations?origin=own`)).body.count, before.count);
  }
  await postgres.query('UPDATE portolan_head SET format = format - 1');
  for (const { url } of nodes) await waitUntil('a write succeeds', async () => (await create(url)).status === 201);
  await assertEqualFiles(nodes);
});
