import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import plain from 'supertest';
import { startInProcess } from '../support/listen.ts';
import { scrape } from '../support/metrics.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const product = useProduct();
const WIKI = 'https://wiki.example.org';
const PORTAL = 'https://portal.example.org:8443';
const FOREIGN = 'https://evil.example.net';

/** A path of each kind of answer: cached and not, an error, a probe, a page's file. */
const PATHS = ['/ports/22', '/search?q=ssh', '/ports/70000', '/nope', '/healthz', '/export/services', '/openapi.json'];

/** All requests that write, and those that read after a preflight. */
const PREFLIGHTS = [
  ['POST', '/associations'],
  ['PATCH', '/associations/own-000000000000'],
  ['DELETE', '/associations/own-000000000000'],
  ['POST', '/reservations'],
  ['POST', '/pools'],
  ['DELETE', '/pools/payments'],
  ['POST', '/graphql'],
  ['POST', '/ports/lookup'],
  ['GET', '/ports/22'],
] as const;

const PUBLIC =
  'ETag,Idempotent-Replayed,Location,Portolan-Position,WWW-Authenticate,X-Request-ID,RateLimit,RateLimit-Policy,Retry-After';

/** Returns the header fields that decide whether a page may read a response. */
function decisive({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  return {
    allowed: headers['access-control-allow-origin'],
    cors: cors.sort(),
    varies: /\bOrigin\b/.test(headers.vary ?? ''),
    resourcePolicy: headers['cross-origin-resource-policy'],
  };
}

async function appFor(CORS_ORIGINS: string) {
  return createTestApp(product.registry, { CORS_ORIGINS }, undefined, product.own);
}

describe('by default', () => {
  test('no response has a CORS header, for any origin', async () => {
    for (const path of PATHS) {
      for (const origin of [WIKI, FOREIGN, 'null', 'http://127.0.0.1:7605']) {
        const response = await plain(product.app).get(path).set('Origin', origin);
        const expected = { allowed: undefined, cors: [], varies: false, resourcePolicy: 'same-origin' };
        assert.deepEqual(decisive(response), expected, `${path} ${origin}`);
      }
    }
  });

  test('a preflight grants nothing, so that a browser sends no write', async () => {
    for (const [method, path] of PREFLIGHTS) {
      const response = await plain(product.app).options(path).set({
        Origin: FOREIGN,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,content-type',
      });
      assert.equal(response.status, 204, path);
      assert.deepEqual(decisive(response).cors, [], path);
    }
  });

  test('a write needs a preflight: it is refused without a token, or with a body that a form can send', async () => {
    const entry = JSON.stringify({ name: 'x', firstPort: 9000 });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const asked = plain(product.app).post('/associations').set({ Origin: FOREIGN, 'Content-Type': type });
      assert.equal((await asked.send(entry)).status, 401, type);
      const query = JSON.stringify({ query: '{ registry { date } }' });
      const graphql = plain(product.app).post('/graphql').set({ Origin: FOREIGN, 'Content-Type': type });
      assert.equal((await graphql.send(query)).status, 415, type);
    }
  });

  test("the server's own pages can write, although browsers send their origin", async (t) => {
    const { url } = await startInProcess(t, { DATABASE: await seededDatabase(t), BASE_PATH: '/ports-api' });
    // A script of the page sends its origin, which behind a proxy is not the address of the server.
    for (const Origin of [new URL(url).origin, 'https://intranet.example.org']) {
      const headers = { Origin, 'Content-Type': 'application/json' };
      const query = JSON.stringify({ query: '{ registry { date } }' });
      assert.equal((await fetch(`${url}/graphql`, { method: 'POST', headers, body: query })).status, 200);
      const refused = await fetch(`${url}/associations`, { method: 'POST', headers, body: '{}' });
      assert.equal(refused.status, 401, 'it is the token that is missing, not the origin');
    }
  });
});

