import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BUILD } from '../../src/cli/server/app-parts.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { LIST_NAMES } from '../../src/registry/rows/list-name.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { request } from '../support/contract.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('the format of a response', () => {
  const cases = [
    [undefined, '', 'application/json'],
    ['*/*', '', 'application/json'],
    ['application/json', '', 'application/json'],
    ['text/plain', '', 'text/plain'],
    ['text/*', '', 'text/plain'],
    ['application/json;q=0.1, text/plain;q=0.2', '', 'text/plain'],
    ['text/plain;q=0, */*', '', 'application/json'],
    [BROWSER, '', 'text/html'],
    ['*/*', '?format=html', 'text/html'],
    [BROWSER, '?format=json', 'application/json'],
    ['application/json', '?format=text', 'text/plain'],
    ['image/png', '?format=json', 'application/json'],
  ] as const;
  for (const [accept, query, expected] of cases) {
    test(`Accept: ${accept} ${query} gives ${expected}`, async () => {
      for (const path of ['/ports/22', '/ports', '/services/ssh', '/ranges', '/ephemeral-ranges', '/registry']) {
        const search = path === '/ports' ? `${query === '' ? '?' : `${query}&`}ports=22` : query;
        const asked = request(product.app).get(path + search);
        const response = await (accept === undefined ? asked : asked.set('Accept', accept));
        assert.deepEqual([response.status, response.type], [200, expected], path);
        assert.match(response.get('Vary') ?? '', /Accept/);
        if (expected === 'text/plain') assert.match(response.text, /[^\n]\n$/);
      }
    });
  }

  test('that the client does not accept is a 406', async () => {
    const response = await request(product.app).get('/ports/22').set('Accept', 'image/png');
    assert.deepEqual([response.status, response.type], [406, 'application/problem+json']);
    assert.equal(
      response.body.detail,
      'Cannot answer in a media type that the client accepts: expected application/json or text/plain or text/csv or text/tab-separated-values or text/html',
    );
    assert.equal((await request(product.app).get('/ports/22?format=ndjson')).status, 406);
  });

  test('that is unknown is a 400 with the nearest one', async () => {
    const { status, body } = await request(product.app).get('/ports/22?format=jason');
    assert.deepEqual([status, body.detail], [400, 'Cannot answer in format "jason": did you mean json?']);
  });
});

describe('query parameters', () => {
  test('that are unknown are refused, naming the nearest', async () => {
    const { status, body } = await request(product.app).get('/ports/22?protocl=tcp');
    const detail = 'Unknown query parameter "protocl": did you mean protocol?';
    assert.deepEqual([status, body.detail, body.errors], [400, detail, [{ parameter: 'protocl', detail }]]);
    const far = await request(product.app).get('/registry?colour=red');
    assert.equal(far.body.detail, 'Unknown query parameter "colour": expected one of format, wide');
  });

  test('that are repeated are refused', async () => {
    const { status, body } = await request(product.app).get('/ports/22?protocol=tcp&protocol=tcp');
    assert.deepEqual([status, body.detail], [400, 'Cannot read query parameter "protocol": expected it once']);
  });

  test('that are lists may be repeated, or separated by commas', async () => {
    for (const [repeated, joined] of [
      ['/ports?ports=22&ports=443/tcp,80', '/ports?ports=22,443/tcp,80'],
      ['/suggestions?avoid=linux&avoid=own&count=3', '/suggestions?avoid=linux,own&count=3'],
      ['/suggestions?avoid=&avoid=linux', '/suggestions?avoid=linux'],
      ['/suggestions?avoid=&avoid=', '/suggestions?avoid='],
      ['/ports/22?prefer=informal&prefer=iana&format=text', '/ports/22?prefer=informal,iana&format=text'],
      ['/export/services?origin=iana&origin=own', '/export/services?origin=iana,own'],
    ] as const) {
      const [one, other] = await Promise.all(
        [repeated, joined].map((path) => request(product.app).get(path).expect(200)),
      );
      const body = (response: typeof one) => response?.text.replaceAll(/"(?:next|previous)":"[^"]*"/g, '');
      assert.equal(body(one), body(other), repeated);
    }
    const { body } = await request(product.app).get('/search?q=ssh&origin=iana&origin=own');
    assert.equal(body.detail, 'Cannot read query parameter "origin": expected it once');
    const { body: faulty } = await request(product.app).get('/suggestions?avoid=linux&avoid=mars');
    assert.match(faulty.detail, /mars/);
  });

  test('limit and offset have bounds', async () => {
    const cases = [
      ['limit=0', 'Cannot parse limit "0": expected an integer from 1 to 1000'],
      ['limit=1001', 'Cannot parse limit "1001": expected an integer from 1 to 1000'],
      ['limit=1e2', 'Cannot parse limit "1e2": expected an integer from 1 to 1000'],
      ['offset=-1', 'Cannot parse offset "-1": expected an integer from 0 to 9007199254740991'],
    ];
    for (const [query, detail] of cases) {
      const { status, body } = await request(product.app).get(`/ranges?${query}`);
      assert.deepEqual([status, body.detail], [400, detail]);
    }
  });
});

