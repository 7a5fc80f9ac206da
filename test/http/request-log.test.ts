import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import request from 'supertest';
import type { Registry } from '../../src/registry/registry.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

const broken = new Proxy({} as Registry, {
  get: () => () => {
    throw new Error('broken');
  },
});

/** Creates the product with a log in memory. */
async function logged(
  level: string,
  registry: Registry = product.registry,
  settings: Readonly<Record<string, string>> = {},
) {
  const lines: string[] = [];
  const log = pino({ level, base: null, timestamp: false }, { write: (line) => lines.push(line) });
  const app = await createTestApp(registry, settings, log);
  return { app, lines };
}

test('at debug every request is one line, with the id that the client sees', async () => {
  const { app, lines } = await logged('debug');
  const paths = ['/ports/22?protocol=tcp', '/nope', '/graphql?query={ranges{name}}', '/healthz', '/ports/%zz'];
  for (const [number, path] of paths.entries()) {
    const { headers, status } = await request(app).get(path).set('Authorization', 'Bearer secret');
    const line = JSON.parse(lines[number] ?? '');
    assert.ok(line.ms >= 0);
    const [expectedPath] = path.split('?');
    const expected = { method: 'GET', path: expectedPath, status, requestId: headers['x-request-id'] };
    assert.deepEqual(line, { level: 20, msg: 'answered', ms: line.ms, ...expected });
  }
  assert.equal(lines.length, paths.length);
});

test('a path cannot forge a log line, and does not make it longer', async () => {
  const { app, lines } = await logged('debug');
  await request(app).get('/x%0A{"level":60}"%1b[31m');
  await request(app).get(`/${'x'.repeat(10_000)}`);
  assert.deepEqual(
    lines.map((line) => [line.indexOf('\n'), line.length < 500]),
    lines.map((line) => [line.length - 1, true]),
  );
  assert.ok(!lines.join('').includes('\u001b'));
});

test('at info a successful request is not logged, and a failure is one line with its id', async () => {
  const { app, lines } = await logged('info', broken);
  await request(app).get('/nope');
  assert.deepEqual(lines, []);
  const rest = await request(app).get('/ports/22');
  const graphql = await request(app).get('/graphql?query={registry{date}}');
  const ids = lines.map((line) => JSON.parse(line)).map(({ level, requestId, err }) => [level, requestId, err.message]);
  assert.deepEqual(ids, [
    [50, rest.get('X-Request-ID'), 'broken'],
    [50, graphql.get('X-Request-ID'), 'broken'],
  ]);
});

test('the log has client addresses only if configured, from trusted proxies', async () => {
  const forwarded = '198.51.100.7, 192.0.2.9, 10.1.2.3';
  const on = { LOG_CLIENT_ADDRESSES: 'on' };
  const cases = [
    [{}, undefined],
    [{ TRUST_PROXY: '127.0.0.1, ::1, 10.0.0.0/8' }, undefined],
    [on, '127.0.0.1'],
    [{ ...on, TRUST_PROXY: '192.0.2.1' }, '127.0.0.1'],
    [{ ...on, TRUST_PROXY: '127.0.0.1' }, '10.1.2.3'],
    [{ ...on, TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' }, '192.0.2.9'],
  ] as const;
  for (const [settings, client] of cases) {
    const { app, lines } = await logged('debug', product.registry, settings);
    await request(app).get('/ports/22').set('X-Forwarded-For', forwarded);
    const line = JSON.parse(lines[0] ?? '');
    assert.equal(String(line.client).replace('::ffff:', ''), String(client), JSON.stringify(settings));
    assert.equal(Object.hasOwn(line, 'client'), client !== undefined);
  }
});

test('the log line of a failure has the client address too', async () => {
  const { app, lines } = await logged('info', broken, { LOG_CLIENT_ADDRESSES: 'on', TRUST_PROXY: '127.0.0.1' });
  await request(app).get('/ports/22').set('X-Forwarded-For', '192.0.2.9');
  const { msg, client } = JSON.parse(lines[0] ?? '');
  assert.deepEqual([msg, client], ['a request failed', '192.0.2.9']);
});
