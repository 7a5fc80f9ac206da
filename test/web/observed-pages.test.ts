import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function open(path: string, token?: string) {
  return request(product.app)
    .get(path)
    .set({ Accept: BROWSER, ...(token !== undefined && { Authorization: token }) });
}

describe('the pages of what hosts have reported', () => {
  test('contain no results: a script loads them with the token of the window', async () => {
    for (const [path, title, hint] of [
      ['/drift', 'Drift', 'The comparison requires a token with the scope read, and JavaScript.'],
      ['/observations', 'Observed sockets', 'The list requires a token with the scope read, and JavaScript.'],
    ] as const) {
      for (const token of [undefined, product.bearer('read')]) {
        const { status, text, headers } = await open(path, token);
        assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8']);
        assert.ok(text.includes(`<title>${title} · Portolan</title>`), text);
        assert.ok(text.includes(hint));
        assert.match(text, new RegExp(`<div id="${path.slice(1)}"><p>`));
        assert.match(text, /<a href="\/drift" aria-current="(?:page|true)">Drift<\/a>/);
      }
    }
  });

  test('keep the filters, link the other formats, and show invalid values beside their fields', async () => {
    const { text } = await open('/drift?kind=seen_not_declared&host=web-1&days=7');
    for (const part of [
      '<option value="seen_not_declared" selected>seen, not declared</option>',
      'value="web-1"',
      'value="7"',
      '<a href="/drift?kind=seen_not_declared&amp;host=web-1&amp;days=7&amp;format=atom" type="application/atom+xml">Atom</a>',
    ]) {
      assert.ok(text.includes(part), part);
    }
    for (const [path, detail] of [
      ['/drift?days=91', 'Cannot read &quot;91&quot;: expected an integer from 0 to 90.'],
      ['/observations?port=65536', '&quot;65536&quot;: expected an integer from 0 to 65535.'],
    ] as const) {
      const { status, text: page } = await open(path);
      assert.equal(status, 400);
      assert.ok(page.includes('aria-invalid="true"') && page.includes(detail), page);
    }
  });

  test('send an empty field nowhere', async () => {
    const { status, headers } = await open('/drift?kind=&host=web-1');
    assert.deepEqual([status, headers.location], [303, '/drift?host=web-1']);
  });
});

test('the form of a new entry can have the hosts', async () => {
  const { text } = await open('/associations/new?port=6379&protocol=tcp&name=redis&environment=production&hosts=web-1');
  assert.match(text, /<(?:input|textarea)[^>]*name="hosts"[^>]*(?:value="web-1"|>web-1<)/);
});
