import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import supertest from 'supertest';
import { parseSuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
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

/** Returns the address of the link with these words. */
function linked(text: string, words: string): string {
  const [, address = ''] = new RegExp(`<a href="([^"]+)"[^>]*>${words}</a>`).exec(text) ?? [];
  return address.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

/** Fails unless the page has these texts in this order. */
function assertInOrder(text: string, parts: readonly string[]): void {
  let from = 0;
  for (const part of parts) {
    const place = text.indexOf(part, from);
    assert.ok(place >= 0, `${part} after ${from}`);
    from = place + part.length;
  }
}

/** Converts enum values of GraphQL to those of REST. */
function lowerCase(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) =>
      typeof part === 'string' && /^[A-Z]+(?:_[A-Z]+)*$/.test(part) ? part.toLowerCase().replaceAll('_', '-') : part,
    ),
  );
}

describe('the page of a port', () => {
  test('answers the three questions first, then gives the facts', async () => {
    const text = await page('/ports/60257');
    const headings = [...text.matchAll(/<h2[^>]*>([^<]+)<\/h2>/g)].map(([, words]) => words);
    assert.deepEqual(headings.slice(0, 10), [
      'What is it?',
      'May I use it?',
      'Who here uses it?',
      'Informal uses',
      'IANA registry',
      'Why “Not lasting”',
      'See what uses it on a host',
      'From a script',
      'Where it lies',
      'Neighbours',
    ]);
    assertInOrder(text, [
      '<p class="range">Dynamic Port</p>',
      '>‹ 60256</a>',
      '>60258 ›</a>',
      'Most likely a client&#39;s outgoing connection',
      '6 informal uses have wide ranges around it.',
      '</span> Not lasting</p>',
      'Any program may take a Dynamic Port for a while: no service can rely on one.',
      'href="/suggestions?near=60257">Find a free port near 60257</a>',
      'Nobody has entered it',
      'aria-current="page">any protocol</a>',
      'None of this port alone; these have wide ranges around it:',
      // Not collapsed, the most prominent first.
      '<td role="cell" data-label="Program"><span id="use-xsan-filesystem-access"><a href="/associations/xsan-filesystem-access"><bdi>Xsan Filesystem Access</bdi></a></span></td><td role="cell" data-label="Protocols">tcp</td><td role="cell" data-label="Ports">49152-65535</td><td role="cell" data-label="Confidence"><span class="confidence documented">said by its maker</span> <a href=',
      'Dynamic Ports 49152-65535 are never assigned (RFC 6335, section 6).',
      '<a href="/ports/60257/history">',
      'Linux uses 32768-60999 for outgoing connections',
      '<details data-system="linux" open>',
      'ss -lntup &#39;sport = :60257&#39;',
      '<details data-system="macos"><summary>macOS</summary>',
      'curl <span data-origin>localhost:7605</span>/ports/60257<',
      'Port 60257 on the line from 0 to 65535. It is in Dynamic Ports 49152-65535.',
      'Linux (32768-60999), macOS (49152-65535) and Windows (49152-65535)</bdi>.',
      '>60255</a> <span>dynamic</span>',
      '>60259</a> <span>dynamic</span>',
    ]);
    assert.equal(text.indexOf('<details'), text.indexOf('<details><summary>More information: ephemeral'));
  });

  test('has five informal uses by prominence, and the others collapsed', async () => {
    const text = await page('/ports/8080');
    assertInOrder(text, [
      '<p class="name"><bdi>http-alt</bdi></p>',
      '<p class="answer"><bdi>HTTP Alternate (see port 80)</bdi></p>',
      'In practice: Apache Airflow, Apache Tomcat, Jenkins and others.',
      'For http-alt only: for anything else take another port.',
      'more on this port</summary>',
      ' other names: <bdi>',
      // One row for both protocols.
      '<bdi>http-alt</bdi></a></td><td role="cell" data-label="Protocols">tcp, udp</td><td role="cell" data-label="State">assigned</td>',
      '<summary>All columns</summary>',
      'IANA has assigned it to http-alt (HTTP Alternate (see port 80)) on tcp and udp.',
      ' informal uses of this port, listed above.',
    ]);
    assert.equal(text.match(/data-label="Program"/g)?.length, 5);
    const { associations } = product.registry.port(8080, null);
    for (const { id } of associations) {
      assert.equal(text.split(`id="use-${id}"><a href="/associations/${id}"`).length, 2, id);
    }
  });

  test('says what uses it in practice only for uses as prominent as the official service', async () => {
    assert.match(await page('/ports/8006'), /In practice: Proxmox/);
    const text = await page('/ports/80');
    assert.match(text, /href="\/associations\/broadlink"/);
    assert.doesNotMatch(text, /In practice/);
  });

  test('has its summary and names in the metadata', async () => {
    const text = await page('/ports/8080');
    const title = '8080 http-alt: Apache Airflow, Apache Tomcat, Jenkins · Portolan';
    const { summary } = product.registry.port(8080, null);
    assert.doesNotMatch(summary, /["&'<>]/);
    assertInOrder(text, [
      `<title>${title}</title>`,
      `<meta name="description" content="${summary}">`,
      `<meta property="og:title" content="${title}">`,
      `<meta property="og:description" content="${summary}">`,
    ]);
    assert.equal(text.split(summary).length, 3);
    assert.match(await page('/ports/60257'), /<title>Port 60257: dynamic · Portolan<\/title>/);
    assert.match(await page('/ports/443/sctp'), /<title>443\/sctp https · Portolan<\/title>/);
  });

  const verdicts = [
    ['/ports/443/tcp', 'avoid', '✕', 'Taken', 'For https only: for anything else take another port.'],
    ['/ports/80', 'avoid', '✕', 'Taken', 'For http only: for anything else take another port.'],
    ['/ports/0', 'avoid', '✕', 'Taken', 'IANA has reserved it on tcp and udp.'],
    [
      '/ports/49152',
      'avoid',
      '✕',
      'Not lasting',
      'Any program may take a Dynamic Port for a while: no service can rely on one.',
    ],
    ['/ports/3000/sctp', 'caution', '!', 'With care', 'IANA has assigned it on another protocol.'],
  ] as const;
  for (const [path, verdict, sign, title, text] of verdicts) {
    test(`${path} is "${title}"`, async () => {
      assertInOrder(await page(path), [
        `<div class="${verdict}"><h2>May I use it?</h2>\n<p class="answer verdict"><span aria-hidden="true">${sign}</span> ${title}</p>`,
        `<p><bdi>${text}</bdi></p>`,
        'Find a free port near',
        `<h2 id="reasons">Why “${title}”</h2>`,
      ]);
    });
  }

  test('a free port is "Free"; its own entry makes it "Taken here", with owner and environment', async () => {
    const conditions = parseSuggestionConditions({ protocol: 'tcp', within: '20000-29999', count: 1 });
    const number = product.registry.suggestions(conditions).results[0]?.number ?? 0;
    const before = await page(`/ports/${number}/tcp`);
    assertInOrder(before, ['</span> Free</p>', 'Nothing is known that conflicts with it.', 'Nobody has entered it']);
    assert.doesNotMatch(before, /Find a free port near/);
    const entry = { name: 'billing-api', firstPort: number, owner: 'payments', environment: 'production' };
    await product.own.create([parseOwnEntry(entry)], false, COMMAND_LINE);
    assertInOrder(await page(`/ports/${number}/tcp`), [
      '</span> Taken here</p>\n<p><bdi>By billing-api.</bdi></p>',
      `href="/suggestions?near=${number}&amp;protocol=tcp">Find a free port near ${number}</a>`,
      '<p class="answer"><a href="#own"><bdi>billing-api</bdi></a></p>\n<p><bdi>payments, production</bdi></p>',
      '<h2 id="own">Own entries</h2>',
      '<h2 id="uses">Informal uses</h2>',
    ]);
  });

  test('another day has no verdict', async () => {
    const { date } = product.registry.info();
    const text = await page(`/ports/22?asOf=${date}`);
    assertInOrder(text, ['Known for today only', '<a href="/ports/22">The answer for today</a>']);
    assertInOrder(text, [`curl '<span data-origin>localhost:7605</span>/ports/22?asOf=${date}'`]);
    assert.doesNotMatch(text, /id="reasons"/);
    assertInOrder(await page('/ports/22?asOf=2030-01-01'), ['May I use it?', 'Known for today only']);
  });

  test('a deregistered port says so beside its description', async () => {
    assertInOrder(await page('/ports/1028'), [
      '<p class="answer"><bdi>Deprecated</bdi></p>',
      '<p><bdi>IANA had assigned it, and has taken the assignment back.</bdi></p>',
    ]);
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

test('the page of port 0 has no commands that look for it on a host', async () => {
  const text = await page('/ports/0');
  assert.ok(
    text.includes('<p>No program listens on port 0: a program that asks for it gets another port from the system.</p>'),
  );
  assert.doesNotMatch(text, /data-system=|sport = :0/);
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
      assert.doesNotMatch(text, /<link rel="(?!canonical|alternate|search)[^>]*href="(?!\/assets\/)/);
      for (const [, asset = ''] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        assert.equal((await supertest(product.app).get(asset)).status, 200, asset);
      }
    });
  }

  test('shows user input and untrusted data as text', async () => {
    const words = '<script>alert(1)</script>\u202e';
    const searched = await page(`/search?q=${encodeURIComponent(words)}&literal=true`);
    assert.doesNotMatch(searched, /<script>/);
    assert.match(searched, /&lt;script&gt;alert\(1\)&lt;\/script&gt;<span class="invisible"[^>]*>U\+202E<\/span>/);
    const missing = await page(`/services/${encodeURIComponent('"><img src=x>')}`, 404);
    assert.doesNotMatch(missing, /<img src=x/);
    // IANA's own cells have such brackets.
    assert.match(await page('/ports/80'), /u=&lt;username&gt;/);
  });
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
