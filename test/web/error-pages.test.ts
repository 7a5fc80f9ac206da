import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROUTES } from '../../src/rest/routes.ts';
import { meaningOf } from '../../src/web/errors/address-meaning.ts';
import { errorWords } from '../../src/web/errors/error-words.ts';
import { request } from '../support/contract.ts';
import { fc } from '../support/properties.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const PAGES = [...ROUTES.map(({ path }) => path), '/about', '/docs'];

function browse(path: string, app = product.app) {
  return request(app).get(path).set('Accept', BROWSER);
}

/** Returns what a person reads and follows in the content of a page: heading, links, and the text in the search field. */
function readPage(text: string) {
  const content = text.slice(text.indexOf('<main'), text.indexOf('</main>'));
  const plain = (html = '') => html.replaceAll(/<[^>]+>/g, '').replaceAll('&quot;', '"');
  return {
    title: plain(/<title>(.*?)<\/title>/.exec(text)?.[1]),
    heading: plain(/<h1>(.*?)<\/h1>/.exec(content)?.[1]),
    reason: plain(/<p class="lede">(.*?)<\/p>/.exec(content)?.[1]),
    links: [...content.matchAll(/<a (?:class="alone" )?href="([^"]*)">(.*?)<\/a>/g)].map(
      ([, href, label]) => `${plain(label)} → ${href}`,
    ),
    field: /name="q" value="([^"]*)"/.exec(content)?.[1],
    status: plain(/<p class="meta">(.*?) · Request/.exec(content)?.[1]),
  };
}

const DIGITS = 'Expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero.';

describe('an error page says in words what is wrong, and leads on:', () => {
  const cases = [
    ['/ports/70000', 'There is no port 70000: ports end at 65535.', '', [], '70000', '400 Bad Request'],
    [
      '/ports/ssh',
      '"ssh" is not a valid port number.',
      DIGITS,
      ['/services/ssh → /services/ssh', 'Search for "ssh" → /search?q=ssh'],
      'ssh',
      '400 Bad Request',
    ],
    ['/ports/1e3', '"1e3" is not a valid port number.', DIGITS, [], '1e3', '400 Bad Request'],
    ['/ports/65536/tcp', 'There is no port 65536: ports end at 65535.', '', [], '65536 tcp', '400 Bad Request'],
    [
      '/ports/22,80',
      '"22,80" is not a valid port number.',
      DIGITS,
      ['Ports 22,80 → /ports?ports=22%2C80'],
      '22,80',
      '400 Bad Request',
    ],
    [
      '/ports/22-25',
      '"22-25" is not a valid port number.',
      DIGITS,
      ['Ports 22-25 → /ports?ports=22-25'],
      '22-25',
      '400 Bad Request',
    ],
    [
      '/ports/443/https',
      '"https" is not a valid transport protocol.',
      'Expected tcp, udp, sctp or dccp.',
      ['Port 443 → /ports/443', 'Search for "https" → /search?q=https'],
      '443 https',
      '400 Bad Request',
    ],
    [
      '/ports/22?protocol=foo',
      '"foo" is not a valid transport protocol.',
      'Expected tcp, udp, sctp or dccp.',
      ['Port 22 → /ports/22'],
      '22',
      '400 Bad Request',
    ],
    [
      '/ports/22?colour=red',
      'Unknown query parameter "colour".',
      'Expected one of protocol, asOf, prefer, checks, format, wide.',
      ['Port 22 → /ports/22'],
      '22',
      '400 Bad Request',
    ],
    [
      '/ranges?limit=0',
      '"0" is not a valid limit.',
      'Expected an integer from 1 to 1000.',
      ['/ranges → /ranges'],
      '',
      '400 Bad Request',
    ],
    ['/ports/%zz', 'Cannot decode the path.', 'Expected UTF-8 in percent-encoding.', [], '', '400 Bad Request'],
    ['/port/22', 'There is no page "/port/22".', '', ['Port 22 → /ports/22'], '22', '404 Not Found'],
    [
      '/service/ssh',
      'There is no page "/service/ssh".',
      '',
      ['/services/ssh → /services/ssh', 'Search for "ssh" → /search?q=ssh'],
      'ssh',
      '404 Not Found',
    ],
    [
      '/suggestion',
      'There is no page "/suggestion".',
      '',
      ['/suggestions → /suggestions', 'Search for "suggestion" → /search?q=suggestion'],
      'suggestion',
      '404 Not Found',
    ],
    [
      '/registry/snapshot',
      'There is no page "/registry/snapshot".',
      '',
      ['/registry/snapshots → /registry/snapshots', 'Search for "snapshot" → /search?q=snapshot'],
      'snapshot',
      '404 Not Found',
    ],
    ['/ssh', 'There is no page "/ssh".', '', ['Search for "ssh" → /search?q=ssh'], 'ssh', '404 Not Found'],
    ['/22,80', 'There is no page "/22,80".', '', ['Ports 22,80 → /ports?ports=22%2C80'], '22,80', '404 Not Found'],
    [
      '/services/sssh',
      'There is no service "sssh".',
      '',
      ['ssh → /services/ssh', 'Search for "sssh" → /search?q=sssh'],
      'sssh',
      '404 Not Found',
    ],
    [
      '/services/sssh?asOf=2026-08-05',
      'There is no service "sssh" on 2026-08-05.',
      '',
      ['ssh → /services/ssh', '/services/sssh → /services/sssh', 'Search for "sssh" → /search?q=sssh'],
      'sssh',
      '404 Not Found',
    ],
    [
      '/associations/nobody',
      'There is no use or own entry "nobody".',
      '',
      ['Search for "nobody" → /search?q=nobody'],
      'nobody',
      '404 Not Found',
    ],
    [
      '/reservations',
      'This address has no page: only programs use it.',
      'Cannot GET this resource: expected one of POST.',
      [],
      undefined,
      '405 Method Not Allowed',
    ],
  ] as const;
  for (const [path, heading, reason, links, field, status] of cases) {
    test(path, async () => {
      const answer = await browse(path);
      const page = readPage(answer.text);
      const { title, ...rest } = page;
      assert.deepEqual(rest, { heading, reason, links, field, status });
      assert.equal(`${answer.status}`, status.slice(0, 3));
      const inWords = heading
        .replace(/^There is no/, 'No')
        .replace(/: ports end at 65535/, '')
        .replace(/\.$/, '');
      assert.equal(title, `${inWords} · Portolan`);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.match(answer.get('Vary') ?? '', /\bAccept\b/);
    });
  }

  test('a text of a hostile address is escaped', async () => {
    const { text } = await browse('/ports/%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE');
    assert.ok(text.includes('&quot;&lt;script&gt;alert(1)&lt;/script&gt;<span class="invisible"'), text);
    assert.doesNotMatch(text, /<script>/);
  });

  test('a path of more than 200 characters has no guesses', async () => {
    for (const [length, links] of [
      [199, 1],
      [200, 0],
    ] as const) {
      const { status, text } = await browse(`/${'x'.repeat(length)}`);
      assert.deepEqual([status, readPage(text).links.length], [404, links]);
    }
  });
});

