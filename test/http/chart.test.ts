import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import supertest from 'supertest';
import { cacheResponses } from '../../src/http/cache/response-cache.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import type { Scope } from '../../src/registry/own/token.ts';
import { request } from '../support/contract.ts';
import { useListening } from '../support/listening.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const origin = useListening(product);

/** The largest transfer of the chart, in bytes. */
const MOST = 40_000;

test('the chart is one byte per port, and is revalidated each time', async () => {
  const { status, headers, body } = await request(product.app).get('/chart.bin').buffer(true);
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(body.length, 65_536);
  assert.ok(Buffer.from(product.registry.kindChart()).equals(body));
  const again = await request(product.app)
    .get('/chart.bin')
    .set('If-None-Match', headers.etag ?? '');
  assert.deepEqual([again.status, again.headers.etag], [304, headers.etag]);
});

test('the compressed chart is small', async () => {
  const codings = [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const;
  for (const [coding, unpack] of codings) {
    // supertest would unpack the body.
    const asked = get(`${await origin()}/chart.bin`, { agent: false, headers: { 'accept-encoding': coding } });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const body = await buffer(response);
    assert.equal(response.headers['content-encoding'], coding);
    assert.ok(body.length < MOST, `${coding}: ${body.length} bytes`);
    assert.ok(unpack(body).equals(Buffer.from(product.registry.kindChart())));
  }
});

test('an own entry appears in the chart at once, and disappears when it is deleted', async () => {
  const before = await request(product.app).get('/chart.bin').buffer(true);
  const write = { Authorization: product.bearer('write') };
  const entry = { name: 'telemetry', firstPort: 60257 };
  const created = await request(product.app).post('/associations').set(write).send(entry);
  assert.equal(created.status, 201);
  const during = await request(product.app).get('/chart.bin').buffer(true);
  assert.deepEqual(
    [...during.body.entries()].filter(([port, byte]) => byte !== before.body[port]),
    [[60257, before.body[60257] + 16]],
  );
  assert.notEqual(during.headers.etag, before.headers.etag);
  await request(product.app).delete(`/associations/${created.body.id}`).set(write).set('If-Match', '*');
  const after = await request(product.app).get('/chart.bin').buffer(true);
  assert.equal(after.headers.etag, before.headers.etag);
});

describe('the chart of the hosts that listen', () => {
  const observed = (scope?: Scope) =>
    request(product.app)
      .get('/chart.bin?observed=true')
      .set(scope === undefined ? {} : { Authorization: product.bearer(scope) })
      .buffer(true);
  const put = async (host: string, ...addresses: string[]) => {
    const lines = addresses.map((address) => socketLine('tcp', address, 'app'));
    await putSnapshot(product, host, lines.join(''));
  };
  /** The ports with hosts in a chart, each with their number. */
  const portsIn = (body: Buffer) => [...body.entries()].filter(([, hosts]) => hosts > 0);

  test('has the number of hosts on each port, and is private', async () => {
    const empty = await observed('read');
    assert.deepEqual([empty.status, empty.body.length, portsIn(empty.body)], [200, 65_536, []]);
    await put('web-1', '0.0.0.0:22', '0.0.0.0:443', '127.0.0.1:443', '0.0.0.0:1');
    await put('web-2', '0.0.0.0:22', '0.0.0.0:65535');
    await put('web-1', '0.0.0.0:22', '0.0.0.0:443', '127.0.0.1:443');
    for (const scope of ['read', 'write', 'admin'] as const) {
      const { status, headers, body } = await observed(scope);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'application/octet-stream');
      assert.equal(headers['cache-control'], 'private, no-cache');
      assert.match(String(headers.vary), /(^|, )Authorization($|, )/);
      assert.deepEqual(portsIn(body), [
        [22, 2],
        [443, 1],
        [65_535, 1],
      ]);
    }
    const { headers } = await observed('read');
    const again = await observed('read').set('If-None-Match', headers.etag ?? '');
    assert.deepEqual([again.status, again.headers['cache-control']], [304, 'private, no-cache']);
  });

  test('counts at most 255 hosts', async () => {
    // One after the other: a busy server refuses many at once.
    for (let host = 0; host < 256; host++) await put(`node-${host}`, '0.0.0.0:9100');
    assert.equal((await observed('read')).body[9100], 255);
  });

  test('needs a token that may read, and is never taken from the response cache', async () => {
    const counts = new Counts();
    const { app, registry } = product;
    const held = new HeldMemory(1024 * 1024);
    const cached = cacheResponses(app, { registry, counts, corsOrigins: [], userField: '', held });
    const ask = (path: string, scope?: Scope) =>
      supertest(cached)
        .get(path)
        .set(scope === undefined ? {} : { Authorization: product.bearer(scope) });
    for (let time = 0; time < 3; time++) {
      assert.equal((await ask('/chart.bin?observed=true', 'read')).status, 200);
      const open = await ask('/chart.bin?observed=true');
      assert.deepEqual([open.status, open.headers['www-authenticate']], [401, 'Bearer realm="portolan"']);
      assert.equal((await ask('/chart.bin?observed=true', 'observe')).status, 403);
      const states = await ask('/chart.bin?observed=false').buffer(true);
      assert.ok(Buffer.from(registry.kindChart()).equals(states.body));
      assert.equal(states.headers['cache-control'], 'no-cache');
    }
  });
});

test('the chart takes one parameter', async () => {
  for (const [query, parameter] of [
    ['format=csv', 'format'],
    ['observed=1', 'observed'],
  ]) {
    const { status, body } = await request(product.app).get(`/chart.bin?${query}`);
    assert.deepEqual([status, body.errors], [400, [{ parameter, detail: body.errors[0].detail }]]);
  }
});
