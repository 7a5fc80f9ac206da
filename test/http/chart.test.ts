import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from '../support/contract.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const origin = useListening(product);

/** What the chart may take on the wire, in bytes. */
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

test('the chart takes no parameters', async () => {
  const { status, body } = await request(product.app).get('/chart.bin?format=csv');
  assert.deepEqual([status, body.errors], [400, [{ parameter: 'format', detail: body.errors[0].detail }]]);
});
