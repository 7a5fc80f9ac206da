import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function send(method: 'post' | 'patch', path: string, body: object, scope: 'write' | 'admin' = 'admin') {
  return request(product.app)[method](path).set('Authorization', product.bearer(scope)).send(body);
}

async function ask(query: string, scope: 'write' | 'admin' = 'admin') {
  const asked = request(product.app).post('/graphql').set('Authorization', product.bearer(scope));
  return (await asked.send({ query })).body;
}

describe('PATCH /pools/{name}', () => {
  test('changes what is sent, and adds one row to the audit log', async () => {
    await send('post', '/pools', { name: 'moving', ranges: ['20000-20009'], protocols: ['tcp'], owner: 'pay' });
    const before = {
      name: 'moving',
      ranges: [{ firstPort: 20000, lastPort: 20009 }],
      protocols: ['tcp'],
      owner: 'pay',
    };
    const changed = await send('patch', '/pools/moving', { ranges: ['20005-20019', '20000-20004'] });
    const after = { ...before, ranges: [{ firstPort: 20000, lastPort: 20019 }] };
    assert.deepEqual([changed.status, changed.body], [200, { ...after, used: 0, free: 20 }]);
    assert.deepEqual((await request(product.app).get('/pools/moving')).body, changed.body);
    const same = await send('patch', '/pools/moving', { owner: 'pay' });
    assert.deepEqual([same.status, same.body], [200, changed.body]);
    const reset = await send('patch', '/pools/moving', { owner: null, protocols: null });
    assert.deepEqual([reset.body.owner, reset.body.protocols], [null, ['tcp', 'udp']]);
    const audit = await request(product.app).get('/audit?id=moving').set('Authorization', product.bearer('admin'));
    const rows = audit.body.results.map((row: Record<string, unknown>) => [row.action, row.before, row.after]);
    const last = { ...after, owner: null, protocols: ['tcp', 'udp'] };
    assert.deepEqual(rows, [
      ['update', after, last],
      ['update', before, after],
      ['create', null, before],
    ]);
  });

  test('refuses other fields, empty ranges, ports of other pools, unknown names and other scopes', async () => {
    await send('post', '/pools', { name: 'first', ranges: ['21000-21009'] });
    await send('post', '/pools', { name: 'second', ranges: ['21010-21019'] });
    const cases = [
      ['/pools/first', { name: 'third' }, 400, 'name', 'Unknown field "name"'],
      ['/pools/first', { ranges: [] }, 400, 'ranges', 'Cannot read ranges: expected at least one'],
      [
        '/pools/first',
        { ranges: ['21000-21010'] },
        409,
        undefined,
        'Cannot change pool "first": 21010-21019 belongs to pool "second"',
      ],
      ['/pools/frist', { owner: 'x' }, 404, undefined, 'Cannot find pool "frist": no such pool'],
    ] as const;
    for (const [path, body, status, parameter, detail] of cases) {
      const refused = await send('patch', path, body);
      assert.equal(refused.status, status, refused.text);
      assert.ok(refused.body.detail.startsWith(detail), refused.body.detail);
      if (parameter !== undefined) assert.equal(refused.body.errors[0].parameter, parameter);
    }
    const { status, body } = await send('patch', '/pools/first', { owner: 'x' }, 'write');
    assert.deepEqual([status, body.detail], [403, 'The token "write" has the scope write: expected admin']);
    assert.equal((await request(product.app).get('/pools/first')).body.owner, null);
  });
});

describe('pools in GraphQL', () => {
  const FIELDS = '{ name ranges { firstPort lastPort } protocols owner used free }';

  test('are created, changed and deleted by an admin', async () => {
    const created = await ask(
      `mutation { createPool(input: { name: "graph", ranges: ["22000-22009"], protocols: [TCP], owner: "pay" }) ${FIELDS} }`,
    );
    const pool = { name: 'graph', ranges: [{ firstPort: 22000, lastPort: 22009 }], protocols: ['TCP'], owner: 'pay' };
    assert.deepEqual(created, { data: { createPool: { ...pool, used: 0, free: 10 } } });
    const changed = await ask(`mutation { updatePool(name: "graph", input: { owner: "ops" }) ${FIELDS} }`);
    assert.deepEqual(changed, { data: { updatePool: { ...pool, owner: 'ops', used: 0, free: 10 } } });
    const deleted = await ask(`mutation { deletePool(name: "graph") ${FIELDS} }`);
    assert.deepEqual(deleted, { data: { deletePool: changed.data.updatePool } });
    assert.deepEqual(await ask('{ pool(name: "graph") { name } }'), { data: { pool: null } });
  });

  test('cannot be changed with the scope write, or under an unknown name', async () => {
    const mutation = 'mutation { deletePool(name: "none") { name } }';
    const refused = (await ask(mutation, 'write')).errors[0];
    const unknown = (await ask(mutation)).errors[0];
    assert.deepEqual(
      [refused.extensions.code, refused.message, unknown.extensions.code, unknown.message],
      [
        'FORBIDDEN',
        'The token "write" has the scope write: expected admin',
        'NOT_FOUND',
        'Cannot find pool "none": no such pool',
      ],
    );
  });
});
