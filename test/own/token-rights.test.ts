import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ANY_WRITE } from '../../src/registry/audit.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { request } from '../support/contract.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { bearer } from '../support/tokens.ts';

const product = useProduct();

/** Sends a write with a token. */
function send(method: 'post' | 'patch' | 'delete', path: string, token: string, body?: object) {
  return request(product.app)[method](path).set('Authorization', token).set('If-Match', '*').send(body);
}

/** Creates tokens of two teams, a pool of the first team, and an entry of the second one. */
async function setUp() {
  await product.own.createPool(
    { name: 'web', spans: [{ firstPort: 20000, lastPort: 20009 }], protocols: ['tcp'], owner: 'pay' },
    COMMAND_LINE,
  );
  const token = (name: string, owners: string[], pools: string[] = []) =>
    bearer(product.source, 'write', { name, owners, pools });
  const other = await send('post', '/associations', product.bearer('write'), {
    name: 'theirs',
    firstPort: 30000,
    owner: 'net',
  });
  return {
    pay: token('pay', ['pay']),
    both: token('both', ['pay', 'ops']),
    web: token('web', [], ['web']),
    all: token('all', ['pay'], ['web']),
    theirs: `/associations/${other.body.id}`,
  };
}
let prepared: ReturnType<typeof setUp> | undefined;

const ONLY_PAY = 'the token "pay" may only change entries of the owner "pay"';

describe('a token that is bound to an owner', () => {
  test('gives its owner to entries without one, and writes only entries of its owner', async () => {
    prepared ??= setUp();
    const { pay, theirs } = await prepared;
    const created = await send('post', '/associations', pay, { name: 'mine', firstPort: 30001 });
    assert.deepEqual([created.status, created.body.owner], [201, 'pay']);
    const mine = `/associations/${created.body.id}`;
    const refused = [
      [await send('post', '/associations', pay, { name: 'x', firstPort: 1, owner: 'net' }), 'create the entry'],
      [
        await send('post', '/associations', pay, [
          { name: 'ok', firstPort: 30002 },
          { name: 'x', firstPort: 1, owner: 'Pay' },
        ]),
        'create the entries',
      ],
      [await send('patch', theirs, pay, { note: 'x' }), 'change the entry'],
      [await send('patch', theirs, pay, { owner: 'pay' }), 'change the entry'],
      [await send('patch', mine, pay, { owner: 'net' }), 'change the entry'],
      [await send('patch', mine, pay, { owner: null }), 'change the entry'],
      [await send('delete', theirs, pay), 'delete the entry'],
      [await send('post', '/reservations', pay, { name: 'x', owner: 'net' }), 'create the entry'],
    ] as const;
    for (const [{ status, body }, what] of refused) {
      assert.deepEqual([status, body.detail], [403, `Cannot ${what}: ${ONLY_PAY}`]);
    }
    const found = await request(product.app).get('/associations?origin=own');
    const rows = found.body.results.map(({ name, owner }: Record<string, unknown>) => `${name} ${owner}`);
    assert.deepEqual(rows.sort(), ['mine pay', 'theirs net']);
    assert.equal((await send('patch', mine, pay, { note: 'changed' })).status, 200);
    const reserved = await send('post', '/reservations', pay, { name: 'reserved', within: '26000-26999' });
    assert.deepEqual([reserved.status, reserved.body.owner], [201, 'pay']);
    for (const path of [mine, `/associations/${reserved.body.id}`])
      assert.equal((await send('delete', path, pay)).status, 204);
  });

  test('must name the owner if it has several', async () => {
    prepared ??= setUp();
    const { both } = await prepared;
    const detail = 'Cannot create the entry: the token "both" has several owners; expected one of "pay", "ops"';
    for (const path of ['/associations', '/reservations']) {
      const body = path === '/associations' ? { name: 'x', firstPort: 30003 } : { name: 'x' };
      const refused = await send('post', path, both, body);
      assert.deepEqual(
        [refused.status, refused.body.detail, refused.body.errors],
        [400, detail, [{ parameter: 'owner', detail }]],
      );
    }
    const created = await send('post', '/associations', both, { name: 'ops', firstPort: 30003, owner: 'ops' });
    assert.equal(created.status, 201);
    const moved = await send('patch', `/associations/${created.body.id}`, both, { owner: 'pay' });
    assert.deepEqual([moved.status, moved.body.owner], [200, 'pay']);
    await send('delete', `/associations/${created.body.id}`, both);
  });

  test('has the same rights in GraphQL', async () => {
    prepared ??= setUp();
    const { pay, theirs } = await prepared;
    const id = theirs.split('/').at(-1);
    const ask = async (query: string) =>
      (await request(product.app).post('/graphql').set('Authorization', pay).send({ query })).body;
    for (const query of [
      `mutation { deleteAssociation(id: "${id}", revision: 1) { id } }`,
      `mutation { updateAssociation(id: "${id}", revision: 1, input: { note: "x" }) { id } }`,
      'mutation { createAssociation(input: { name: "x", firstPort: 1, owner: "net" }) { id } }',
      'mutation { reservePort(input: { name: "x", owner: "net" }) { id } }',
    ]) {
      const [{ message, extensions }] = (await ask(query)).errors;
      assert.match(
        message,
        /^Cannot (?:create|change|delete) the entry: the token "pay" may only change entries of the owner "pay"$/,
      );
      assert.equal(extensions.code, 'FORBIDDEN');
    }
    const { data } = await ask(
      'mutation { createAssociation(input: { name: "graph", firstPort: 30004 }) { id owner } }',
    );
    assert.equal(data.createAssociation.owner, 'pay');
    await send('delete', `/associations/${data.createAssociation.id}`, pay);
  });

  test('has the same rights in an import', async () => {
    prepared ??= setUp();
    const { pay } = await prepared;
    const send = (row: string) =>
      request(product.app)
        .post('/associations/import')
        .set({ Authorization: pay, 'Content-Type': 'text/csv' })
        .send(`name,firstPort,owner\n${row}\n`);
    const refused = await send('imported,30005,net');
    assert.deepEqual([refused.status, refused.body.detail], [403, `Cannot create the entry: ${ONLY_PAY}`]);
    const found = await request(product.app).get('/associations?origin=own&q=imported');
    assert.equal(found.body.count, 0);
    const accepted = await send('imported,30005,');
    assert.equal(accepted.status, 200, accepted.text);
    const [entry] = (await request(product.app).get('/associations?origin=own&q=imported')).body.results;
    assert.equal(entry.owner, 'pay');
    await request(product.app).delete(`/associations/${entry.id}`).set({ Authorization: pay, 'If-Match': '*' });
  });
});

