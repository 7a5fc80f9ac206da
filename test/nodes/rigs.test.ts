import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PostgresServer } from '../support/postgres.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';

/** Time in which bytes that are not lost arrive, in milliseconds. */
const LONG_MS = 500;

const server = await PostgresServer.start({ after });
await server.query('CREATE TABLE entry (id integer)');

describe('a proxy in front of PostgreSQL', () => {
  async function connectBy(t: TestContext) {
    const proxy = await PostgresProxy.start(t, server.port);
    const client = await connected(t, proxy);
    return { proxy, client };
  }

  async function connected(t: TestContext, proxy: PostgresProxy) {
    const client = new pg.Client({
      connectionString: server.url('postgres', proxy.port),
      connectionTimeoutMillis: 2000,
    });
    client.on('error', () => {});
    t.after(() => client.end().catch(() => {}));
    await client.connect();
    return client;
  }

  const count = async (): Promise<number> => Number((await server.query('SELECT count(*) FROM entry'))[0]?.count);

  test('forwards queries, large answers and notifications', async (t) => {
    const { client } = await connectBy(t);
    const notifications: (string | undefined)[] = [];
    client.on('notification', ({ payload }) => notifications.push(payload));
    await client.query('LISTEN entry');
    const { rows } = await client.query(`SELECT repeat('x', 3000000) AS text, $1::text AS value`, ['ö']);
    assert.deepEqual([rows[0].text.length, rows[0].value], [3_000_000, 'ö']);
    await server.query(`NOTIFY entry, 'one'`);
    await delay(LONG_MS);
    assert.deepEqual(notifications, ['one']);
  });

  test('drops notifications, and nothing else', async (t) => {
    const { client, proxy } = await connectBy(t);
    const notifications: (string | undefined)[] = [];
    client.on('notification', ({ payload }) => notifications.push(payload));
    await client.query('LISTEN entry');
    proxy.dropNotifications(true);
    await server.query(`NOTIFY entry, 'lost'`);
    await delay(LONG_MS);
    assert.deepEqual(
      [(await client.query('SELECT 1 AS one')).rows, notifications, proxy.dropped],
      [[{ one: 1 }], [], 1],
    );
    proxy.dropNotifications(false);
    await server.query(`NOTIFY entry, 'seen'`);
    await delay(LONG_MS);
    assert.deepEqual(notifications, ['seen']);
  });

  test('cuts the connection after a COMMIT with an INSERT: the client gets an error, and the row is there', async (t) => {
    const { client, proxy } = await connectBy(t);
    const cut = proxy.cutAfterCommit();
    await client.query('BEGIN; SELECT 1; COMMIT');
    const before = await count();
    await client.query('BEGIN');
    await client.query('INSERT INTO entry VALUES (1)');
    await assert.rejects(client.query('COMMIT'), { message: 'Connection terminated unexpectedly' });
    await cut;
    assert.equal(await count(), before + 1);
    // The next one is not cut.
    const next = await connected(t, proxy);
    await next.query('INSERT INTO entry VALUES (2)');
  });

  test('a black hole loses bytes without an end; its connections stay dead, and a new one works', async (t) => {
    const { client, proxy } = await connectBy(t);
    proxy.setBlackHole(true);
    const settled: string[] = [];
    client.query('INSERT INTO entry VALUES (3)').then(
      () => settled.push('answered'),
      () => settled.push('failed'),
    );
    await assert.rejects(connected(t, proxy), { message: 'timeout expired' });
    proxy.setBlackHole(false);
    await (await connected(t, proxy)).query('SELECT 1');
    await delay(LONG_MS);
    assert.deepEqual(settled, []);
  });

  test('holds the answer to an INSERT until it is released: the transaction stays open', async (t) => {
    const { client, proxy } = await connectBy(t);
    const held = proxy.holdNextInsert();
    const before = await count();
    await client.query('BEGIN');
    const inserted = client.query('INSERT INTO entry VALUES (4)');
    const release = await held;
    assert.equal(await Promise.race([inserted, delay(LONG_MS, 'held')]), 'held');
    release();
    await inserted;
    await client.query('COMMIT');
    assert.equal(await count(), before + 1);
  });
});

describe('a server', () => {
  test('keeps committed rows when it crashes, ends sessions, and goes back to a copy of its data', async () => {
    const rows = async () => (await server.query<{ id: number }>('SELECT id FROM entry')).map(({ id }) => id);
    await server.query('TRUNCATE entry');
    await server.query('INSERT INTO entry VALUES (1)');
    await server.restartImmediately();
    assert.deepEqual(await rows(), [1]);
    await server.copyData();
    await server.query('INSERT INTO entry VALUES (2)');
    assert.deepEqual(await rows(), [1, 2]);
    await server.returnToCopy();
    assert.deepEqual(await rows(), [1]);
    const client = new pg.Client(server.url());
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await server.terminateBackends();
    assert.match(String(await ended), /terminat/);
  });

  test('has a small disk', async (t) => {
    const small = await PostgresServer.start(t, { diskMib: 96 });
    const { bsize, blocks } = statfsSync(small.disk);
    assert.equal(bsize * blocks, 96 * 1024 * 1024);
    await small.query('CREATE TABLE entry (text text)');
    await small.query('ALTER TABLE entry ALTER COLUMN text SET STORAGE PLAIN');
    const fill = `INSERT INTO entry SELECT repeat(md5(i::text), 100) FROM generate_series(1, 100000) AS i`;
    await assert.rejects(small.query(fill), /No space left on device|terminat/);
  });
});
