import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import supertest from 'supertest';
import { SCOPES } from '../../src/registry/own/token.ts';
import { PAGE_POLICY } from '../../src/web/parts/policy.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';
import { tokenNamed } from '../support/tokens.ts';

const product = useProduct();

async function page(path: string, status = 200): Promise<string> {
  const answer = await supertest(product.app).get(path).set('Accept', 'text/html');
  assert.deepEqual([answer.status, answer.type], [status, 'text/html'], path);
  assert.equal(answer.headers['content-security-policy'], PAGE_POLICY);
  return answer.text;
}

/** Returns the cells of each row of a table, as text. */
function cells(text: string): string[][] {
  const rows = [...text.matchAll(/<tr role="row">(<td.*?)<\/tr>/gs)];
  return rows.map(([, row = '']) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, '')),
  );
}

const ENTRIES = [
  { name: 'billing-api', firstPort: 8443, owner: 'payments', environment: 'production' },
  {
    name: 'ledger',
    firstPort: 20000,
    lastPort: 20019,
    protocols: ['tcp', 'udp'],
    owner: 'payments',
    environment: 'staging',
  },
  { name: 'gate', firstPort: 300 },
  { name: '<b>\ue000', firstPort: 301, owner: 'Payments' },
];

/** The ids of the entries, in their order. */
let ids: string[];

async function write(entries: readonly object[]): Promise<string[]> {
  const { body } = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entries as object[])
    .expect(201);
  return body.results.map(({ id }: { id: string }) => id);
}

test('without entries the page of own entries leads to the form and to the import', async () => {
  const text = await page('/own');
  assert.ok(text.includes('<p class="meta">0 entries, 0 teams</p>'));
  assert.ok(text.includes('Nobody has entered a port yet. <a href="/associations/new">Add the first one</a>'));
  assert.ok(text.includes('or <a href="#import-form">import your spreadsheet</a>.'));
  assert.ok(!text.includes('<table'));
  for (const [path, empty] of [
    ['/reports/allowed-ports', 'There are no active own entries.'],
    ['/reports/due', 'No entry is due.'],
  ] as const) {
    assert.ok((await page(path)).includes(`<p>${empty}</p>`));
    assert.ok((await page(`${path}?owner=nobody`)).includes('<p>No entry matches.</p>'));
  }
});

describe('the page of own entries', () => {
  before(async () => {
    ids = await write(ENTRIES);
  });

  test('lists them by port, with the day of the last change', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const text = await page('/own');
    assert.ok(text.includes('<p class="meta">4 entries, 2 teams</p>'));
    assert.deepEqual(cells(text), [
      ['300', 'gate', '', '', 'tcp', today],
      ['301', '&lt;b&gt;U+E000', 'Payments', '', 'tcp', today],
      ['8443', 'billing-api', 'payments', 'production', 'tcp', today],
      ['20000-20019', 'ledger', 'payments', 'staging', 'tcp, udp', today],
    ]);
    assert.ok(text.includes(`<a href="/associations/${ids[0]}"><bdi>billing-api</bdi></a>`));
  });

  test('lists them by team, those without an owner last', async () => {
    const text = await page('/own?view=team&q=');
    assert.deepEqual(
      cells(text).map(([, name]) => name),
      ['&lt;b&gt;U+E000', 'billing-api', 'ledger', 'gate'],
    );
    assert.ok(!text.includes('>Owner</th>'));
    const headings = [...text.matchAll(/<h2 class="team">(?:<bdi>)?([^<]*)/g)].map(([, words]) => words);
    assert.deepEqual(headings, ['Payments', 'payments', 'Without an owner']);
  });

  test('filters by words, owner and environment, and has several pages', async () => {
    const names = async (query: string) => cells(await page(`/own?${query}`)).map(([, name]) => name);
    assert.deepEqual(await names('owner=payments'), ['billing-api', 'ledger']);
    assert.deepEqual(await names('owner=payments&environment=staging'), ['ledger']);
    assert.deepEqual(await names('q=led'), ['ledger']);
    assert.deepEqual(await names('limit=1&offset=2&view=team'), ['ledger']);
    const text = await page('/own?owner=Payments&limit=1&view=team');
    assert.ok(text.includes('<option selected>Payments</option>\n<option>payments</option>'));
    assert.ok(text.includes('<input type="hidden" name="view" value="team">'));
    assert.ok(text.includes('<a href="/export/opnsense-alias?owner=Payments">OPNsense</a>'));
    assert.ok((await page('/own?owner=nobody')).includes('No entry matches.'));
    assert.ok((await page('/own?limit=1')).includes('<a rel="next" href="/own?limit=1&amp;offset=1">Next</a>'));
    await page('/own?view=port&limit=0', 400);
    await page('/own?view=environment', 400);
    await page('/own?colour=red', 400);
  });

  test('shows the pools with their used and free ports', async () => {
    await request(product.app)
      .post('/pools')
      .set('Authorization', product.bearer('admin'))
      .send({ name: 'payments', ranges: ['20000-20999'] })
      .expect(201);
    const text = (await page('/own')).replace(/<[^>]+>/g, '');
    assert.ok(text.includes('payments 20000-20999: 20 used, 980 free'));
  });

  test('is a redirect to the list for programs, also after a browser has asked', async () => {
    for (const accept of ['*/*', 'application/json', 'text/plain']) {
      const answer = await request(product.app).get('/own?owner=payments&view=team&limit=1').set('Accept', accept);
      assert.deepEqual(
        [answer.status, answer.headers.location],
        [303, '/associations?origin=own&owner=payments&limit=1'],
      );
    }
    assert.equal(
      (await request(product.app).get('/own?format=csv')).headers.location,
      '/associations?origin=own&format=csv',
    );
    await page('/own?format=html');
    assert.equal((await request(product.app).post('/own')).status, 405);
  });
});