describe('unknown paths and methods', () => {
  test('an unknown path is a 404, as a page for a browser', async () => {
    for (const path of ['/nope', '/Port/22', '/ports/22/tcp/x', '/../etc/passwd']) {
      for (const [accept, type] of [
        ['*/*', 'application/problem+json'],
        ['image/png', 'application/problem+json'],
        [BROWSER, 'text/html'],
      ] as const) {
        const response = await request(product.app).get(path).set('Accept', accept);
        assert.deepEqual([response.status, response.type], [404, type], path);
        assert.match(response.get('Vary') ?? '', /Accept(?!-)/);
      }
    }
    const { body } = await request(product.app).get('/nope?x=1');
    assert.equal(body.detail, 'Cannot find "/nope": no such resource');
  });

  test('a path that cannot be decoded is a 400', async () => {
    for (const path of ['/ports/%zz', '/services/%FF', '/ports/80%']) {
      const { status, body } = await request(product.app).get(path);
      assert.deepEqual(
        [status, body.detail],
        [400, 'Cannot decode the path: expected UTF-8 in percent-encoding'],
        path,
      );
    }
  });

  test('an unknown method is a 405 with Allow', async () => {
    const cases = [
      ['/ports/22', 'GET, HEAD'],
      ['/ports', 'GET, HEAD'],
      ['/registry', 'GET, HEAD'],
      ['/healthz', 'GET, HEAD'],
      ['/readyz', 'GET, HEAD'],
      ['/graphql', 'GET, POST'],
      ['/ports/lookup', 'POST'],
      ['/export/services', 'GET, HEAD'],
    ] as const;
    for (const [path, allow] of cases) {
      for (const method of ['delete', 'put', 'patch'] as const) {
        const response = await request(product.app)[method](path);
        assert.deepEqual([response.status, response.get('Allow')], [405, `${allow}, OPTIONS`], path);
        assert.equal(response.body.detail, `Cannot ${method.toUpperCase()} this resource: expected one of ${allow}`);
      }
    }
  });
});

