import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shorten } from '../../src/registry/values/registry-error.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Returns the content of a search page after the form. */
async function search(query: string): Promise<string> {
  const { status, text } = await request(product.app).get(`/search?${query}`).set('Accept', 'text/html');
  assert.equal(status, 200, query);
  return text.slice(text.indexOf('</form>', text.indexOf('<main')) + '</form>'.length, text.indexOf('</main>'));
}

function linksIn(html: string): string[] {
  return [...html.matchAll(/<a href="([^"]*)">(.*?)<\/a>/g)].map(
    ([, href = '', label = '']) => `${label.replaceAll(/<[^>]+>/g, '')} → ${href.replaceAll('&amp;', '&')}`,
  );
}

const LISTS = ['informal uses → /associations', 'official rows → /assignments', 'changes → /registry/changes'];
const NAME = 'Find a free port for a new service with this name';

describe('a search without results leads on:', () => {
  const cases = [
    ['q=zzzqqq', [`${NAME} → /suggestions?like=zzzqqq`]],
    ['q=zzzqqq9000', ['Port 9000 → /ports/9000', `${NAME} → /suggestions?like=zzzqqq9000`]],
    ['q=70000', []],
    [
      'q=kubernetes&origin=iana&state=reserved',
      ['Search without filters → /search?q=kubernetes', `${NAME} → /suggestions?like=kubernetes`],
    ],
    [`q=${'x'.repeat(101)}`, []],
    [`q=${'x'.repeat(6000)}`, []],
  ] as const;
  for (const [query, expected] of cases) {
    test(query.slice(0, 40), async () => {
      const content = await search(query);
      const ways = content.replace(/<li>Did you mean.*?<\/li>/s, '');
      assert.deepEqual(linksIn(ways), [...expected, ...LISTS]);
      const text = shorten(new URLSearchParams(query).get('q') ?? '');
      assert.ok(content.includes(`<p class="lede">No results for <bdi>${text}</bdi>.</p>`), content);
    });
  }

  test('the nearest names come first', async () => {
    const [first] = linksIn(await search('q=kubernetes&origin=iana&state=reserved'));
    assert.equal(first, 'Kubernetes API server → /search?q=Kubernetes+API+server');
  });

  test('the reason comes first', async () => {
    assert.match(await search('q=70000'), /^\s*<p>Port numbers end at 65535\.<\/p>\s*<p class="lede">No results/);
  });

  test('a hostile text is escaped', async () => {
    const content = await search(`q=${encodeURIComponent('<b>zzzqqq</b>"')}&literal=true`);
    assert.doesNotMatch(content, /<b>zzz/);
  });
});

test('a corrected search says so, and links to the search for the text as written', async () => {
  const content = await search('q=kubrenetes');
  assert.match(content, /^\s*<p class="lede">Showing results for <b><bdi>kubernetes<\/bdi><\/b>\./);
  assert.deepEqual(linksIn(content).slice(0, 1), [
    'Search for kubrenetes as written → /search?q=kubrenetes&literal=true',
  ]);
  assert.doesNotMatch(await search('q=kubrenetes&literal=true'), /Showing results/);
});

test('results have one line for a service and port', async () => {
  const rows = (await search('q=secure+shell+protocol')).match(/data-label="Port"><a href="\/ports\/22">/g);
  assert.equal(rows?.length, 1);
});