test('an invalid filter of the audit log has its error beside it and the focus, without a token', async () => {
  const text = await page('/audit?since=foo&action=create', 400);
  assert.match(
    text,
    /<p class="fault" id="fault-since"><bdi>Cannot read &quot;foo&quot;: expected [^<]*<\/bdi><\/p><input [^>]* autofocus>/,
  );
  assert.match(text, /<option selected>create<\/option>/);
  assert.match(
    await page('/audit?action=rename', 400),
    /id="fault-action"><bdi>Cannot read &quot;rename&quot;: expected create, update or delete\.</,
  );
  await page('/audit?limit=0', 400);
  await page('/audit?since=2026-11-24');
});

test('the form of the audit log has a field for each filter of REST', async () => {
  const answer = await request(product.app).get('/audit?colour=red').set('Authorization', product.bearer('admin'));
  const [, known = ''] = /expected one of (.*)$/.exec(answer.body.detail) ?? assert.fail(answer.text);
  const filters = known.split(', ').filter((name) => !['limit', 'offset', 'format', 'wide'].includes(name));
  assert.ok(filters.includes('reservationKey'), known);
  const text = await page('/audit?idempotencyKey=deploy-42&reservationKey=billing%2Fproduction');
  const [form = ''] = /<form class="filters".*?<\/form>/s.exec(text) ?? [];
  const fields = [...form.matchAll(/<(?:input|select) [^>]*name="(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(fields.sort(), filters.sort());
  assert.match(text, /name="idempotencyKey" value="deploy-42"/);
  assert.match(text, /name="reservationKey" value="billing\/production"/);
});

test('a reason names an own entry by a link', async () => {
  assert.ok(
    (await page('/ports/8443/suitability')).includes(`<cite><a href="/associations/${ids[0]}">own entry</a></cite>`),
  );
});

test('own entries can be filtered by exactly their owner and environment, in REST and GraphQL', async () => {
  for (const [query, expected] of [
    ['owner=payments', ['billing-api', 'ledger']],
    ['owner=Payments', ['<b>\ue000']],
    ['owner=payment', []],
    ['environment=staging&owner=payments', ['ledger']],
    ['environment=production', ['billing-api']],
  ] as const) {
    const names = ({ results }: { results: { name: string }[] }) => results.map(({ name }) => name);
    assert.deepEqual(names((await request(product.app).get(`/associations?${query}`)).body), expected, query);
    const document = 'query ($filter: AssociationFilter) { associations(filter: $filter) { results: nodes { name } } }';
    const variables = { filter: Object.fromEntries(new URLSearchParams(query)) };
    const { body } = await supertest(product.app).post('/graphql').send({ query: document, variables });
    assert.deepEqual(names(body.data.associations), expected, query);
  }
});

describe('the form of an entry', () => {
  test('has the values of its address, five fields and the others collapsed', async () => {
    const text = await page(
      `/associations/new?port=20000-20019&protocol=UDP&owner=post&environment=test&name=${encodeURIComponent(`a"<'`)}`,
    );
    const [visible = '', collapsed = ''] = text.split('<details>');
    const fields = (part: string) => [...part.matchAll(/ data-field="(\w+)" data-kind/g)].map(([, name]) => name);
    assert.deepEqual(fields(visible), ['name', 'port', 'protocols', 'owner', 'environment']);
    assert.deepEqual(fields(collapsed), [
      'category',
      'contact',
      'link',
      'tags',
      'otherNames',
      'reviewBy',
      'expiresAt',
      'status',
      'hosts',
      'note',
      'sources',
      'justification',
    ]);
    assert.match(text, /name="name"[^>]* value="a&quot;&lt;&#39;"/);
    assert.match(text, /name="port"[^>]* value="20000-20019"/);
    assert.match(text, /name="owner"[^>]* value="post"/);
    assert.match(text, /name="environment"[^>]* value="test"/);
    assert.deepEqual(
      [...text.matchAll(/value="(\w+)" checked/g)].map(([, protocol]) => protocol),
      ['udp'],
    );
  });

  test('says in words that saving needs JavaScript, and shows the command', async () => {
    const text = await page(`/associations/new?port=8443&name=${encodeURIComponent("it's")}`);
    const [, words = ''] = /<noscript>(.*?)<\/noscript>/s.exec(text) ?? [];
    assert.equal(
      words
        .replace(/<[^>]+>/g, '')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .trim(),
      `To save an entry here, the page needs JavaScript. Without it, use the command line:
curl localhost:7605/associations -H "Authorization: Bearer $TOKEN" --json '{"name":"it'\\''s","firstPort":8443}'`,
    );
    assert.ok(text.includes('<fieldset class="fields" disabled>'));
  });

  test('is on the page of an entry, with its values, and not on other pages', async () => {
    const text = await page(`/associations/${ids[1]}`);
    assert.match(text, /name="name"[^>]* value="ledger"/);
    assert.match(text, /name="port"[^>]* value="20000-20019"/);
    assert.ok(text.includes(`data-id="${ids[1]}" data-revision="1"`));
    for (const path of ['/ports/20000', '/own', '/associations/xsan-filesystem-access', '/services/ledger'])
      assert.ok(!(await page(path)).includes('data-kind'), path);
    assert.ok((await page('/ports/20000')).includes(`<a class="button" href="/associations/${ids[1]}#entry"`));
    assert.ok((await page('/ports/20001/udp')).includes('href="/associations/new?port=20001&amp;protocol=udp"'));
  });

  test('of the front page is empty', async () => {
    assert.ok((await page('/')).includes('href="/associations/new">add</a>'));
  });

  test('is no resource for programs', async () => {
    const answer = await request(product.app).get('/associations/new');
    assert.deepEqual([answer.status, answer.body.detail], [404, 'Cannot find association "new": no such id']);
  });
});

test('the page of a use has its fields as a list of definitions', async () => {
  const definitions = (text: string) =>
    [...text.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map((pair) =>
      pair.slice(1).map((part) => part.replace(/<[^>]+>/g, '')),
    );
  const today = new Date().toISOString().slice(0, 10);
  const own = await page(`/associations/${ids[1]}`);
  assert.deepEqual(definitions(own), [
    ['Ports', '20000-20019 (each port)'],
    ['Protocol', 'tcp, udp'],
    ['Owner', 'payments'],
    ['Environment', 'staging'],
    ['Revision', `1, ${today}`],
  ]);
  assert.deepEqual([...own.matchAll(/<h(\d)/g)].map(([, level]) => level).slice(0, 2), ['1', '2']);
  const informal = definitions(await page('/associations/xsan-filesystem-access'));
  assert.deepEqual(informal[0], ['Ports', '49152-65535']);
  assert.deepEqual(
    informal.map(([label]) => label),
    ['Ports', 'Protocol', 'Used by', 'Category', 'Confidence', 'Note', 'Sources'],
  );
});

describe('GET /token', () => {
  test('returns the name, scope, binding and expiry of any valid token', async () => {
    for (const scope of SCOPES) {
      const answer = await request(product.app).get('/token').set('Authorization', product.bearer(scope));
      assert.deepEqual(
        [answer.status, answer.body],
        [200, { name: scope, scope, owners: [], pools: [], hosts: [], expiresAt: null }],
      );
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.ok(!answer.text.includes(tokenNamed(scope)));
    }
  });

  test('is 401 without a valid token', async () => {
    for (const [authorization, challenge] of [
      [undefined, 'Bearer realm="portolan"'],
      ['Bearer portolan_unknown', 'Bearer realm="portolan", error="invalid_token"'],
    ] as const) {
      const asked = request(product.app).get('/token');
      const answer = await (authorization === undefined ? asked : asked.set('Authorization', authorization));
      assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, challenge]);
    }
    assert.equal(
      (await request(product.app).get('/token?x=1').set('Authorization', product.bearer('read'))).status,
      400,
    );
    assert.equal((await request(product.app).delete('/token')).status, 405);
  });
});

test('more owners than a drop-down list can have are entered as text', async () => {
  await write(Array.from({ length: 100 }, (_, index) => ({ name: 'many', firstPort: 400, owner: `team ${index}` })));
  const text = await page('/own?owner=team+7');
  assert.match(text, /<input type="text" name="owner" value="team 7"/);
  assert.deepEqual(
    cells(text).map(([, name, owner]) => [name, owner]),
    [['many', 'team 7']],
  );
  assert.ok(text.includes('<p class="meta">104 entries, 102 teams</p>'));
});
