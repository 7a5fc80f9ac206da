import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import supertest from 'supertest';
import { stripBasePath } from '../src/http/message/base-path.ts';
import { createLog } from '../src/log.ts';
import { createTestApp, useProduct } from './support/registry.ts';

// BASE_PATH is a setting of the process: this file has a process of its own.
const product = useProduct();
const BASE = '/ports-api';

let made: Promise<RequestListener> | undefined;

/** Returns the product with the base path. Creates it at the first call, after the one without a base path. */
function below(): Promise<RequestListener> {
  made ??= createTestApp(product.registry, { BASE_PATH: BASE }, createLog('silent'), product.own).then((app) =>
    stripBasePath(app, BASE),
  );
  return made;
}

async function get(path: string, accept = 'application/json', headers: Readonly<Record<string, string>> = {}) {
  return supertest(await below())
    .get(path)
    .set({ ...headers, Accept: accept });
}

test('a request is answered with the path and without it, but not with a part of it', async () => {
  for (const path of ['/ports/22', '/healthz', '/ports?ports=22', '/graphql?query={registry{date}}']) {
    const [cut, whole] = [await get(path), await get(BASE + path)];
    assert.deepEqual([cut.status, cut.text], [200, whole.text], path);
  }
  for (const path of [BASE, `${BASE}/`, `${BASE}?format=html`]) {
    const { status, text } = await get(path, 'text/html');
    assert.deepEqual([status, text], [200, (await get('/', 'text/html')).text], path);
  }
  for (const path of [`${BASE}s/ports/22`, `${BASE}${BASE}/ports/22`, '/Ports-API/ports/22']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('links between pages of a list have the path', async () => {
  for (const asked of ['/assignments', `${BASE}/assignments`]) {
    const { next, previous } = (await get(`${asked}?limit=2&offset=2`)).body;
    assert.deepEqual(
      [next, previous],
      [`${BASE}/assignments?limit=2&offset=4`, `${BASE}/assignments?limit=2&offset=0`],
    );
  }
});

test('Location has the path, and leads to the new entry', async () => {
  const created = await supertest(await below())
    .post(`${BASE}/associations`)
    .set('Authorization', product.bearer('write'))
    .send({ name: 'billing', firstPort: 20000 });
  assert.equal(created.status, 201);
  assert.equal(created.get('Location'), `${BASE}/associations/${created.body.id}`);
  const { warnings: _warnings, ...entry } = created.body;
  assert.deepEqual((await get(created.get('Location') ?? '')).body, entry);
});

test('the contract names the path as its server', async () => {
  const { body } = await get('/openapi.json');
  assert.deepEqual(body.servers, [{ url: BASE, description: 'This server.' }]);
});

describe('pages', () => {
  const STARTS = [
    '/',
    '/ports/443',
    '/associations',
    '/services/nobody',
    '/search',
    '/own',
    '/docs',
    '/graphql',
    '/audit',
  ];
  /** The paths without links to other pages. */
  const kindOf = (address: string): string =>
    address.replace(/\?.*/, '').replace(/\d+|(?<=services\/|associations\/).+/, 'n');

  test('link and load only under the path, on every page reachable from the first', async () => {
    const seen = new Map<string, number>();
    const waiting = STARTS.map((path) => BASE + path);
    for (const address of waiting) {
      if (seen.has(kindOf(address))) continue;
      const { status, text, type } = await get(address, 'text/html,*/*;q=0.8');
      seen.set(kindOf(address), status);
      if (type !== 'text/html') continue;
      for (const [, name, target = ''] of text.matchAll(/ (href|src|action|data-[a-z]+)="([^"]*)"/g)) {
        const isLink = name === 'href' || name === 'src';
        // A value in a page that begins like an address is an address or its beginning.
        if (/^(?:#|https:)/.test(target) || !(isLink || target.startsWith('/'))) continue;
        const absolute = new URL(target.replaceAll('&amp;', '&'), `http://x${address}`);
        assert.ok(
          absolute.pathname.startsWith(`${BASE}/`) || absolute.pathname === BASE,
          `${address}: ${name}="${target}"`,
        );
        if (isLink) waiting.push(absolute.pathname + absolute.search);
      }
    }
    assert.ok(seen.size > 25, [...seen.keys()].join('\n'));
    const broken = [...seen].filter(([address, status]) => status !== 200 && !address.endsWith('/services/n'));
    assert.deepEqual(broken, []);
  });
});

test('feeds and the description of the search have the path once', async () => {
  for (const path of ['/registry/changes?limit=1&format=atom', '/opensearch.xml']) {
    const { text } = await get(path);
    const addresses = [...text.matchAll(/(?:href|template)="([^"]+)"/g)].map(([, address = '']) => address);
    assert.ok(addresses.length > 0, text);
    for (const address of addresses) {
      const { pathname } = new URL(address, 'http://x');
      assert.ok(pathname.startsWith(`${BASE}/`) && !pathname.startsWith(`${BASE}${BASE}`), address);
    }
  }
});

test('no response has the scheme and host from a proxy', async () => {
  const forged = { 'X-Forwarded-Proto': 'gopher', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' };
  for (const path of ['/', '/ports/22', '/assignments?limit=1', '/openapi.json', '/nope']) {
    const { text, headers } = await get(path, 'text/html', { ...forged, Host: 'evil.example' });
    assert.doesNotMatch(text + JSON.stringify(headers), /evil\.example|gopher:/, path);
  }
});