describe('a token that is bound to a pool', () => {
  test('writes only entries on ports and protocols of the pool, before and after a change', async () => {
    prepared ??= setUp();
    const { web, theirs } = await prepared;
    const created = await send('post', '/associations', web, { name: 'in', firstPort: 20001 });
    assert.deepEqual([created.status, created.body.owner], [201, null]);
    const mine = `/associations/${created.body.id}`;
    const refused = [
      await send('post', '/associations', web, { name: 'x', firstPort: 20010 }),
      await send('post', '/associations', web, { name: 'x', firstPort: 20009, lastPort: 20010 }),
      await send('post', '/associations', web, { name: 'x', firstPort: 20001, protocols: ['tcp', 'udp'] }),
      await send('patch', mine, web, { firstPort: 30000 }),
      await send('patch', mine, web, { protocols: ['udp'] }),
      await send('patch', theirs, web, { firstPort: 20002 }),
      await send('delete', theirs, web),
      await send('post', '/reservations', web, { name: 'x', pool: 'other' }),
    ];
    const what = 'the token "web" may only change entries on ports of the pool "web"';
    for (const { status, body } of refused) {
      assert.equal(status, 403);
      assert.equal(body.detail.replace(/^Cannot \w+ the entry: /, ''), what);
    }
    assert.equal((await send('patch', mine, web, { firstPort: 20002 })).body.firstPort, 20002);
    const reserved = await send('post', '/reservations', web, { name: 'reserved', pool: 'web' });
    assert.deepEqual([reserved.status, Math.floor(reserved.body.firstPort / 10)], [201, 2000]);
    const unnamed = await send('post', '/reservations', web, { name: 'x' });
    const detail = 'Cannot reserve a port without a pool: the token "web" is bound to pools; expected one of "web"';
    assert.deepEqual([unnamed.status, unnamed.body.errors], [400, [{ parameter: 'pool', detail }]]);
  });

  test('and to an owner writes only what both allow', async () => {
    prepared ??= setUp();
    const { all } = await prepared;
    const created = await send('post', '/associations', all, { name: 'both', firstPort: 20003 });
    assert.deepEqual([created.status, created.body.owner], [201, 'pay']);
    const what =
      'Cannot create the entry: the token "all" may only change entries of the owner "pay" on ports of the pool "web"';
    for (const body of [{ firstPort: 20004, owner: 'net' }, { firstPort: 30000 }]) {
      const refused = await send('post', '/associations', all, { name: 'x', ...body });
      assert.deepEqual([refused.status, refused.body.detail], [403, what]);
    }
  });

  test('cannot manage pools, and sees its binding', async () => {
    prepared ??= setUp();
    const { all } = await prepared;
    assert.equal((await send('delete', '/pools/web', all)).status, 403);
    const { body } = await request(product.app).get('/token').set('Authorization', all);
    assert.deepEqual(body, {
      name: 'all',
      scope: 'write',
      owners: ['pay'],
      pools: ['web'],
      hosts: [],
      expiresAt: null,
    });
  });
});

describe('the last use of a token', () => {
  const lastUse = (name: string) => product.registry.tokens().find((token) => token.name === name)?.lastUsedAt;

  test('is stored to the hour, without a row in the audit log or a new version of the registry', async () => {
    const token = bearer(product.source, 'write', { name: 'used' });
    assert.equal(lastUse('used'), null);
    const version = product.registry.version();
    const audited = () => runAllSteps(product.registry.audit(ANY_WRITE, { limit: 1, offset: 0 })).count;
    const count = audited();
    const hour = () => new Date().toISOString().replace(/:\d\d:\d\d\.\d+Z$/, ':00:00.000Z');
    const earliest = hour();
    assert.equal((await request(product.app).get('/token').set('Authorization', token)).status, 200);
    // Stored by the write thread, after the response.
    await product.own.recordTokenUse('token-000000000000', earliest);
    assert.ok([earliest, hour()].includes(lastUse('used') ?? ''), `${lastUse('used')}`);
    assert.deepEqual([product.registry.version(), audited()], [version, count]);
  });

  test('that cannot be stored fails no request, and is tried once an hour', async () => {
    const token = bearer(product.source, 'read', { name: 'unstored' });
    const tried: string[] = [];
    const own = {
      recordTokenUse: async (id: string) => {
        tried.push(id);
        throw new Error('read-only');
      },
    };
    const app = await createTestApp(product.registry, {}, undefined, own as never);
    for (let count = 0; count < 2; count++)
      assert.equal((await request(app).get('/token').set('Authorization', token)).status, 200);
    const id = product.registry.tokens().find(({ name }) => name === 'unstored')?.id;
    assert.ok(tried.length === 1 || new Date().getMinutes() === 0, `${tried}`);
    assert.deepEqual([...new Set(tried)], [id]);
    assert.equal(lastUse('unstored'), null);
  });
});
