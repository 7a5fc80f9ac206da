import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import supertest from 'supertest';
import { cacheResponses } from '../../src/http/cache/response-cache.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { Counts } from '../../src/metrics/request-counts.ts';
import { request } from '../support/contract.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function put(host: string, environment: string | null, ports: readonly number[]): Promise<void> {
  const query = `empty=true${environment === null ? '' : `&environment=${environment}`}`;
  const lines = ports.map((port) => socketLine('tcp', `0.0.0.0:${port}`, 'app'));
  await putSnapshot(product, `${host}?${query}`, lines.join(''));
}

function get(path: string, scope: 'read' | 'observe' | null = 'read') {
  return request(product.app)
    .get(path)
    .set(scope === null ? {} : { Authorization: product.bearer(scope) });
}

async function observedReasons(path: string, scope: 'read' | 'observe' | null = 'read'): Promise<string[]> {
  const { status, body } = await get(path, scope);
  assert.equal(status, 200, JSON.stringify(body));
  return body.reasons
    .filter(({ code }: { code: string }) => code === 'observed_use')
    .map(({ severity, detail, source }: Record<string, string>) => `${severity}: ${detail} (${source})`);
}

async function suggested(query: string, scope: 'read' | 'observe' | null = 'read'): Promise<number[]> {
  const { status, body } = await get(`/suggestions?within=21003-21008&count=6&order=number${query}`, scope);
  assert.equal(status, 200, JSON.stringify(body));
  return body.results.map(({ number }: { number: number }) => number);
}

const ALL = [21003, 21004, 21005, 21006, 21007];

describe('advice on ports on which hosts listen', () => {
  let free: number[] = [];

  before(async () => {
    free = await suggested('', null);
    await put('web-1', 'production', [21003, 21004]);
    await put('web-2', 'production', [21003]);
    await put('test-1', 'test', [21005]);
    await put('old-1', null, [21006]);
  });

  test('avoids them within the same environment, for readers who may see them', async () => {
    assert.deepEqual(free.slice(0, 5), ALL);
    const at = (port: number, query = '') => observedReasons(`/ports/${port}/suitability${query}`);
    const two = 'avoid: 2 hosts of production listen on 21003/tcp. (observed sockets)';
    assert.deepEqual(await at(21003), [two]);
    assert.deepEqual(await at(21003, '?environment=Production&protocol=tcp'), [two]);
    assert.deepEqual(await at(21003, '?environment=test'), []);
    assert.deepEqual(await at(21003, '?protocol=udp'), []);
    assert.deepEqual(await at(21006, '?environment=test'), ['avoid: 1 host listens on 21006/tcp. (observed sockets)']);
    assert.deepEqual(await at(21007), []);
    for (const scope of ['observe', null] as const) {
      assert.deepEqual(await observedReasons('/ports/21003/suitability', scope), []);
    }
    const open = await get('/ports/21003/suitability', null);
    const seen = await get('/ports/21003/suitability');
    assert.deepEqual([open.body.verdict, open.headers['cache-control']], ['good', 'no-cache']);
    assert.deepEqual([seen.body.verdict, seen.headers['cache-control']], ['avoid', 'private, no-cache']);
  });

  test('suggests none of them', async () => {
    const without = (...ports: number[]) => free.filter((port) => !ports.includes(port));
    assert.deepEqual(await suggested(''), without(21003, 21004, 21005, 21006));
    assert.deepEqual(await suggested('&environment=production'), without(21003, 21004, 21006));
    assert.deepEqual(await suggested('&environment=test&protocol=tcp'), without(21005, 21006));
    assert.deepEqual(await suggested('&protocol=udp'), free);
    assert.deepEqual(await suggested('', null), free);
    assert.deepEqual(await suggested('', 'observe'), free);
    const { body } = await get('/suggestions?within=21003-21004&count=1');
    assert.match(body.detail, /observed uses \(2\)/);
    const { headers } = await get('/suggestions?count=1');
    assert.equal(headers['cache-control'], 'private, no-cache');
  });

  test('follows the snapshots at once, without a change of cached responses', async () => {
    const counts = new Counts();
    const parts = {
      registry: product.registry,
      counts,
      corsOrigins: [],
      userField: '',
      held: new HeldMemory(1024 * 1024),
    };
    const cached = cacheResponses(product.app, parts);
    const ask = async (Authorization?: string): Promise<number[]> => {
      const { body } = await supertest(cached)
        .get('/suggestions?within=21003-21008&count=6&order=number')
        .set(Authorization === undefined ? {} : { Authorization });
      return body.results.map(({ number }: { number: number }) => number);
    };
    for (let time = 0; time < 3; time++) assert.deepEqual(await ask(), free);
    assert.ok((await ask(product.bearer('read'))).includes(21007));
    const { hits } = counts.cache;
    await put('web-3', 'production', [21007]);
    assert.ok(!(await ask(product.bearer('read'))).includes(21007));
    assert.deepEqual(await ask(), free);
    assert.equal(counts.cache.hits, hits + 1);
    await put('web-3', 'production', []);
    assert.ok((await ask(product.bearer('read'))).includes(21007));
  });

  test('is the same in GraphQL, and with a token never from the cache', async () => {
    const query =
      '{ suitability(number: 21003) { verdict } suggestions(within: "21003-21008", count: 6) { results { number } } }';
    const cached = cacheResponses(product.app, {
      ...{ registry: product.registry, counts: new Counts(), corsOrigins: [], userField: '' },
      held: new HeldMemory(1024 * 1024),
    });
    const post = (body: string) =>
      supertest(cached).post('/graphql').set('Content-Type', 'application/json').send(body);
    const ways = {
      GET: () =>
        supertest(cached)
          .get(`/graphql?${new URLSearchParams({ query })}`)
          .set('Accept', 'application/json'),
      POST: () => post(JSON.stringify({ query })),
      'POST with escaped letters': () => post(JSON.stringify({ query }).replaceAll('s', '\\u0073')),
    };
    const ask = async (scope: 'read' | null, way: keyof typeof ways) => {
      const asked = ways[way]();
      const { body } = await asked.set(scope === null ? {} : { Authorization: product.bearer(scope) });
      assert.equal(body.errors, undefined, JSON.stringify(body));
      return [body.data.suitability.verdict, body.data.suggestions.results.length];
    };
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      for (let time = 0; time < 3; time++) {
        assert.deepEqual(await ask(null, way), ['GOOD', free.length], way);
        assert.deepEqual(await ask('read', way), ['AVOID', free.length - 4], way);
      }
    }
  });

  test('reserves none of them', async () => {
    const reserve = async (within: string, environment: string) =>
      request(product.app)
        .post('/reservations')
        .set('Authorization', product.bearer('write'))
        .send({ name: 'ledger', within, environment });
    const refused = await reserve('21003-21004', 'production');
    assert.equal(refused.status, 409);
    assert.match(
      refused.body.detail,
      /^Cannot reserve a port: 0 of 2 ports are suitable; requested: 1\. Excluded: observed uses \(2\)/,
    );
    const { status, body } = await reserve('21003-21004', 'test');
    assert.deepEqual([status, body.firstPort], [201, 21003]);
  });
});
