import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import supertest from 'supertest';
import { parse } from 'yaml';
import type { ListName } from '../../src/registry/rows/list-name.ts';
import { LIST_PAGES } from '../../src/web/pages/registry-pages.ts';
import { ASSETS } from '../../src/web/parts/assets.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const QUERY = '?query={port(number:22){number}}';

function get(path: string, accept = BROWSER) {
  return request(product.app).get(path).set('Accept', accept);
}

test('/about has the licence of each bundled list', async () => {
  const lists = JSON.parse(readFileSync(new URL('../../data/lists.json', import.meta.url), 'utf8')) as Readonly<
    Record<string, { readonly licence: string }>
  >;
  const { text } = await get('/about');
  for (const [list, { licence }] of Object.entries(lists)) {
    const [, row = ''] = text.split(`data-label="List">${LIST_PAGES[list as ListName][0]}<`);
    assert.ok(row.split('</tr>')[0]?.includes(`data-label="Licence">${licence}<`), list);
  }
});

test('/openapi.json is schema/openapi.yaml', async () => {
  const contract = parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8'));
  for (const accept of ['*/*', BROWSER, 'application/json']) {
    const { status, type, body, headers } = await get('/openapi.json', accept);
    assert.deepEqual([status, type, headers['cache-control']], [200, 'application/json', 'no-cache']);
    assert.deepEqual(body, contract);
  }
  const { headers } = await get('/openapi.json');
  const again = await get('/openapi.json').set('If-None-Match', headers.etag ?? '');
  assert.deepEqual([again.status, again.text], [304, '']);
  assert.equal((await request(product.app).post('/openapi.json')).status, 405);
});

describe('a page', () => {
  const pages = [
    ['/docs', "style-src 'self'; img-src"],
    ['/graphql', "style-src 'self' 'sha256-"],
  ] as const;
  for (const [path, styles] of pages) {
    test(`${path} loads only files of this server`, async () => {
      const { status, type, text, headers } = await get(path);
      assert.deepEqual([status, type, headers['cache-control']], [200, 'text/html', 'no-cache']);
      const policy = headers['content-security-policy'] ?? '';
      assert.ok(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
      assert.ok(policy.includes(styles), policy);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.doesNotMatch(text, /https?:|style=| on\w+=|<style|<script(?! (?:type="module"|defer) src=)/);
      const loaded = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, asset = '']) => asset);
      assert.ok(loaded.length >= 5);
      for (const asset of loaded) {
        const response = await supertest(product.app).get(asset);
        assert.deepEqual(
          [response.status, response.headers['cache-control']],
          [200, 'public, max-age=31536000, immutable'],
        );
        assert.match(response.type, /^(?:text\/(?:css|javascript)|image\/svg\+xml)$/);
      }
    });
  }

  test('has only its own files: other files of the packages are not served', async () => {
    const folder = ASSETS.swagger.path.replace(/[^/]+$/, '');
    for (const path of ['index.html', 'package.json', 'swagger-ui.js', '../package.json', '..%2Fpackage.json', '']) {
      assert.equal((await get(`/${folder}${path}`)).status, 404, path);
    }
    assert.equal((await supertest(product.app).post(`/${ASSETS.icon.path}`)).status, 405);
  });
});