describe('listed origins', () => {
  test('may read, others may not, and responses have Vary', async () => {
    const app = await appFor(`${WIKI}, ${PORTAL}`);
    for (const path of PATHS) {
      for (const origin of [WIKI, PORTAL, FOREIGN, `${WIKI}.evil.example`, 'null', '*', undefined]) {
        const asked = plain(app).get(path);
        const response = await (origin === undefined ? asked : asked.set('Origin', origin));
        const { allowed, varies, resourcePolicy } = decisive(response);
        const expected = origin === WIKI || origin === PORTAL ? origin : undefined;
        assert.deepEqual([allowed, varies, resourcePolicy], [expected, true, 'same-origin'], `${path} ${origin}`);
      }
    }
  });

  test('may write with a token', async () => {
    const app = await appFor(WIKI);
    for (const [method, path] of PREFLIGHTS) {
      for (const origin of [WIKI, FOREIGN]) {
        const { status, headers } = await plain(app).options(path).set({
          Origin: origin,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'authorization,content-type,if-match',
        });
        const expected = origin === WIKI ? origin : undefined;
        assert.deepEqual([status, headers['access-control-allow-origin']], [204, expected], path);
        assert.match(headers.vary ?? '', /\bOrigin\b/);
        if (expected === undefined) continue;
        assert.equal(headers['access-control-allow-methods'], 'GET,HEAD,POST,PUT,PATCH,DELETE');
        assert.equal(headers['access-control-allow-headers'], 'authorization,content-type,if-match');
        assert.equal(headers['access-control-max-age'], '7200');
      }
    }
    const entry = { name: 'x', firstPort: 9000 };
    const write = plain(app)
      .post('/associations')
      .set({ Origin: WIKI, Authorization: product.bearer('write') });
    const { status, headers } = await write.send(entry);
    assert.deepEqual([status, headers['access-control-allow-origin']], [201, WIKI]);
    assert.equal(headers['access-control-expose-headers'], PUBLIC);
  });
});

test('with * every origin may read, and no response depends on the origin', async () => {
  for (const setting of ['*', `${WIKI}, *`]) {
    const app = await appFor(setting);
    for (const path of PATHS) {
      const bodies = [];
      for (const origin of [WIKI, FOREIGN, 'null', undefined]) {
        const asked = plain(app).get(path);
        const response = await (origin === undefined ? asked : asked.set('Origin', origin));
        bodies.push(decisive(response));
      }
      const cors = ['access-control-allow-origin', 'access-control-expose-headers'];
      const expected = { allowed: '*', cors, varies: false, resourcePolicy: 'cross-origin' };
      assert.deepEqual(bodies, [expected, expected, expected, expected], path);
    }
  }
});

describe('the response cache', () => {
  for (const CORS_ORIGINS of ['', WIKI, `${WIKI},${PORTAL}`, '*']) {
    test(`works with CORS_ORIGINS=${CORS_ORIGINS}, and sends every origin its own headers`, async (t) => {
      const DATABASE = await seededDatabase(t);
      const cached = await startInProcess(t, { DATABASE, CORS_ORIGINS });
      const fresh = await startInProcess(t, { DATABASE, CORS_ORIGINS, ANSWER_CACHE: 'off' });
      const origins = [undefined, WIKI, FOREIGN, PORTAL, '', 'undefined', WIKI];
      origins.push(...origins);
      for (const path of ['/ports/22', '/ports/23', '/ports/22?format=text', '/search?q=ssh', '/']) {
        for (const Origin of origins) {
          const ask = async ({ url }: { readonly url: string }) => {
            const headers = { 'X-Request-ID': 'same', Connection: 'close', ...(Origin !== undefined && { Origin }) };
            const response = await fetch(url + path, { headers });
            const fields = [...response.headers].filter(([name]) => name !== 'date');
            return [response.status, fields.sort(), await response.text()];
          };
          assert.deepEqual(await ask(cached), await ask(fresh), `${path} ${Origin}`);
        }
      }
      const figures = await scrape(cached.url);
      assert.ok((figures.get('portolan_answer_cache_total{result="hit"}') ?? 0) >= 15);
    });
  }

  test('has one entry for all unlisted origins', async (t) => {
    const { url } = await startInProcess(t, { DATABASE: await seededDatabase(t), CORS_ORIGINS: WIKI });
    for (let count = 0; count < 30; count++) {
      const headers = { Origin: `https://site-${count}.example.net` };
      for (const path of ['/search?q=ssh', '/ports/22']) await (await fetch(url + path, { headers })).text();
    }
    const figures = await scrape(url);
    assert.equal(figures.get('portolan_answer_cache_total{result="miss"}'), 4);
    assert.equal(figures.get('portolan_answer_cache_total{result="hit"}'), 56);
  });
});
