import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import supertest from 'supertest';
import { cacheResponses } from '../../src/http/cache/response-cache.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import { request } from '../support/contract.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

async function put(host: string, text: string): Promise<string> {
  return (await putSnapshot(product, host, text)).at;
}

function get(path: string, scope: 'read' | 'write' | 'admin' | 'observe' | null = 'read', app = product.app) {
  return request(app)
    .get(path)
    .set(scope === null ? {} : { Authorization: product.bearer(scope) });
}

const DNS = socketLine('tcp', '0.0.0.0:53', 'named') + socketLine('udp', '0.0.0.0:53', 'named');
const NEVER = { hosts: 0, sockets: 0, gone: 0, processes: [], lastSeen: null };

let last = '';

describe('the observed use in the report of a port', () => {
  before(async () => {
    await put('dns-1', DNS + socketLine('tcp', '127.0.0.1:65535', 'edge'));
    await put('dns-2', DNS);
    await put('dns-3', socketLine('tcp', '10.0.0.3:53', 'unbound'));
    last = await put('dns-2', socketLine('udp', '0.0.0.0:53', 'named'));
  });

  test('has counts, processes and the last time, for a protocol or all', async () => {
    const observed = async (path: string) => (await get(path)).body.observed;
    assert.deepEqual(await observed('/ports/53'), {
      ...{ hosts: 3, sockets: 4, gone: 1, processes: ['named', 'unbound'], lastSeen: last },
    });
    const tcp = await observed('/ports/53/tcp');
    assert.deepEqual([tcp.hosts, tcp.sockets, tcp.gone, tcp.processes], [2, 2, 1, ['named', 'unbound']]);
    assert.deepEqual(await observed('/ports/53?protocol=sctp'), NEVER);
    for (const port of [0, 1023, 1024, 49151, 49152]) assert.deepEqual(await observed(`/ports/${port}`), NEVER);
    assert.equal((await observed('/ports/65535')).hosts, 1);
  });

  test('is in lists of ports and in text, and not in a past state', async () => {
    const { body } = await get('/ports?ports=53/udp,54');
    assert.deepEqual(
      body.results.map(({ observed }: { observed: { hosts: number } }) => observed.hosts),
      [2, 0],
    );
    const { text } = await get('/ports/53/udp?format=text&checks=none');
    assert.match(text, new RegExp(`^observed: 2 hosts, last seen ${last.replaceAll('.', '\\.')}, named$`, 'm'));
    assert.match((await get('/ports/54?format=text')).text, /^observed: never$/m);
    assert.doesNotMatch((await get('/ports/53?format=text', null)).text, /observed/);
    const page = (await get('/ports/53/udp?format=html')).text;
    const time = `${last.slice(0, 16).replace('T', ' ')} UTC`;
    assert.ok(page.includes(`2 hosts listen on it (named). Last seen at ${time}.`), page);
    const { date } = (await get('/registry')).body;
    assert.equal((await get(`/ports/53?asOf=${date}`)).body.observed, null);
  });

  test('is only for tokens that may read, and private', async () => {
    const [open, observer, invalid] = await Promise.all([
      get('/ports/53', null),
      get('/ports/53', 'observe'),
      request(product.app).get('/ports/53').set('Authorization', 'Bearer none'),
    ]);
    for (const { status, headers, body } of [open, observer, invalid]) {
      assert.deepEqual(
        [status, headers['cache-control'], headers.vary, body.observed],
        [200, 'no-cache', 'Accept-Encoding, Accept', null],
      );
    }
    for (const scope of ['read', 'write', 'admin'] as const) {
      const { headers, body } = await get('/ports/53', scope);
      assert.equal(headers['cache-control'], 'private, no-cache');
      assert.equal(headers.vary, 'Accept-Encoding, Accept, Authorization');
      assert.notEqual(headers.etag, open.headers.etag);
      assert.deepEqual({ ...body, observed: null }, open.body);
    }
    const strict = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    assert.equal((await get('/ports/53', 'read', strict)).body.observed.hosts, 3);
  });

  test('is never taken from the response cache, which answers requests without a token as before', async () => {
    const counts = new Counts();
    const parts = {
      registry: product.registry,
      counts,
      corsOrigins: [],
      userField: '',
      held: new HeldMemory(1024 * 1024),
    };
    const cached = cacheResponses(product.app, parts);
    const ask = async (path: string, Authorization?: string) => {
      const { status, body } = await supertest(cached)
        .get(path)
        .set(Authorization === undefined ? {} : { Authorization });
      assert.equal(status, 200);
      return (body.results?.[0] ?? body).observed;
    };
    for (const path of ['/ports/53', '/ports/53/tcp', '/ports?ports=53']) {
      for (let time = 0; time < 4; time++) {
        assert.equal(await ask(path), null);
        assert.notEqual(await ask(path, product.bearer('read')), null);
      }
    }
    const { hits } = counts.cache;
    assert.ok(hits > 0);
    // A snapshot evicts no response.
    await put('dns-4', DNS);
    assert.equal(await ask('/ports/53/tcp'), null);
    assert.equal(counts.cache.hits, hits + 1);
    assert.equal((await ask('/ports/53/tcp', product.bearer('read'))).hosts, 3);
  });

  test('is in GraphQL for the same readers', async () => {
    const query = `{
      port(number: 53) { number observed { hosts sockets gone processes lastSeen } }
      ports(numbers: [53, 54], protocol: UDP) { observed { hosts } }
    }`;
    const ask = async (scope: 'read' | 'observe' | null) => {
      const { body } = await request(product.app)
        .post('/graphql')
        .set(scope === null ? {} : { Authorization: product.bearer(scope) })
        .send({ query });
      assert.equal(body.errors, undefined);
      return body.data;
    };
    for (let time = 0; time < 3; time++) {
      const { port, ports } = await ask('read');
      assert.deepEqual(port.observed, (await get('/ports/53')).body.observed);
      assert.deepEqual(ports, [{ observed: { hosts: 3 } }, { observed: { hosts: 0 } }]);
      for (const scope of ['observe', null] as const) {
        const none = { port: { number: 53, observed: null }, ports: [{ observed: null }, { observed: null }] };
        assert.deepEqual(await ask(scope), none);
      }
    }
  });
});
