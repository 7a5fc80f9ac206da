import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PAGE_POLICY } from '../../src/web/parts/policy.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const NO_NUMBER = 'Cannot read &quot;foo&quot;: expected an integer from 0 to 65535.';
const NO_RANGE = 'Cannot read &quot;foo&quot;: expected a range such as 20000-29999.';
const NO_DAY = 'Cannot read &quot;foo&quot;: expected a day such as 2026-04-09.';
const NO_PROTOCOL = 'Cannot read &quot;foo&quot;: expected tcp, udp, sctp or dccp.';

function browse(path: string) {
  return request(product.app).get(path).set('Accept', 'text/html');
}

/** Returns the invalid control of a page, and its words. */
function faultOf(text: string): { readonly control: string; readonly words: string } {
  const [control, ...others] = text.match(/<(?:input|select)[^>]* aria-invalid="true"[^>]*>/g) ?? [];
  assert.ok(control !== undefined && others.length === 0, 'one invalid control');
  const [, id = ''] = / aria-describedby="([^"]+)"/.exec(control) ?? [];
  const [, words = ''] = new RegExp(`<p class="fault" id="${id}"><bdi>([^<]*)</bdi>`).exec(text) ?? [];
  return { control, words };
}

describe('a form with an invalid field', () => {
  /** The address, the field, its words, and a part of its control: the entered value. */
  const cases = [
    ['/suggestions?within=foo', 'within', NO_RANGE, 'value="foo"'],
    ['/suggestions?within=20000-', 'within', NO_RANGE.replace('foo', '20000-'), 'value="20000-"'],
    ['/suggestions?within=1-70000', 'within', NO_NUMBER.replace('foo', '70000'), 'value="1-70000"'],
    ['/suggestions?near=foo', 'near', NO_NUMBER, 'value="foo"'],
    [
      '/suggestions?near=080',
      'near',
      'Cannot read &quot;080&quot;: expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero.',
      'value="080"',
    ],
    ['/suggestions?near=70000', 'near', NO_NUMBER.replace('foo', '70000'), 'value="70000"'],
    [
      '/suggestions?count=101',
      'count',
      'Cannot read &quot;101&quot;: expected an integer from 1 to 100.',
      'value="101"',
    ],
    [
      '/suggestions?within=9-1',
      'within',
      'Cannot read &quot;9-1&quot;: expected the lower port first, 1-9.',
      'value="9-1"',
    ],
    ['/suggestions?protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    ['/suggestions?order=size', 'order', 'Cannot read &quot;size&quot;: expected weight or number.', '<select'],
    ['/suggestions?near=80&like=x', 'like', 'Leave “Near port” or “For” empty.', 'value="x"'],
    ['/suggestions?like=x&order=number', 'order', 'Leave “For” or “Order by” empty.', '<select'],
    [
      '/suggestions?consecutive=yes',
      'consecutive',
      'Cannot read &quot;yes&quot;: expected true or false.',
      'type="checkbox"',
    ],
    [
      '/suggestions?environment=%20',
      'environment',
      'Cannot read &quot; &quot;: expected a name of 1 to 100 characters.',
      'value=" "',
    ],
    ['/suggestions?pool=east', 'pool', 'Cannot find pool &quot;east&quot;: no such pool.', '<select'],
    [
      '/suggestions?avoid=linus',
      'avoid',
      'Cannot read &quot;linus&quot;: expected linux, windows, macos, kubernetes, browsers or own; did you mean linux?',
      'value="linux"',
    ],
    ['/ports?ports=foo', 'ports', NO_NUMBER, 'value="foo"'],
    ['/ports?ports=22&protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    ['/ports?ports=22&asOf=foo', 'asOf', NO_DAY, 'value="foo"'],
    [
      '/ports?ports=0-1000',
      'ports',
      'Cannot answer for more than 1000 ports at once: item 0-1000 makes it 1001.',
      'value="0-1000"',
    ],
    ['/ports/22?asOf=foo', 'asOf', NO_DAY, 'value="foo"'],
    ['/ports/22/tcp?asOf=foo', 'asOf', NO_DAY, 'value="foo"'],
    ['/ports/22/suitability?protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    [
      '/ports/22/suitability?environment=%20',
      'environment',
      'Cannot read &quot; &quot;: expected a name of 1 to 100 characters.',
      'value=" "',
    ],
    ['/registry/changes?since=foo', 'since', NO_DAY, 'value="foo"'],
    ['/registry/changes?until=foo', 'until', NO_DAY, 'value="foo"'],
    ['/registry/changes?port=foo', 'port', NO_NUMBER, 'value="foo"'],
    ['/registry/changes?protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    ['/assignments?port=foo', 'port', NO_NUMBER, 'value="foo"'],
    ['/assignments?protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    ['/associations?port=foo', 'port', NO_NUMBER, 'value="foo"'],
    ['/associations?protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
    ['/search?q=ssh&protocol=foo', 'protocol', NO_PROTOCOL, '<select'],
  ] as const;
  for (const [path, field, words, part] of cases) {
    test(`${path} is the form again, with the words beside the field`, async () => {
      const { status, type, headers, text } = await browse(path);
      assert.deepEqual([status, type, headers['cache-control']], [400, 'text/html', 'no-store']);
      assert.equal(headers['content-security-policy'], PAGE_POLICY);
      const fault = faultOf(text);
      assert.equal(fault.words, words);
      for (const expected of [part, ` name="${field}"`, ' autofocus'])
        assert.ok(fault.control.includes(expected), fault.control);
      assert.equal(text.split(' autofocus').length, 2);
      const entered = new URLSearchParams(path.split('?')[1]);
      for (const [name, value] of entered) {
        if (name !== field) assert.ok(text.includes(`name="${name}" value="${value}"`), name);
      }
      const { status: plainStatus, type: plainType, body } = await request(product.app).get(path);
      assert.deepEqual([plainStatus, plainType], [400, 'application/problem+json']);
      assert.deepEqual(
        body.errors.map(({ parameter }: { readonly parameter: string }) => parameter),
        [field],
      );
    });
  }

  test('opens the collapsed conditions only for a field in them', async () => {
    const { text } = await browse('/suggestions?within=foo&count=3');
    // The summary leaves the invalid value out.
    assert.match(text, /<details open><summary>Conditions: <bdi>3 ports, 1024-49151, away from /);
    assert.match((await browse('/suggestions?near=foo')).text, /<details><summary>Conditions/);
  });

  test('shows what was entered as text', async () => {
    const { text } = await browse(`/suggestions?within=${encodeURIComponent('"><script>\u202e')}`);
    assert.doesNotMatch(text, /<script>/);
    assert.match(
      text,
      /<bdi>Cannot read &quot;\\&quot;&gt;&lt;script&gt;<span class="invisible"[^>]*>U\+202E<\/span>&quot;: expected/,
    );
  });

  for (const path of [
    '/assignments?limit=0',
    '/ports/70000/suitability',
    '/ports/22/history?since=foo',
    '/ports/22/tcp?protocol=udp',
    '/suggestions?nearby=1',
  ]) {
    test(`${path} is an error page: no form has that field`, async () => {
      const { status, text } = await browse(path);
      assert.deepEqual([status, text.includes('aria-invalid')], [400, false]);
    });
  }
});

describe('a list of ports with invalid items', () => {
  test('has the reports of the others, and a line for each invalid item', async () => {
    const { status, headers, text } = await browse('/ports?ports=22,foo,443/tcp,9-1&protocol=tcp');
    assert.deepEqual([status, headers['cache-control']], [400, 'no-store']);
    assert.equal(faultOf(text).words, NO_NUMBER);
    assert.ok(faultOf(text).control.includes('value="22,foo,443/tcp,9-1"'));
    const lines = [
      ...text.matchAll(
        /data-label="Port">(?:<a href="([^"]+)">[^<]*<\/a>|–)<\/td><td[^>]*>(?:<p class="fault"><bdi>([^<]*))?/g,
      ),
    ];
    assert.deepEqual(
      lines.map(([, link, words]) => link ?? words),
      [
        '/ports/22/tcp',
        '/ports/443/tcp',
        NO_NUMBER,
        'Cannot read &quot;9-1&quot;: expected the lower port first, 1-9.',
      ],
    );
    const { status: plain, body } = await request(product.app).get('/ports?ports=22,foo,443');
    assert.deepEqual([plain, body.errors.length], [400, 1]);
  });

  test('names at most 20 of them', async () => {
    const { text } = await browse(`/ports?ports=22${',x'.repeat(23)}`);
    assert.equal(text.split('data-label="Port">–').length - 1, 21);
    assert.ok(text.includes('3 more invalid items'));
  });
});

describe('a form with empty fields', () => {
  const all = 'avoid=&avoid=linux&avoid=windows&avoid=macos&avoid=kubernetes&avoid=browsers&avoid=own';
  const cases = [
    ['/search?q=ssh&origin=&state=&category=', '/search?q=ssh'],
    ['/suggestions?like=&near=&protocol=&count=', '/suggestions'],
    [`/suggestions?like=a+b&${all}`, '/suggestions?like=a+b'],
    ['/suggestions?avoid=&avoid=linux&avoid=own', '/suggestions?avoid=linux%2Cown'],
    ['/assignments?q=&port=22', '/assignments?port=22'],
    ['/associations?q=&port=', '/associations'],
    ['/registry/changes?since=&until=', '/registry/changes'],
    ['/ports/22?asOf=', '/ports/22'],
    ['/ports/22/suitability?protocol=&environment=', '/ports/22/suitability'],
    ['/search?q=', '/search'],
    ['/audit?token=&action=create&id=', '/audit?action=create'],
  ] as const;
  for (const [path, location] of cases) {
    test(`${path} is redirected to the address without them`, async () => {
      const { status, headers } = await browse(path);
      assert.deepEqual(
        [status, headers.location, headers['cache-control'], headers.vary?.includes('Accept')],
        [303, location, 'no-cache', true],
      );
      assert.notEqual((await browse(location)).headers.location, location);
    });
  }

  test('is answered where nothing can be left out', async () => {
    assert.equal((await browse('/suggestions?avoid=')).status, 200);
  });

  test('is an error for programs', async () => {
    const { status, body } = await request(product.app).get('/suggestions?like=');
    assert.deepEqual([status, body.errors[0].parameter], [400, 'like']);
  });
});
