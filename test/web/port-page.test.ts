import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import supertest from 'supertest';
import { PAGE_POLICY } from '../../src/web/parts/policy.ts';
import { request } from '../support/contract.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function page(path: string, status = 200): Promise<string> {
  const answer = await supertest(product.app).get(path).set('Accept', 'text/html');
  assert.deepEqual([answer.status, answer.type], [status, 'text/html'], path);
  assert.equal(answer.headers['content-security-policy'], PAGE_POLICY);
  return answer.text;
}

/** The address of the link with these words. */
function linked(text: string, words: string): string {
  const [, address = ''] = new RegExp(`<a href="([^"]+)"[^>]*>${words}</a>`).exec(text) ?? [];
  return address.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

/** Enum values of GraphQL as REST has them. */
function lowerCase(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) =>
      typeof part === 'string' && /^[A-Z]+(?:_[A-Z]+)*$/.test(part) ? part.toLowerCase().replaceAll('_', '-') : part,
    ),
  );
}

describe('the page of a port', () => {
  test('is ordered by certainty', async () => {
    const text = await page('/ports/60257');
    const headings = [...text.matchAll(/<h2[^>]*>([^<]+)<\/h2>/g)].map(([, words]) => words);
    assert.deepEqual(headings.slice(0, 8), [
      'Official',
      'Informal uses',
      'Own entries',
      'Ranges',
      'For a new service',
      'Check on a host',
      'Neighbours',
      'API and other formats',
    ]);
    const { summary } = product.registry.port(60257, null);
    const texts = [
      summary.replaceAll("'", '&#39;'),
      'Dynamic Ports 49152-65535 are never assigned (RFC 6335, section 6).',
      'Xsan Filesystem Access',
      '<span class="confidence documented">said by its maker</span>',
      'None on port 60257.',
      'Port 60257 on the line from 0 to 65535.',
      'Linux</bdi> <span class="ports">32768-60999</span>',
      '<strong class="verdict avoid">avoid</strong>',
      'ss -lntup &#39;sport = :60257&#39;',
      '>60256</a>',
      '>60258</a>',
    ];
    let from = 0;
    for (const words of texts) {
      const place = text.indexOf(words, from);
      assert.ok(place >= 0, `${words} after ${from}`);
      from = place;
    }
  });

  for (const path of ['/ports/60257', '/ports/443', '/ports/3478/udp', '/ports/66']) {
    test(`${path} links the same data as JSON, as text and in GraphQL`, async () => {
      const text = await page(path);
      const json = await request(product.app).get(linked(text, 'JSON'));
      assert.equal(json.type, 'application/json');
      assert.deepEqual(json.body, (await request(product.app).get(path)).body);
      const plain = await request(product.app).get(linked(text, 'text'));
      assert.equal(plain.type, 'text/plain');
      const graphql = await request(product.app).get(linked(text, 'GraphQL')).set('Accept', 'application/json');
      assert.deepEqual(lowerCase(graphql.body.data?.port), lowerCase(json.body), JSON.stringify(graphql.body.errors));
    });
  }
});

describe('every page', () => {
  const paths = [
    '/',
    '/about',
    '/ports/80',
    '/ports/8443/suitability?protocol=tcp',
    '/ports?ports=22,443/tcp',
    '/services/http',
    '/search',
    '/search?q=ssh&literal=true',
    '/ranges',
    '/ephemeral-ranges',
    '/assignments',
    '/associations',
    '/associations/xsan-filesystem-access',
    '/suggestions',
    '/registry',
    '/pools',
    '/audit',
  ];
  for (const path of paths) {
    test(`${path} loads from this server alone, without inline script or style`, async () => {
      const text = await page(path);
      assert.doesNotMatch(text, / style=| on\w+="|<style|<script(?! type="module" src="\/assets\/)/);
      assert.doesNotMatch(text, /(?:src|action)="(?!\/(?!\/))/);
      assert.doesNotMatch(text, /<link [^>]*href="(?!\/assets\/)/);
      for (const [, asset = ''] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        assert.equal((await supertest(product.app).get(asset)).status, 200, asset);
      }
    });
  }

  test('shows user input and untrusted data as text', async () => {
    const words = '<script>alert(1)</script>\u202e';
    const searched = await page(`/search?q=${encodeURIComponent(words)}&literal=true`);
    assert.doesNotMatch(searched, /<script>/);
    assert.match(searched, /&lt;script&gt;alert\(1\)&lt;\/script&gt;<span class="unseen"[^>]*>U\+202E<\/span>/);
    const missing = await page(`/services/${encodeURIComponent('"><img src=x>')}`, 404);
    assert.doesNotMatch(missing, /<img src=x/);
    // IANA's own cells have such brackets.
    assert.match(await page('/ports/80'), /u=&lt;username&gt;/);
  });
});

test('the form of suggestions keeps the order, and its default is no parameter', async () => {
  const selected =
    /<select name="order">\n<option value="">default<\/option>\n<option>weight<\/option>\n<option selected>number</;
  assert.match(await page('/suggestions?order=number&count=1'), selected);
  const first = (text: string) => linked(text, '\\d+');
  assert.equal(first(await page('/suggestions?order=&near=&like=')), first(await page('/suggestions')));
});

test('a link with another scheme than http, inserted into the database by hand, is shown as text', async () => {
  const sources = '[{"title":"Book","url":"javascript:alert(2)"}]';
  executeSql(
    product.database,
    `${ownUse('0000000000aa', 60123, 60123, null)}
     UPDATE association SET link = 'javascript:alert(1)', sources = '${sources}' WHERE id = 'own-0000000000aa'`,
  );
  const text = await page('/ports/60123');
  assert.deepEqual(
    [text.includes('<bdi>javascript:alert(1)</bdi>'), /(?:href|src)="\s*javascript:/i.test(text)],
    [true, false],
  );
});