describe('headers', () => {
  test('a response has an ETag, and an unchanged one is a 304', async () => {
    const first = await request(product.app).get('/ports/22');
    assert.match(first.get('ETag') ?? '', /^W\/"[^"]+"$/);
    assert.equal(first.get('Cache-Control'), 'no-cache');
    const again = await request(product.app)
      .get('/ports/22')
      .set('If-None-Match', first.get('ETag') ?? '');
    assert.deepEqual([again.status, again.text], [304, '']);
    const other = await request(product.app)
      .get('/ports/23')
      .set('If-None-Match', first.get('ETag') ?? '');
    assert.equal(other.status, 200);
  });

  test('HEAD has the same headers and no body', async () => {
    const get = await request(product.app).get('/ports/22').set('Accept-Encoding', 'identity');
    const head = await request(product.app).head('/ports/22').set('Accept-Encoding', 'identity');
    assert.equal(head.text, undefined);
    for (const name of ['ETag', 'Content-Type', 'Content-Length', 'Cache-Control', 'Vary']) {
      assert.equal(head.get(name), get.get(name), name);
    }
  });

  test('no header names the server software', async () => {
    const { headers } = await request(product.app).get('/ports/22');
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['content-security-policy'], "default-src 'none';frame-ancestors 'none'");
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  test('a valid request id is kept, any other is replaced', async () => {
    const kept = await request(product.app).get('/ports/70000').set('X-Request-ID', 'job-17:a');
    assert.deepEqual([kept.get('X-Request-ID'), kept.body.requestId], ['job-17:a', 'job-17:a']);
    for (const id of ['a b', '"', 'x'.repeat(129)]) {
      const replaced = await request(product.app).get('/ports/70000').set('X-Request-ID', id);
      assert.match(replaced.get('X-Request-ID') ?? '', /^[0-9a-f-]{36}$/);
    }
  });
});

describe('internal failures', () => {
  /** Returns a registry of which every method throws. */
  function broken(error: unknown): Registry {
    const fail = (): never => {
      throw error;
    };
    return new Proxy({} as Registry, { get: () => fail });
  }

  test('that are unexpected are masked', async () => {
    const app = await createTestApp(broken(new Error('SELECT secret FROM /var/lib/portolan.db')));
    for (const path of ['/ports/22', '/ports?ports=22', '/services/ssh', '/ephemeral-ranges', '/registry', '/readyz']) {
      const { status, body, text } = await request(app).get(path);
      assert.deepEqual([status, body.detail], [500, 'Something went wrong inside the server'], path);
      assert.doesNotMatch(text, /secret|portolan\.db|\bat /);
    }
    const graphql = await request(app).post('/graphql').send({ query: '{ port(number: 22) { number } }' });
    const [error] = graphql.body.errors;
    assert.deepEqual(
      [error.message, error.extensions],
      ['Something went wrong inside the server', { code: 'INTERNAL_SERVER_ERROR' }],
    );
    assert.doesNotMatch(graphql.text, /secret|portolan\.db/);
  });

  test('an unreadable database is a 503 with the reason, and the process stays alive', async () => {
    const app = await createTestApp(broken(new RegistryError('unavailable', 'The database is damaged: restore it')));
    for (const path of ['/ports/22', '/registry', '/readyz']) {
      const response = await request(app).get(path);
      assert.deepEqual(
        [response.status, response.body.detail, response.get('Retry-After')],
        [503, 'The database is damaged: restore it', '5'],
      );
    }
    assert.equal((await request(app).get('/healthz')).status, 200);
    assert.equal(
      (await request(app).get('/ports/70000')).status,
      400,
      'a malformed port is refused before any data access',
    );
    const graphql = await request(app).post('/graphql').send({ query: '{ registry { date } }' });
    assert.deepEqual(graphql.body.errors[0].extensions, { code: 'SERVICE_UNAVAILABLE' });
  });
});

test('health and readiness', async () => {
  for (const [path, body] of [
    ['/healthz', { status: 'ok', ...BUILD }],
    ['/readyz', { status: 'ok', ...BUILD, databaseId: product.registry.databaseId(), update: null }],
  ] as const) {
    const response = await request(product.app).get(path);
    assert.deepEqual([response.status, response.body, response.get('Cache-Control')], [200, body, 'no-store']);
  }
  assert.equal(product.registry.info().origins.length, LIST_NAMES.length);
});

test('probes show no version where reading requires a token', async () => {
  const app = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' });
  assert.deepEqual((await request(app).get('/healthz')).body, { status: 'ok' });
  assert.deepEqual((await request(app).get('/readyz')).body, { status: 'ok', update: null });
});
