import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import request from 'supertest';
import { listenHere } from '../support/listen.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
const SMALL = { BODY_LIMIT: '2 KiB', URL_LIMIT: '1 KiB', HEADER_LIMIT: '4 KiB', BATCH_LIMIT: '10' };

describe('a body over the limit is a 413', () => {
  const large = JSON.stringify([' '.repeat(3000)]);

  test('on every route that accepts a body', async () => {
    const app = await createTestApp(product.registry, SMALL);
    for (const path of ['/ports/lookup', '/graphql']) {
      const { status, type, body } = await request(app).post(path).type('json').send(large);
      assert.deepEqual([status, type], [413, 'application/problem+json'], path);
      assert.equal(body.detail, 'Cannot read the body: it is larger than 2048 bytes');
    }
  });

  test('also if it is chunked without a length, and the connection stays open', async (t) => {
    const url = await listenHere(t, product.registry, SMALL);
    const head =
      'POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';
    const chunk = `3e8\r\n${'['.repeat(1000)}\r\n`;
    const connection = await connectRaw(url, `${head}\r\n\r\n${chunk.repeat(3)}`);
    await connection.until(/^HTTP\/1.1 413 .*"status":413/s);
    connection.socket.write(`${chunk}0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(await connection.closed, /413 .*HTTP\/1.1 200 .*\{"status":"ok",[^}]*\}$/s);
  });

  test('also if only its compressed size is below the limit', async () => {
    const app = await createTestApp(product.registry, SMALL);
    const { gzipSync } = await import('node:zlib');
    const asked = request(app).post('/ports/lookup').set({ 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
    assert.equal((await asked.serialize((data) => data).send(gzipSync('1'.repeat(100_000)))).status, 413);
  });

  test('and so is a batch with too many results', async () => {
    const app = await createTestApp(product.registry, SMALL);
    const { status, body } = await request(app).post('/ports/lookup').send(['1-11']);
    assert.deepEqual(
      [status, body.detail],
      [413, 'Cannot answer for more than 10 ports at once: the batch asks for at least 11'],
    );
    assert.equal((await request(app).post('/ports/lookup').send(['1-10'])).status, 200);
  });
});

test('a URL over the limit is a 414', async () => {
  const app = await createTestApp(product.registry, SMALL);
  const longest = `/ports?ports=${'80,'.repeat(400)}`.slice(0, 1024).replace(/,?\d*$/, '');
  assert.equal((await request(app).get(longest)).status, 200);
  for (const path of [`/ports?ports=${'80,'.repeat(400)}80`, `/${'x'.repeat(1024)}`]) {
    const { status, type, body } = await request(app).get(path);
    assert.deepEqual([status, type], [414, 'application/problem+json']);
    assert.equal(body.detail, 'Cannot read the URL: its path and query are longer than 1024 bytes');
  }
});

describe('requests per client and window', () => {
  test('have the remaining count on every response; over the limit they get a 429 with Retry-After', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '3', RATE_WINDOW: '5 min' });
    for (const [left, path] of [
      [2, '/ports/22'],
      [1, '/nope'],
      [0, '/graphql?query={ranges{name}}'],
    ] as const) {
      const response = await request(app).get(path);
      assert.match(response.get('RateLimit') ?? '', new RegExp(`; r=${left}; t=\\d+$`));
      assert.match(response.get('RateLimit-Policy') ?? '', /; q=3; w=300;/);
    }
    const refused = await request(app).get('/ports/22');
    assert.deepEqual([refused.status, refused.type], [429, 'application/problem+json']);
    assert.equal(refused.body.detail, 'Cannot answer more than 3 requests in 300 s');
    assert.equal(refused.body.requestId, refused.get('X-Request-ID'));
    const wait = Number(refused.get('Retry-After'));
    assert.ok(wait > 0 && wait <= 300, `Retry-After: ${wait}`);
  });

  test('exclude health checks and preflights, and a client cannot forge its address', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '1' });
    for (let count = 0; count < 5; count++) {
      assert.equal((await request(app).get('/healthz')).status, 200);
      assert.equal((await request(app).get('/readyz')).status, 200);
      assert.equal((await request(app).options('/ports/22')).status, 204);
    }
    assert.equal((await request(app).get('/ports/22').set('X-Forwarded-For', '192.0.2.1')).status, 200);
    assert.equal((await request(app).get('/ports/22').set('X-Forwarded-For', '192.0.2.2')).status, 429);
  });

  test('are counted for the address from a trusted proxy, regardless of what the client adds', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '1', TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' });
    const cases = [
      ['192.0.2.1', 200],
      ['192.0.2.2', 200],
      ['192.0.2.1, 10.9.9.9', 429],
      ['203.0.113.5, 192.0.2.2', 429],
      ['10.0.0.1, 192.0.2.3, 10.0.0.1', 200],
    ] as const;
    for (const [forwarded, status] of cases) {
      assert.equal((await request(app).get('/ports/22').set('X-Forwarded-For', forwarded)).status, status, forwarded);
    }
  });

  test('are not counted without a limit', async () => {
    const response = await request(product.app).get('/ports/22');
    assert.deepEqual([response.get('RateLimit'), response.get('RateLimit-Policy')], [undefined, undefined]);
  });
});

describe('a large request counts as several', () => {
  const batch = (count: number) => ({
    method: 'post' as const,
    path: '/ports/lookup',
    body: [`1-${count}`],
  });
  const graphql = (query: string) => ({ method: 'post' as const, path: '/graphql', body: { query } });
  const ports = Array.from({ length: 250 }, (_, port) => port).join();
  const cases = [
    [1, { path: '/ports/22' }],
    [1, { path: '/assignments?limit=1000' }],
    [1, { path: '/ports?ports=1-99' }],
    [2, { path: '/ports?ports=1-100' }],
    [11, { path: '/ports?ports=1-1000' }],
    [11, { path: '/ports?ports=1-1000&format=html' }],
    [3, { path: '/ports?ports=1-1000&limit=250' }],
    [1, { path: '/ports?ports=1-1000&limit=250&offset=990' }],
    [1, { path: '/ports?format=html' }],
    [1, batch(99)],
    [3, batch(299)],
    [101, batch(10_000)],
    [2, { method: 'post', path: '/ports/lookup', body: Array.from({ length: 100 }, () => 'no port') }],
    [11, { path: '/export/services' }],
    [11, { path: '/export/csv' }],
    [1, graphql('{ port(number: 22) { number } }')],
    [4, graphql(`{ ports(numbers: [${ports}]) { number summary } }`)],
    [5, graphql(`{ ports(numbers: [${ports}]) { number summary states { tcp udp sctp dccp } } }`)],
    [6, graphql('{ search(text: "ssh") { totalCount } }')],
    [10, graphql('{ assignments(first: 1000) { nodes { serviceName } } }')],
    // Refused before the work.
    [1, { path: '/ports?ports=1-1001' }],
    [1, graphql('{ assignments(first: 1000) { nodes { nothing } } }')],
    [1, { path: '/export/services?origin=x' }],
  ] as const;
  test('by its ports, its export or its GraphQL cost', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '1000' });
    let left = 1000;
    for (const [cost, asked] of cases) {
      const { path, body, method } = { body: undefined, method: 'get' as const, ...asked };
      const response = await request(app)[method](path).send(body);
      left -= cost;
      const message = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}: ${cost}`;
      assert.match(response.get('RateLimit') ?? '', new RegExp(`; r=${left}; t=\\d+$`), message);
    }
  });

  test('and is refused before the work if too little is left; smaller ones are answered', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '20', RATE_WINDOW: '5 min' });
    const exported = await request(app).get('/export/services');
    assert.deepEqual([exported.status, /; r=9;/.test(exported.get('RateLimit') ?? '')], [200, true]);
    const detail = (counted: number) =>
      `Cannot answer: the request counts as ${counted}, more than is left of 20 requests in this window`;
    const refusals = [
      [await request(app).get('/export/ndjson'), 8, 11],
      [await request(app).post('/ports/lookup').send(['1-1000']), 7, 11],
      [await request(app).get('/ports?ports=1-800'), 6, 9],
    ] as const;
    for (const [{ status, type, body, headers }, left, counted] of refusals) {
      assert.deepEqual([status, type, body.detail], [429, 'application/problem+json', detail(counted)]);
      assert.match(headers.ratelimit ?? '', new RegExp(`; r=${left};`));
      const wait = Number(headers['retry-after']);
      assert.ok(wait > 0 && wait <= 300, `Retry-After: ${wait}`);
      assert.equal(headers['content-disposition'], undefined);
    }
    const query = '{ assignments(first: 1000) { nodes { serviceName description assignee contact } } }';
    const graphql = await request(app).post('/graphql').send({ query });
    const errors = [{ message: detail(13), extensions: { code: 'RATE_LIMITED' } }];
    assert.deepEqual([graphql.status, graphql.body], [429, { errors }]);
    assert.ok(Number(graphql.get('Retry-After')) > 0);
    assert.equal((await request(app).get('/ports?ports=1-400')).status, 200);
    assert.equal((await request(app).get('/ports/22')).status, 429);
  });

  test('but never as more than a whole window', async () => {
    for (const [limit, asked] of [
      ['5', '/export/services'],
      ['1', '/export/services'],
      ['10', '/ports?ports=1-1000'],
    ] as const) {
      const app = await createTestApp(product.registry, { RATE_LIMIT: limit });
      const { status, headers } = await request(app).get(asked);
      assert.deepEqual([status, /; r=0;/.test(headers.ratelimit ?? '')], [200, true]);
      assert.equal((await request(app).get('/ports/22')).status, 429);
    }
  });

  test('also if many are sent at once: only as many are answered as fit in the window', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '100' });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await request(app).get('/export/services')).status),
    );
    const answered = statuses.filter((status) => status === 200).length;
    assert.ok(answered >= 1 && answered <= 9, `${answered} of 20, each counting as 11`);
    assert.ok(statuses.every((status) => status === 200 || status === 429));
  });

  test('and counts only for its client', async () => {
    const app = await createTestApp(product.registry, { RATE_LIMIT: '12', TRUST_PROXY: '127.0.0.1' });
    const ask = async (client: string) =>
      (await request(app).get('/export/services').set('X-Forwarded-For', client)).status;
    const clients = ['192.0.2.1', '192.0.2.2', '2001:db8:0:0100::1', '2001:db8:0:01ff::1', '2001:db8:0:0200::1'];
    const statuses = [];
    for (const client of clients) statuses.push(await ask(client));
    assert.deepEqual(statuses, [200, 200, 200, 429, 200]);
  });
});
