import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import request from 'supertest';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const address = useListening(product);

/** Sends a request, and does not decompress the body. */
async function ask(path: string, coding: string, method = 'GET') {
  const url = new URL(path, await address());
  const asked = get(url, { method, agent: false, headers: { 'accept-encoding': coding } });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { etag = '', vary = '', ...headers } = response.headers;
  return { etag, vary, headers, body: await buffer(response) };
}

describe('a response of 1 KiB or more', () => {
  test('has a coding that the client accepts, Brotli before gzip', async () => {
    const cases = [
      ['br', 'br'],
      ['gzip', 'gzip'],
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip;q=1, br;q=0.5', 'gzip'],
      ['br;q=0, gzip;q=0', undefined],
      ['identity', undefined],
      ['zstd', undefined],
    ] as const;
    for (const [accepted, coding] of cases) {
      const { headers, vary } = await ask('/ports/80', accepted);
      assert.equal(headers['content-encoding'], coding, accepted);
      assert.match(vary, /Accept-Encoding/);
    }
  });

  test('has the same content in every coding, with one weak ETag', async () => {
    for (const path of [
      '/ports/80',
      '/ports?ports=80-90&format=csv',
      '/ports?ports=0-999',
      '/export/ndjson',
      '/export/logstash',
    ]) {
      const plain = await ask(path, 'identity');
      const brotli = await ask(path, 'br');
      const gzip = await ask(path, 'gzip');
      assert.deepEqual([brotli.headers['content-encoding'], gzip.headers['content-encoding']], ['br', 'gzip'], path);
      assert.ok(unpack(brotli).equals(plain.body), path);
      assert.ok(unpack(gzip).equals(plain.body), path);
      assert.match(plain.etag, /^W\/"/);
      for (const { etag } of [brotli, gzip]) assert.equal(etag, plain.etag, path);
    }
  });

  test('has no Content-Length for HEAD if GET would be compressed', async () => {
    const head = await ask('/ports/80', 'br', 'HEAD');
    const plain = await ask('/ports/80', 'identity', 'HEAD');
    assert.equal(head.headers['content-length'], undefined);
    assert.ok(Number(plain.headers['content-length']) > 1024);
    assert.deepEqual([head.etag, head.vary], [plain.etag, plain.vary]);
  });

  test('is a 304 in any coding, with the header fields of its 200', async () => {
    const { etag, vary } = await ask('/ports/80', 'br');
    for (const coding of ['identity', 'gzip', 'br']) {
      const again = await request(product.app)
        .get('/ports/80')
        .set({ 'Accept-Encoding': coding, 'If-None-Match': etag });
      assert.deepEqual([again.status, again.text], [304, '']);
      assert.deepEqual(
        ['ETag', 'Vary', 'Cache-Control'].map((name) => again.get(name)),
        [etag, vary, 'no-cache'],
      );
    }
  });
});

test('a stream is compressed nearly as well as the whole', async () => {
  const url = new URL('/ports/lookup', await address());
  const headers = { 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip' };
  const asked = send(url, { method: 'POST', agent: false, headers });
  asked.end('["0-4095"]');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const body = await buffer(response);
  const whole = gzipSync(gunzipSync(body));
  assert.ok(body.length < whole.length * 1.2, `${body.length} bytes in place of ${whole.length}`);
});

test('1,024 bytes are compressed and 1,023 are not', async () => {
  const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
  const made = await request(product.app)
    .post('/associations')
    .set(headers)
    .send({ name: 'tide tables', firstPort: 8124, note: 'x' });
  // The entry's own address is never compressed: its strong validator is that of If-Match.
  const path = '/associations?origin=own';
  // A change raises the revision, which stays one digit.
  const around = (await ask(path, 'identity')).body.length - 1;
  for (const [bytes, coding, validator] of [
    [1023, undefined, /^"/],
    [1024, 'br', /^W\/"/],
  ] as const) {
    const note = 'x'.repeat(bytes - around);
    await request(product.app)
      .patch(String(made.get('Location')))
      .set(headers)
      .send({ note })
      .expect(200);
    const plain = await ask(path, 'identity');
    assert.equal(plain.body.length, bytes);
    const { headers: fields, etag } = await ask(path, 'br');
    assert.equal(fields['content-encoding'], coding, `${bytes} bytes`);
    assert.match(etag, validator);
    const head = await ask(path, 'br', 'HEAD');
    assert.equal(head.headers['content-length'], coding === undefined ? String(bytes) : undefined);
    assert.equal(head.etag, etag);
  }
});

test('a smaller response is uncompressed, with a strong ETag', async () => {
  for (const path of [
    '/healthz',
    '/associations/xsan-filesystem-access',
    '/ranges?limit=1',
    '/graphql?query={ranges{name}}',
  ]) {
    const { headers, etag, vary } = await ask(path, 'br, gzip');
    assert.deepEqual([headers['content-encoding'], etag.startsWith('"')], [undefined, true], path);
    assert.match(vary, /Accept-Encoding/);
  }
});

function unpack({ headers, body }: Awaited<ReturnType<typeof ask>>): Buffer {
  return headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : gunzipSync(body);
}