test('an error page names what was perhaps meant once, as a link to a page by a name', async () => {
  const query = await browse('/ports/22?protocl=tcp');
  assert.deepEqual(query.text.match(/Did you mean/g), ['Did you mean']);
  assert.equal(readPage(query.text).reason, 'Did you mean protocol?');
  await request(product.app)
    .post('/pools')
    .set('Authorization', product.bearer('admin'))
    .send({ name: 'payments', ranges: ['20000-20999'] })
    .expect(201);
  const pool = readPage((await browse('/pools/payment')).text);
  assert.deepEqual(pool.links, ['payments → /pools/payments', 'Search for "payment" → /search?q=payment']);
});

test('the words for statuses without an address at fault', () => {
  const cases = [
    [401, 'This page needs a token.', 'Expected a token.'],
    [406, 'This address has no page, only other formats.', 'Cannot answer in text/html: expected text/csv.'],
    [413, 'The request is too large.', 'Cannot read the body: too long.'],
    [414, 'The address is too long.', 'Cannot read the URL: it is too long.'],
    [429, 'Too many requests: wait a moment.', 'Cannot answer more than 5 requests in 60 s.'],
    [500, 'Something went wrong inside the server.', null],
    [503, 'The server cannot answer now.', 'The database is damaged: restore it.'],
  ] as const;
  for (const [status, sentence, reason] of cases) {
    const detail = reason === null ? 'Something went wrong inside the server' : reason.slice(0, -1);
    assert.deepEqual(errorWords(status, detail), { title: sentence.slice(0, -1), sentence, reason });
  }
  assert.deepEqual(errorWords(409, 'taken'), { title: 'taken', sentence: 'Taken.', reason: null });
});

