import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const ENTRIES = [
  { name: 'billing-api', firstPort: 9443, owner: 'payments', environment: 'production', tags: ['pci', 'api'] },
  { name: 'Ledger', firstPort: 20000, lastPort: 20009, protocols: ['tcp', 'udp'], owner: 'Payments', tags: ['pci'] },
  { name: 'crawler', firstPort: 19990, lastPort: 20000, owner: 'web', environment: 'staging', reviewBy: '2027-03-01' },
  { name: 'dns-cache', firstPort: 20005, protocols: ['udp'], status: 'planned', reviewBy: '2027-01-31' },
  { name: 'old-api', firstPort: 20008, owner: 'payments', status: 'retired' },
];

function namesOf(rows: readonly { readonly name: string }[]): string[] {
  return rows.map(({ name }) => name);
}

async function names(query: string): Promise<string[]> {
  const { body } = await request(product.app).get(`/associations?${query}`);
  return namesOf(body.results);
}

async function graphqlNames(filter: string, more = ''): Promise<string[]> {
  const query = `{ associations(filter: { origin: OWN ${filter} } ${more}) { nodes { name } } }`;
  const { body } = await request(product.app).post('/graphql').send({ query });
  return namesOf(body.data.associations.nodes);
}

function run(...args: string[]) {
  return runPortolan(args, { environment: product.environment });
}

