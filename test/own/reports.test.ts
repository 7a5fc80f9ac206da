import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { dueDay } from '../../src/registry/own/own-report.ts';
import { dayIn } from '../../src/registry/values/day.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function get(path: string) {
  return request(product.app).get(path);
}

async function names(path: string): Promise<string[]> {
  const { status, body } = await get(path);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.count, body.results.length);
  return body.results.map(({ name }: { name: string }) => name);
}

const ENTRIES = [
  {
    name: 'billing-api',
    firstPort: 8443,
    owner: 'payments',
    contact: '#payments',
    environment: 'production',
    tags: ['pci'],
    hosts: ['pay-1.example.org', 'pay-2.example.org'],
    justification: 'Invoices,\nof customers',
    reviewBy: dayIn(10),
  },
  { name: 'media', firstPort: 5123, lastPort: 5130, protocols: ['tcp', 'udp'], owner: 'voice', expiresAt: dayIn(-1) },
  { name: 'later', firstPort: 9000, reviewBy: dayIn(31), expiresAt: dayIn(400) },
  { name: 'today', firstPort: 9001, status: 'planned', reviewBy: dayIn(0), expiresAt: dayIn(30) },
  { name: 'gone', firstPort: 9002, status: 'retired', reviewBy: dayIn(-5) },
];