describe('an address with one meaning leads a browser to its page:', () => {
  const cases = [
    ['/22', '/ports/22'],
    ['/443/tcp', '/ports/443/tcp'],
    ['//22', '/ports/22'],
    ['/70000', '/ports/70000'],
    ['/ports/22/', '/ports/22'],
    ['/ports//22', '/ports/22'],
    ['/Ports/22', '/ports/22'],
    ['/ports/0080', '/ports/80'],
    ['/ports/000', '/ports/0'],
    ['/ports/0080/tcp', '/ports/80/tcp'],
    ['/ports/22/History/', '/ports/22/history'],
    ['/ports/', '/ports'],
    ['/search/', '/search'],
    ['/search/?q=ssh&origin=', '/search?q=ssh&origin='],
    ['/ports/22/?asOf=2026-08-05', '/ports/22?asOf=2026-08-05'],
    ['/services/ssh/', '/services/ssh'],
    ['/services/whois%2B%2B/', '/services/whois%2B%2B'],
    ['/REGISTRY/Snapshots', '/registry/snapshots'],
    ['/about/', '/about'],
    ['/docs/', '/docs'],
    ['/graphql/', '/graphql'],
  ] as const;
  for (const [path, location] of cases) {
    test(`${path} to ${location}`, async () => {
      const { status, headers } = await browse(path);
      assert.deepEqual([status, headers.location, headers['cache-control']], [308, location, 'no-store']);
      assert.match(headers.vary ?? '', /\bAccept\b/);
      assert.equal((await request(product.app).head(path).set('Accept', BROWSER)).status, 308);
    });
  }

  test('other clients get a problem', async () => {
    for (const [path] of cases) {
      for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9']) {
        const answer = await request(product.app).get(path).set('Accept', accept);
        assert.deepEqual([answer.type, answer.headers.location], ['application/problem+json', undefined], path);
        assert.ok([400, 404].includes(answer.status), path);
      }
    }
    const { body } = await request(product.app).get('/Ports/22');
    const { requestId, ...problem } = body;
    assert.deepEqual(problem, {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'Cannot find "/Ports/22": no such resource',
    });
    assert.match(requestId, /^[0-9a-f-]{36}$/);
  });
});

describe('no address leads to another server:', () => {
  const hostile = [
    '//evil.example',
    '//evil.example/ports/22',
    '//evil.example/',
    '/\\evil.example/',
    '/%5C%5Cevil.example/',
    '/%2F%2Fevil.example/',
    '/https://evil.example/',
    '/%0d%0aLocation:%20https://evil.example/',
    '/ports/22%0d%0aLocation:x/',
    '/services/%2F%2Fevil.example/',
    '/services/../',
    '/services/%2e%2e/',
    '/.//evil.example/',
  ];
  for (const path of hostile) {
    test(path, async () => {
      const { status, headers, text } = await browse(path);
      const location = headers.location ?? '/';
      assert.match(location, /^\/(?:[a-z]|$)/, `${status} ${location}`);
      assert.equal(new URL(location, 'http://portolan.example').host, 'portolan.example');
      assert.doesNotMatch(JSON.stringify(headers), /\\r|\\n/);
      for (const link of readPage(text).links) assert.match(link, /→ \/[a-z]/);
    });
  }

  test('any path leads to a path of a page, and that leads nowhere else', () => {
    const segment = fc.oneof(
      fc.constantFrom('ports', 'Ports', 'services', 'search', '..', '%2e', '', '\\', '22', '0080', 'tcp', '%2F%2Fevil'),
      fc.string({ maxLength: 8 }).map(encodeURIComponent),
      fc.webSegment(),
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
        const { redirect, guesses } = meaningOf(`/${segments.join('/')}`, '', PAGES);
        for (const href of [...guesses.map((guess) => guess.href), ...(redirect === null ? [] : [redirect])]) {
          assert.match(href, /^\/[a-z]/);
          assert.equal(new URL(href, 'http://portolan.example').host, 'portolan.example');
        }
        if (redirect !== null) assert.equal(meaningOf(redirect, '', PAGES).redirect, null);
      }),
    );
  });
});

test('a page of an error inside the server keeps its cause to itself', async () => {
  const broken = new Proxy({} as Parameters<typeof createTestApp>[0], {
    get: () => () => {
      throw new Error('SELECT secret');
    },
  });
  const { status, text } = await browse('/ports/22', await createTestApp(broken));
  const { heading, reason, links, field } = readPage(text);
  assert.deepEqual(
    [status, heading, reason, links, field],
    [500, 'Something went wrong inside the server.', '', [], undefined],
  );
  assert.doesNotMatch(text, /secret/);
});