describe('the links of a page to others', () => {
  const cases = [
    ['/registry', ['"/registry" page']],
    ['/registry/snapshots', ['"/registry" true']],
    ['/ranges', ['"/ranges" page']],
    ['/docs', ['"/docs" page']],
    ['/graphql', ['"/docs" true']],
    ['/pools', ['"/pools" page']],
    ['/own', ['"/own" page']],
    ['/ports/22', []],
  ] as const;
  for (const [path, current] of cases) {
    test(`mark ${path}`, async () => {
      const { text } = await get(path);
      const site = text.replace(/<main.*<\/main>/s, '');
      const marked = [...site.matchAll(/href=("[^"]+") aria-current="(\w+)"/g)].map(
        ([, href, kind]) => `${href} ${kind}`,
      );
      assert.deepEqual(marked, current);
    });
  }
});

describe('the head of a page', () => {
  /** The attributes of the links of a kind in the head of a page. */
  const linksOf = (text: string, rel: string): string[] =>
    [...text.matchAll(new RegExp(`<link rel="${rel}" ([^>]+)>`, 'g'))].map(([, attributes = '']) => attributes);

  const alternates = [
    ['/ports/8080', '', ['json', 'text', 'csv']],
    ['/ports/8080?protocol=tcp&format=html', '?protocol=tcp', ['json', 'text', 'csv']],
    ['/search?q=ssh&literal=true', '?q=ssh&amp;literal=true', ['json', 'text', 'csv']],
    ['/registry/changes?kind=added', '?kind=added', ['json', 'text', 'csv', 'atom']],
  ] as const;
  for (const [path, query, formats] of alternates) {
    test(`of ${path} has its address and its formats`, async () => {
      const { text } = await get(path);
      const [start = ''] = path.split('?');
      const here = query === '' ? `${start}?` : `${start}${query}&amp;`;
      const types = { json: 'application/json', text: 'text/plain', csv: 'text/csv', atom: 'application/atom+xml' };
      assert.deepEqual(linksOf(text, 'canonical'), [`href="${start}${query}"`]);
      assert.deepEqual(
        linksOf(text, 'alternate'),
        formats.map((format) => `type="${types[format]}" href="${here}format=${format}"`),
      );
      for (const [, href = ''] of linksOf(text, 'alternate').map((link) => /href="([^"]+)"/.exec(link) ?? [])) {
        assert.equal((await get(href.replaceAll('&amp;', '&'))).status, 200, href);
      }
    });
  }

  test('of own entries has the formats of the list of own entries', async () => {
    const { text } = await get('/own?owner=Web+team&view=team');
    assert.deepEqual(linksOf(text, 'canonical'), ['href="/own?owner=Web+team&amp;view=team"']);
    assert.deepEqual(
      linksOf(text, 'alternate').map((link) => /href="([^"]+)"/.exec(link)?.[1]),
      ['json', 'text', 'csv'].map((format) => `/associations?origin=own&amp;owner=Web+team&amp;format=${format}`),
    );
  });

  for (const path of ['/', '/about', '/docs', '/graphql', '/ports/22', '/suggestions', '/own', '/services/nobody']) {
    test(`of ${path} has a description, also for link previews, and the search`, async () => {
      const { text } = await get(path);
      const [, description = ''] = /<meta name="description" content="([^"]+)">/.exec(text) ?? [];
      const [, title = ''] = /<title>([^<]+)<\/title>/.exec(text) ?? [];
      assert.ok(description.length > 40, description);
      assert.ok(text.includes(`<meta property="og:title" content="${title}">`));
      assert.ok(text.includes(`<meta property="og:description" content="${description}">`));
      assert.deepEqual(linksOf(text, 'search'), [
        'type="application/opensearchdescription+xml" title="Portolan" href="/opensearch.xml"',
      ]);
    });
  }

  test('/opensearch.xml describes the search at the host of the request', async () => {
    const { status, type, text, headers } = await supertest(product.app)
      .get('/opensearch.xml')
      .set('Host', 'ports.example.org');
    assert.deepEqual(
      [status, type, headers['cache-control']],
      [200, 'application/opensearchdescription+xml', 'private, no-cache'],
    );
    assert.match(text, /<Url type="text\/html" template="http:\/\/ports\.example\.org\/search\?q=\{searchTerms\}"\/>/);
    assert.match(text, /<Image [^>]+>http:\/\/ports\.example\.org\/favicon\.ico<\/Image>/);
  });

  test('/favicon.ico leads to the icon', async () => {
    const { status, headers } = await supertest(product.app).get('/favicon.ico');
    assert.deepEqual([status, headers.location], [302, `/${ASSETS.icon.path}`]);
  });
});

describe('GET /graphql', () => {
  const cases = [
    ['', BROWSER, 200, 'text/html'],
    ['?', 'text/html', 200, 'text/html'],
    ['?theme=dark', BROWSER, 200, 'text/html'],
    ['', '*/*', 400, 'application/json'],
    ['', 'application/json, text/html', 400, 'application/json'],
    [QUERY, BROWSER, 200, 'application/json'],
    [QUERY, 'text/html', 200, 'application/json'],
    [QUERY, '*/*', 200, 'application/json'],
    [QUERY, 'application/graphql-response+json', 200, 'application/graphql-response+json'],
    ['?query={harbour}', BROWSER, 400, 'application/json'],
    ['?query={harbour}', 'application/json', 200, 'application/json'],
    ['?query=', BROWSER, 400, 'application/json'],
    [QUERY, 'image/png', 406, 'application/json'],
    ['?query=mutation{__typename}', BROWSER, 405, 'application/json'],
  ] as const;
  for (const [search, accept, status, type] of cases) {
    test(`${search} with Accept: ${accept} is a ${status} in ${type}`, async () => {
      const response = await get(`/graphql${search}`, accept);
      assert.deepEqual([response.status, response.type], [status, type]);
      assert.match(response.get('Vary') ?? '', /Accept\b(?!-)/);
      if (search === QUERY && status === 200) assert.deepEqual(response.body, { data: { port: { number: 22 } } });
    });
  }
});