describe('own entries', () => {
  before(async () => {
    const post = (path: string, body: unknown) =>
      request(product.app)
        .post(path)
        .set('Authorization', product.bearer('admin'))
        .send(body as object)
        .expect(201);
    await post('/pools', { name: 'ledger', ranges: ['20000-20004', '20008'], protocols: ['tcp'], owner: 'payments' });
    await post('/associations', ENTRIES);
  });

  for (const [query, filter, expected] of [
    ['owner=payments', 'owner: "payments"', ['billing-api', 'old-api']],
    ['environment=staging', 'environment: "staging"', ['crawler']],
    ['tag=pci', 'tag: "pci"', ['billing-api', 'Ledger']],
    ['tag=pc', 'tag: "pc"', []],
    // Wholly or partly inside of the pool, and on its protocol: not dns-cache.
    ['pool=ledger', 'pool: "ledger"', ['crawler', 'Ledger', 'old-api']],
    ['status=planned', 'status: PLANNED', ['dns-cache']],
    ['status=ACTIVE', 'status: ACTIVE', ['billing-api', 'crawler', 'Ledger']],
    ['pool=ledger&status=active&tag=pci', 'pool: "ledger", status: ACTIVE, tag: "pci"', ['Ledger']],
  ] as const) {
    test(`are selected by ${query}, without informal uses`, async () => {
      assert.deepEqual(await names(query), expected);
      assert.deepEqual(await graphqlNames(filter), expected);
    });
  }

  for (const [sort, expected] of [
    ['port', ['billing-api', 'crawler', 'Ledger', 'dns-cache', 'old-api']],
    ['-port', ['old-api', 'dns-cache', 'Ledger', 'crawler', 'billing-api']],
    ['name', ['billing-api', 'crawler', 'dns-cache', 'Ledger', 'old-api']],
    ['-name', ['old-api', 'Ledger', 'dns-cache', 'crawler', 'billing-api']],
    ['owner', ['Ledger', 'billing-api', 'old-api', 'crawler', 'dns-cache']],
    ['-owner', ['crawler', 'old-api', 'billing-api', 'Ledger', 'dns-cache']],
    ['environment', ['billing-api', 'crawler', 'Ledger', 'dns-cache', 'old-api']],
    ['-environment', ['crawler', 'billing-api', 'old-api', 'dns-cache', 'Ledger']],
    ['reviewBy', ['dns-cache', 'crawler', 'billing-api', 'Ledger', 'old-api']],
    ['-reviewBy', ['crawler', 'dns-cache', 'old-api', 'Ledger', 'billing-api']],
  ] as const) {
    test(`are sorted by ${sort}, on one page and on several`, async () => {
      assert.deepEqual(await names(`origin=own&sort=${sort}`), expected);
      assert.deepEqual(await graphqlNames('', `sort: "${sort}"`), expected);
      const paged: string[] = [];
      let next = `/associations?origin=own&sort=${sort}&limit=2`;
      while (next !== null) {
        const { body } = await request(product.app).get(next);
        paged.push(...namesOf(body.results));
        next = body.next;
      }
      assert.deepEqual(paged, expected);
    });
  }

  test('are sorted in connections of GraphQL across cursors', async () => {
    const found: string[] = [];
    const query = `query ($after: String) { associations(filter: { origin: OWN }, sort: "-name", first: 2, after: $after) {
      nodes { name } pageInfo { hasNextPage endCursor } } }`;
    const ask = async (after: string | null) =>
      (await request(product.app).post('/graphql').send({ query, variables: { after } })).body.data.associations;
    let page = await ask(null);
    for (; page.pageInfo.hasNextPage; page = await ask(page.pageInfo.endCursor)) found.push(...namesOf(page.nodes));
    found.push(...namesOf(page.nodes));
    assert.deepEqual(found, ['old-api', 'Ledger', 'dns-cache', 'crawler', 'billing-api']);
  });

  test('are not selected by an unknown pool, order or status', async () => {
    for (const [query, parameter, detail] of [
      ['pool=ledge', 'pool', 'Cannot find pool "ledge": no such pool'],
      [
        'sort=size',
        'sort',
        'Cannot parse sort "size": expected port, name, owner, environment, reviewBy, with or without "-" in front',
      ],
      ['status=gone', 'status', 'Cannot parse status "gone": expected planned, active or retired'],
    ] as const) {
      const { status, body } = await request(product.app).get(`/associations?${query}`);
      assert.deepEqual([status, body.errors], [400, [{ parameter, detail }]], query);
    }
    const query = '{ associations(sort: "size") { totalCount } }';
    const { body } = await request(product.app).post('/graphql').send({ query });
    assert.match(body.errors[0].message, /^Cannot parse sort "size": expected port, /);
  });

  test('keep their filters when the form of the page is sent, and have columns for owner and environment', async () => {
    const query = 'owner=payments&environment=production&tag=pci&status=active&sort=-name';
    const { text } = await request(product.app).get(`/associations?${query}`).set('Accept', 'text/html');
    for (const [name, value] of new URLSearchParams(query)) {
      const control = new RegExp(`name="${name}"[^>]*value="${value}"|name="${name}"[^]*?<option selected>${value}<`);
      assert.match(text, control, name);
    }
    assert.match(text, /<th [^>]*>Owner<\/th><th [^>]*>Environment<\/th>/);
    assert.match(text, />billing-api</);
    const own = await request(product.app).get('/own?tag=pci&pool=ledger&sort=-port').set('Accept', 'text/html');
    assert.match(own.text, />Ledger</);
    assert.doesNotMatch(own.text, />billing-api</);
    const wrong = await request(product.app).get('/associations?pool=x').set('Accept', 'text/html');
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /id="fault-pool"/);
  });

  test('are listed by the command line', async () => {
    const { code, stdout } = await run('own', 'list', '--pool', 'ledger', '--sort', '-name');
    assert.deepEqual(
      [code, stdout],
      [
        0,
        `20008        tcp      old-api  own  retired, payments
20000-20009  tcp,udp  Ledger   own  Payments
19990-20000  tcp      crawler  own  web, staging
`,
      ],
    );
    const csv = await run('own', 'list', '--tag', 'pci', '--csv');
    assert.equal(csv.stdout, (await request(product.app).get('/associations?origin=own&tag=pci&format=csv')).text);
    assert.deepEqual((await run('own', 'list', '--owner', 'nobody')).code, 1);
    const wrong = await run('own', 'list', '--sort', 'size');
    assert.equal(wrong.code, 2);
  });

  test('on the same ports are sorted by id, with and without words', async () => {
    const same = Array.from({ length: 6 }, (_, index) => ({ name: `twin ${index}`, firstPort: 21000 }));
    const created = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send(same)
      .expect(201);
    const ids = created.body.results.map(({ id }: { id: string }) => id).sort();
    for (const query of ['port=21000', 'q=twin', 'q=twin&sort=owner']) {
      const { body } = await request(product.app).get(`/associations?origin=own&${query}`);
      assert.deepEqual(
        body.results.map(({ id }: { id: string }) => id),
        ids,
        query,
      );
    }
  });
});