describe('the reports of own entries', () => {
  let approvedAt: string;
  before(async () => {
    const headers = { Authorization: product.bearer('admin') };
    const { body } = await request(product.app).post('/associations').set(headers).send(ENTRIES);
    await request(product.app)
      .post('/pools')
      .set(headers)
      .send({ name: 'voice', ranges: ['5100-5199'] })
      .expect(201);
    const path = `/associations/${body.results[0].id}`;
    const { etag } = (await get(path)).headers;
    const approved = await request(product.app)
      .post(`${path}/approval`)
      .set({ ...headers, 'If-Match': etag });
    approvedAt = approved.body.approvedAt;
  });

  describe('GET /reports/allowed-ports', () => {
    test('lists the active entries in full, with the head of the audit log', async () => {
      const { body } = await get('/reports/allowed-ports');
      const listed = await get('/associations?origin=own');
      const active = listed.body.results.filter(({ status }: { status: string }) => status === 'active');
      const audit = await get('/audit?limit=1').set('Authorization', product.bearer('admin'));
      assert.deepEqual(body, { count: 3, next: null, previous: null, results: active, auditHead: audit.body.head });
      assert.equal(active.length, 3);
    });

    test('has exact filters and pages', async () => {
      assert.deepEqual(await names('/reports/allowed-ports?owner=voice'), ['media']);
      assert.deepEqual(await names('/reports/allowed-ports?environment=production'), ['billing-api']);
      assert.deepEqual(await names('/reports/allowed-ports?tag=pci'), ['billing-api']);
      assert.deepEqual(await names('/reports/allowed-ports?tag=pc'), []);
      assert.deepEqual(await names('/reports/allowed-ports?pool=voice'), ['media']);
      const unknown = await get('/reports/due?pool=voices');
      assert.deepEqual([unknown.status, unknown.body.detail], [400, 'Cannot find pool "voices": no such pool']);
      assert.deepEqual(await names('/reports/allowed-ports?sort=-owner'), ['media', 'billing-api', 'later']);
      const { body } = await get('/reports/allowed-ports?limit=1&offset=1');
      assert.deepEqual(
        [body.count, body.next, body.previous],
        [3, '/reports/allowed-ports?limit=1&offset=2', '/reports/allowed-ports?limit=1&offset=0'],
      );
    });

    test('is CSV, text and a page with the same entries', async () => {
      const csv = await get('/reports/allowed-ports?format=csv');
      assert.equal(
        csv.text,
        `ports,protocols,service,owner,environment,hosts,justification,approvedBy,approvedAt,reviewBy
5123-5130,tcp udp,media,voice,,,,,,
8443,tcp,billing-api,payments,production,pay-1.example.org pay-2.example.org,"Invoices,\nof customers",admin,${approvedAt},${dayIn(10)}
9000,tcp,later,,,,,,,${dayIn(31)}
`,
      );
      const text = await get('/reports/allowed-ports?format=text&owner=voice');
      assert.match(text.text, /^5123-5130 {2}tcp,udp {2}media {2}voice {2}- {2}- {2}not approved {2}-\n$/);
      const { text: page } = await get('/reports/allowed-ports').set('Accept', 'text/html');
      const audit = await get('/audit?limit=1').set('Authorization', product.bearer('admin'));
      for (const part of [
        '<h1><bdi>Allowed ports</bdi></h1>',
        `<code class="hash">${audit.body.head}</code>`,
        `<time datetime="${approvedAt}">${approvedAt.slice(0, 10)}</time>, by `,
        'pay-1.example.org',
        '<td role="cell" data-label="Approved">no</td>',
      ]) {
        assert.ok(page.includes(part), part);
      }
      assert.ok(!page.includes('>today<'));
      // On paper, only the heading shows which entries are listed.
      const { text: filtered } = await get('/reports/allowed-ports?owner=voice').set('Accept', 'text/html');
      assert.ok(filtered.includes('<h1><bdi>Allowed ports: voice</bdi></h1>'));
    });
  });

  describe('GET /reports/due', () => {
    test('lists the entries that are due within 30 days, the most urgent first', async () => {
      const due = ['media', 'today', 'billing-api'];
      assert.deepEqual(await names('/reports/due'), due);
      assert.deepEqual(await names('/reports/due?days=0'), ['media', 'today']);
      assert.deepEqual(await names('/reports/due?days=31'), [...due, 'later']);
      assert.deepEqual(await names('/reports/due?days=3650&owner=payments'), ['billing-api']);
      assert.deepEqual(await names('/reports/due?pool=voice'), ['media']);
    });

    test('is CSV, text and a page', async () => {
      const csv = await get('/reports/due?days=0&format=csv');
      const header = 'due,ports,protocols,service,owner,contact,environment,status,reviewBy,expiresAt';
      const today = dayIn(0);
      const lines = [
        `${dayIn(-1)},5123-5130,tcp udp,media,voice,,,active,,${dayIn(-1)}`,
        `${today},9001,tcp,today,,,,planned,${today},${dayIn(30)}`,
      ];
      assert.equal(csv.text, `${header}\n${lines.join('\n')}\n`);
      const text = await get('/reports/due?format=text&owner=payments');
      assert.equal(text.text, `${dayIn(10)}  8443  tcp  billing-api  payments  #payments\n`);
      const { text: page } = await get('/reports/due').set('Accept', 'text/html');
      assert.ok(page.includes(`<strong>${dayIn(-1)}</strong>`));
      assert.ok(page.includes(`review by ${today}, expires ${dayIn(30)}`));
    });

    test('refuses days that are no number from 0 to 3650', async () => {
      for (const days of ['-1', '3651', 'soon', '1.5']) {
        const { status, body } = await get(`/reports/due?days=${days}`);
        assert.deepEqual([status, body.errors?.[0]?.parameter], [400, 'days'], days);
      }
    });
  });

  test('GraphQL has the same lists', async () => {
    const query = `{
    allowedPorts(filter: { tag: "pci" }) { totalCount nodes { name approvedBy hosts } }
    dueEntries(days: 0) { totalCount nodes { name } }
    sorted: allowedPorts(filter: { pool: "voice" }, sort: "-name") { nodes { name } }
  }`;
    const { body } = await request(product.app).post('/graphql').send({ query });
    const hosts = ['pay-1.example.org', 'pay-2.example.org'];
    assert.deepEqual(body.data, {
      allowedPorts: { totalCount: 1, nodes: [{ name: 'billing-api', approvedBy: 'admin', hosts }] },
      dueEntries: { totalCount: 2, nodes: [{ name: 'media' }, { name: 'today' }] },
      sorted: { nodes: [{ name: 'media' }] },
    });
    const refused = await request(product.app)
      .post('/graphql')
      .send({ query: '{ dueEntries(days: -1) { totalCount } }' });
    assert.equal(refused.body.errors[0].extensions.code, 'BAD_USER_INPUT');
  });

  test('an entry is due on the first of its days', () => {
    assert.equal(dueDay({ reviewBy: null, expiresAt: null }), null);
    assert.equal(dueDay({ reviewBy: '2027-01-02', expiresAt: null }), '2027-01-02');
    assert.equal(dueDay({ reviewBy: null, expiresAt: '2027-01-02' }), '2027-01-02');
    assert.equal(dueDay({ reviewBy: '2027-01-02', expiresAt: '2027-01-01' }), '2027-01-01');
    assert.equal(dayIn(1, new Date('2028-02-28T23:59:59Z')), '2028-02-29');
  });
});
