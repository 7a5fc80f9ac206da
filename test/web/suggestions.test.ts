import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function page(path: string): Promise<string> {
  const { status, text } = await request(product.app).get(path).set('Accept', 'text/html');
  assert.equal(status, 200, path);
  return text;
}

async function suggested(path: string): Promise<number[]> {
  const { body } = await request(product.app).get(path);
  return body.results.map(({ number }: { readonly number: number }) => number);
}

/** Returns the ports on a page, in order. */
function listed(text: string): number[] {
  return [...text.matchAll(/<li><b><code><a href="[^"]*">(\d+)<\/a>/g)].map(([, number]) => Number(number));
}

function matched(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, part = '']) => part);
}

test('the page has a line for each port of the API, with what to do with it', async () => {
  const path = '/suggestions?like=billing-api&protocol=tcp';
  const text = await page(path);
  const ports = await suggested(path);
  assert.deepEqual([ports.length, listed(text)], [5, ports]);
  assert.match(text, /<h1>A free port<\/h1>/);
  assert.match(text, /<h2 id="found">5 free ports for <bdi>billing-api<\/bdi><\/h2>/);
  for (const port of ports) {
    const query = `port=${port}&amp;protocol=tcp&amp;name=billing-api`;
    assert.ok(text.includes(`href="/associations/new?${query}" aria-label="Reserve ${port}/tcp">Reserve</a>`));
    assert.ok(text.includes(`<a href="/ports/${port}/tcp">${port}</a></code><span class="of">/tcp</span>`));
    assert.ok(text.includes(`class="copy" aria-label="Copy ${port}">Copy</button>`));
  }
  assert.equal(text.split('✓</span> Free.</span>').length - 1, ports.length);
  assert.ok(
    text.includes("curl '<span data-origin>localhost:7605</span>/suggestions?like=billing-api&amp;protocol=tcp'"),
  );
  assert.ok(text.includes('href="/suggestions?like=billing-api&amp;protocol=tcp&amp;format=json"'));
});

test('what is known of all ports of the list stands once below it', async () => {
  const text = await page('/suggestions?within=16384-32767&count=3');
  const [, list = ''] = /<ol class="suggestions">(.*?)<\/ol>(.*?)<\/section>/s.exec(text) ?? [];
  assert.equal(list.split('Nothing else known on it or beside it.').length - 1, 3);
  assert.doesNotMatch(list, /ephemeral|RTP/);
  const [below = ''] = matched(text, /<p class="meta">Each of these ports: <bdi>([^<]*)/g);
  assert.match(below, /^It lies in ephemeral ranges of other systems or older versions\. Cisco RTP .*\.$/);
});

test('what is known of some ports stands beside them', async () => {
  const path = '/suggestions?within=20000-29999&count=3&order=number';
  const { body } = await request(product.app).get(path);
  const reasons: { readonly code: string; readonly detail: string }[] = body.results[0].reasons;
  const neighbour = reasons.find(({ code }) => code === 'neighbour')?.detail ?? '';
  const text = await page(path);
  assert.match(text, /3 free ports, the lowest first/);
  const [first = '', , last = ''] = text.split('<li><b><code>').slice(1);
  assert.ok(first.includes(`<bdi>${neighbour}</bdi> <cite>`), first);
  assert.match(last, /Nothing else known on it or beside it\./);
});

describe('the summary of the conditions', () => {
  const systems = 'Linux, Windows, macOS, Kubernetes, browsers&#39; blocked ports, our hosts';
  const cases = [
    ['/suggestions', `1024-49151, away from ${systems}`],
    ['/suggestions?within=2000-2999&count=1', `1 port, 2000-2999, away from ${systems}`],
    ['/suggestions?avoid=linux,OWN', '1024-49151, away from Linux, our hosts'],
    ['/suggestions?avoid=', '1024-49151, nothing avoided'],
    [
      '/suggestions?count=2&consecutive=true&environment=production&order=weight',
      `2 ports, 1024-49151, in one block, for production, by weight, away from ${systems}`,
    ],
  ] as const;
  for (const [path, words] of cases) {
    test(`of ${path} names each of them`, async () => {
      assert.deepEqual(matched(await page(path), /<summary>Conditions: <bdi>([^<]*)/g), [words]);
    });
  }
});

test('a link leads to five more ports', async () => {
  const more = (text: string) => matched(text, /href="([^"]*)">Five more</g);
  assert.deepEqual(more(await page('/suggestions?protocol=tcp')), ['/suggestions?protocol=tcp&amp;count=10']);
  assert.deepEqual(more(await page('/suggestions?count=98')), ['/suggestions?count=100']);
  for (const query of ['count=100', 'consecutive=true', 'within=0-1023']) {
    assert.deepEqual(more(await page(`/suggestions?${query}`)), [], query);
  }
});

test('a list without ports says why', async () => {
  const text = await page('/suggestions?within=0-1023');
  assert.match(text, /<h2 id="found">No port matches<\/h2>\n<p><bdi>0 of 1024 ports are suitable; requested: 5\./);
  assert.deepEqual(listed(text), []);
});

test('the form keeps the order, and its default is no parameter', async () => {
  const selected =
    /<select name="order">\n<option value="">default<\/option>\n<option>weight<\/option>\n<option selected>number</;
  assert.match(await page('/suggestions?order=number&count=1'), selected);
});

test('a name is text', async () => {
  const text = await page(`/suggestions?like=${encodeURIComponent('"><script>&')}`);
  assert.doesNotMatch(text, /<script>/);
  assert.ok(text.includes('&amp;name=%22%3E%3Cscript%3E%26"') || text.includes('name=%22%3E%3Cscript%3E%26"'));
});

test('the page of the advice on a port collapses what is more than five reasons of a kind', async () => {
  const { body } = await request(product.app).get('/ports/8080/suitability?protocol=tcp');
  const uses = body.reasons.filter(({ code }: { readonly code: string }) => code === 'informal_use').length;
  assert.ok(uses > 20);
  const text = await page('/ports/8080/suitability?protocol=tcp');
  const [, shown = '', collapsed = ''] = text.split('<ul class="reasons">');
  assert.equal(shown.split(' uses port 8080 on ').length - 1, 5);
  assert.equal(collapsed.split('<li>').length - 1, uses - 5);
  assert.ok(shown.includes(`<summary>${uses - 5} more of the same kind</summary>`));
  const link = (address: string) => `<a class="alone" href="${address}">For one protocol or environment</a>`;
  assert.ok((await page('/ports/8080')).includes(link('/ports/8080/suitability')));
  assert.ok((await page('/ports/8080/udp')).includes(link('/ports/8080/suitability?protocol=udp')));
});

test('the front page leads to the form of a new entry for the first port', async () => {
  const [first] = await suggested('/suggestions?count=1');
  assert.ok((await page('/')).includes(`href="/associations/new?port=${first}">Reserve</a>`));
});
