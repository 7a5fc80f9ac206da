import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function createPool(body: unknown) {
  return request(product.app)
    .post('/pools')
    .set('Authorization', product.bearer('admin'))
    .send(body as object);
}

async function create(body: object): Promise<void> {
  const { status } = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(body);
  assert.equal(status, 201);
}

function deletePool(name: string) {
  return request(product.app)
    .delete(`/pools/${encodeURIComponent(name)}`)
    .set('Authorization', product.bearer('admin'));
}

async function poolsNow(): Promise<unknown[]> {
  return (await request(product.app).get('/pools')).body.results;
}

describe('POST /pools', () => {
  test('accepts ranges in any form, and merges adjacent ones', async (t) => {
    t.after(() => deletePool('forms'));
    const ranges = ['20010-20019', { firstPort: 20000, lastPort: 20009 }, '20030', { firstPort: 20040 }];
    const { status, body, headers } = await createPool({ name: 'forms', ranges });
    const expected = {
      name: 'forms',
      ranges: [
        { firstPort: 20000, lastPort: 20019 },
        { firstPort: 20030, lastPort: 20030 },
        { firstPort: 20040, lastPort: 20040 },
      ],
      ...{ protocols: ['tcp', 'udp'], owner: null, used: 0, free: 22 },
    };
    assert.deepEqual([status, body, headers.location], [201, expected, '/pools/forms']);
    assert.deepEqual(await poolsNow(), [expected]);
  });

  test('refuses an invalid pool, with all faults', async () => {
    const range = 'each a range such as "20000-20099" or {"firstPort": 20000, "lastPort": 20099}';
    const list = `expected a list of at most 20 ranges, ${range}`;
    const cases = [
      [{}, 'name: Missing field "name"', 'ranges: Missing field "ranges"'],
      [{ name: 'x', ranges: [] }, 'ranges: Cannot read ranges: expected at least one'],
      [{ name: '..', ranges: ['1'] }, 'name: Cannot read name "..": expected a name other than "." and ".."'],
      [{ name: 'x', ranges: ['9-8'] }, `ranges: Cannot read ranges "["9-8"]": ${list}`],
      [{ name: 'x', ranges: ['1/tcp'] }, `ranges: Cannot read ranges "["1/tcp"]": ${list}`],
      [
        { name: 'x', ranges: [{ firstPort: 5, lastPort: 4 }] },
        `ranges: Cannot read ranges "[{"firstPort":5,"lastPort":4}]": ${list}`,
      ],
      [{ name: 'x', ranges: ['1'], used: 4 }, 'used: Cannot write field "used": the server makes it'],
      [{ name: 'x', ranges: ['1'], protocol: 'tcp' }, 'protocol: Unknown field "protocol": did you mean protocols?'],
    ] as const;
    for (const [body, ...faults] of cases) {
      const response = await createPool(body);
      const actual = response.body.errors.map((fault: Record<string, string>) => `${fault.parameter}: ${fault.detail}`);
      assert.deepEqual(
        [response.status, actual],
        [400, faults.map((fault) => fault.replace(/ "(\[.*\])":/, (_, text) => ` ${JSON.stringify(text)}:`))],
      );
    }
  });

  test('refuses a name or a port that belongs to another pool, but not on other protocols', async (t) => {
    t.after(async () => {
      for (const name of ['east', 'north']) await deletePool(name);
    });
    assert.equal((await createPool({ name: 'east', ranges: ['21000-21009'], protocols: ['tcp'] })).status, 201);
    const again = await createPool({ name: 'east', ranges: ['1'] });
    assert.deepEqual(
      [again.status, again.body.detail],
      [409, 'Cannot create pool "east": a pool with this name exists'],
    );
    const over = await createPool({ name: 'west', ranges: ['20990-21000'] });
    const detail = 'Cannot create pool "west": 21000-21009 belongs to pool "east"';
    assert.deepEqual(
      [over.status, over.body.detail, over.body.errors],
      [409, detail, [{ parameter: 'ranges', detail }]],
    );
    assert.equal((await createPool({ name: 'north', ranges: ['21000-21009'], protocols: ['udp'] })).status, 201);
  });

  test('requires the scope admin, as does DELETE', async () => {
    const Authorization = product.bearer('write');
    const created = await request(product.app).post('/pools').set({ Authorization }).send({});
    const deleted = await request(product.app).delete('/pools/east').set({ Authorization });
    for (const { status, headers } of [created, deleted]) {
      assert.equal(status, 403);
      assert.match(String(headers['www-authenticate']), /scope="admin"$/);
    }
    const gone = await deletePool('a b/c');
    assert.deepEqual([gone.status, gone.body.detail], [404, 'Cannot find pool "a b/c": no such pool']);
  });
});

describe('GET /pools/{name}', () => {
  const names = ['payments', 'a b/c', 'ä%2F?#&', '100%', "<b>'x'</b>", '...', '\u{1f6a2}', 'x'.repeat(100)];

  test('returns the pool at the Location of its creation, for any name', async (t) => {
    for (const [index, name] of names.entries()) {
      const created = await createPool({ name, ranges: [`${24100 + index * 10}-${24109 + index * 10}`], owner: 'x' });
      t.after(() => deletePool(name));
      const address = created.get('Location') ?? '';
      assert.equal(address, `/pools/${encodeURIComponent(name)}`);
      const found = await request(product.app).get(address);
      assert.deepEqual([found.status, found.body], [200, created.body], name);
      assert.ok(found.get('ETag'));
      const { body } = await request(product.app).get('/pools?limit=1000');
      assert.deepEqual(
        body.results.find((pool: { name: string }) => pool.name === name),
        found.body,
      );
      const query = 'query ($name: String!) { pool(name: $name) { name owner used free } }';
      const asked = request(product.app).post('/graphql').send({ query, variables: { name } });
      assert.deepEqual((await asked).body, { data: { pool: { name, owner: 'x', used: 0, free: 10 } } });
      const page = await request(product.app).get('/pools').set('Accept', 'text/html');
      assert.ok(page.text.includes(`href="${address.replaceAll('&', '&amp;').replaceAll("'", '&#39;')}"`), address);
    }
  });

  test('has the same formats as other resources', async (t) => {
    await createPool({ name: 'a b', ranges: ['24200-24209', '24220'], protocols: ['tcp'], owner: 'pilots' });
    t.after(() => deletePool('a b'));
    const path = '/pools/a%20b';
    const text = await request(product.app).get(`${path}?format=text`);
    assert.equal(text.text, 'a b  24200-24209,24220  tcp  pilots  0 used, 11 free\n');
    const csv = await request(product.app).get(path).set('Accept', 'text/csv');
    assert.equal(csv.text, 'name,ranges,protocols,owner,used,free\na b,24200-24209 24220,tcp,pilots,0,11\n');
    const page = await request(product.app).get(path).set('Accept', 'text/html');
    assert.equal(page.type, 'text/html');
    assert.match(page.text, /<h1><span class="word">Pool<\/span> <bdi>a b<\/bdi><\/h1>/);
    for (const link of [`${path}?format=json`, '/pools', '/suggestions?pool=a+b', '/ports/24220']) {
      assert.ok(page.text.includes(`href="${link}"`), link);
    }
    const { headers } = await request(product.app).get(path);
    const again = await request(product.app)
      .get(path)
      .set('If-None-Match', headers.etag ?? '');
    assert.equal(again.status, 304);
    const head = await request(product.app).head(path);
    assert.deepEqual([head.status, head.get('ETag')], [200, headers.etag]);
    await create({ name: 'in it', firstPort: 24200 });
    const { body } = await request(product.app)
      .get(path)
      .set('If-None-Match', headers.etag ?? '');
    assert.deepEqual([body.used, body.free], [1, 10]);
  });

  test('is a 404 with the nearest name for an unknown pool, and null in GraphQL', async (t) => {
    await createPool({ name: 'payments', ranges: ['24300'] });
    t.after(() => deletePool('payments'));
    for (const answer of [await request(product.app).get('/pools/paymnts'), await deletePool('paymnts')]) {
      const { status, body } = answer;
      const detail = 'Cannot find pool "paymnts": no such pool';
      assert.deepEqual([status, body.detail, body.suggestions], [404, detail, ['payments']]);
    }
    const far = await request(product.app).get('/pools/quite%20another');
    assert.deepEqual([far.status, far.body.suggestions], [404, undefined]);
    assert.equal((await request(product.app).get('/pools/PAYMENTS')).status, 404);
    const graphql = await request(product.app).post('/graphql').send({ query: '{ pool(name: "paymnts") { name } }' });
    assert.deepEqual(graphql.body, { data: { pool: null } });
  });

  test('refuses other parameters and methods', async () => {
    const { status, body } = await request(product.app).get('/pools/x?limit=1');
    assert.deepEqual([status, body.detail], [400, 'Unknown query parameter "limit": expected one of format, wide']);
    const put = await request(product.app).put('/pools/x');
    assert.deepEqual([put.status, put.get('Allow')], [405, 'GET, HEAD, PATCH, DELETE, OPTIONS']);
  });
});

describe('a pool', () => {
  test('counts the ports that own entries use on its protocols, each once', async (t) => {
    await createPool({ name: 'count', ranges: ['22000-22009', '22020-22029'], protocols: ['tcp'], owner: 'x' });
    t.after(() => deletePool('count'));
    await create({ name: 'a', firstPort: 21990, lastPort: 22002 });
    await create({ name: 'b', firstPort: 22002, lastPort: 22003 });
    await create({ name: 'udp alone', firstPort: 22005, protocols: ['udp'] });
    await create({ name: 'c', firstPort: 22009, lastPort: 22020 });
    const [pool] = (await poolsNow()) as { used: number; free: number }[];
    assert.deepEqual([pool?.used, pool?.free], [6, 14]);
    const text = await request(product.app).get('/pools?format=text');
    assert.equal(text.text, 'count  22000-22009,22020-22029  tcp  x  6 used, 14 free\n');
    const csv = await request(product.app).get('/pools?format=csv');
    assert.equal(csv.text, 'name,ranges,protocols,owner,used,free\ncount,22000-22009 22020-22029,tcp,x,6,14\n');
    const query = '{ pools { name ranges { firstPort lastPort } protocols owner used free } }';
    const graphql = (await request(product.app).post('/graphql').send({ query })).body.data.pools[0];
    assert.deepEqual({ ...graphql, protocols: ['tcp'] }, pool);
  });

  test('reserves its ports for requests that name it, in advice and suggestions', async (t) => {
    await createPool({ name: 'held', ranges: ['23000-23009'], protocols: ['tcp'], owner: 'pilots' });
    t.after(() => deletePool('held'));
    const numbers = async (query: string) =>
      (await request(product.app).get(`/suggestions?${query}`)).body.results.map(
        ({ number }: { number: number }) => number,
      );
    assert.deepEqual(await numbers('within=23000-23009&protocol=tcp'), []);
    const inside = await numbers('pool=held&protocol=tcp&count=100');
    assert.ok(inside.length > 0 && inside.every((number: number) => number >= 23000 && number <= 23009));
    const { verdict, reasons } = (await request(product.app).get('/ports/23007/suitability?protocol=tcp')).body;
    assert.deepEqual(
      [verdict, reasons[0].code, reasons[0].detail],
      ['avoid', 'own_use', 'It belongs to the pool held of pilots.'],
    );
  });

  test('is in the audit log', async () => {
    await createPool({ name: 'told', ranges: ['24000'], owner: 'x' });
    await deletePool('told');
    const { body } = await request(product.app).get('/audit?id=told').set('Authorization', product.bearer('admin'));
    const pool = {
      name: 'told',
      ranges: [{ firstPort: 24000, lastPort: 24000 }],
      protocols: ['tcp', 'udp'],
      owner: 'x',
    };
    assert.deepEqual(
      body.results.map(({ action, kind, before, after }: Record<string, unknown>) => [action, kind, before, after]),
      [
        ['delete', 'pool', pool, null],
        ['create', 'pool', null, pool],
      ],
    );
  });
});

describe('POST /reservations', () => {
  const reserve = (body: unknown) =>
    request(product.app)
      .post('/reservations')
      .set('Authorization', product.bearer('write'))
      .send(body as object);

  test('takes the first suggested port, and the next one at the next request', async () => {
    const conditions = 'within=25000-25999&near=25500&protocol=udp';
    const suggested = async () =>
      (await request(product.app).get(`/suggestions?${conditions}&count=1`)).body.results[0].number;
    for (const name of ['first', 'second']) {
      const port = await suggested();
      const response = await reserve({
        name,
        within: '25000-25999',
        near: 25500,
        protocol: 'udp',
        owner: 'x',
        tags: ['t'],
      });
      const { id, firstPort, lastPort, protocols, owner, tags, revision } = response.body;
      assert.deepEqual([response.status, firstPort, lastPort, protocols], [201, port, port, ['udp']]);
      assert.deepEqual([owner, tags, revision, response.get('Location')], ['x', ['t'], 1, `/associations/${id}`]);
      assert.notEqual(await suggested(), port);
    }
  });

  test('returns the same port for the same name while it is free, and releases it when the entry is deleted', async () => {
    const first = (await reserve({ name: 'like', like: 'harbour', within: '26000-26999' })).body;
    const second = (await reserve({ name: 'like', like: 'harbour', within: '26000-26999' })).body;
    assert.notEqual(first.firstPort, second.firstPort);
    const headers = { Authorization: product.bearer('write'), 'If-Match': '*' };
    await request(product.app).delete(`/associations/${first.id}`).set(headers);
    const third = (await reserve({ name: 'like', like: 'harbour', within: '26000-26999' })).body;
    assert.equal(third.firstPort, first.firstPort);
    assert.notEqual(third.id, first.id);
  });

  test('takes the order of suggestions: by weight, in a pool by number', async (t) => {
    const suggested = async (query: string) =>
      (await request(product.app).get(`/suggestions?protocol=tcp&count=1&${query}`)).body.results[0].number;
    const best = await suggested('within=8000-8199');
    const lowest = await suggested('within=8000-8199&order=number');
    assert.notEqual(best, lowest);
    assert.equal((await reserve({ name: 'best', within: '8000-8199' })).body.firstPort, best);
    assert.equal((await reserve({ name: 'lowest', within: '8000-8199', order: 'number' })).body.firstPort, lowest);
    await createPool({ name: 'plan', ranges: ['8200-8399'] });
    t.after(() => deletePool('plan'));
    const first = await suggested('pool=plan');
    assert.equal(first, await suggested('pool=plan&order=number'));
    assert.equal((await reserve({ name: 'first', pool: 'plan' })).body.firstPort, first);
    const { status, body } = await reserve({ name: 'x', order: 'size' });
    assert.deepEqual([status, body.errors[0].parameter], [400, 'order']);
  });

  test('takes several ports as one range', async () => {
    const { body } = await reserve({ name: 'block', count: 10, within: '27000-28999', protocols: ['tcp', 'udp'] });
    assert.deepEqual([body.lastPort - body.firstPort, body.protocols], [9, ['tcp', 'udp']]);
    for (const port of [body.firstPort, body.lastPort]) {
      assert.equal((await request(product.app).get(`/ports/${port}/suitability`)).body.verdict, 'avoid');
    }
  });

  test('takes only ports of the pool, until none is left', async (t) => {
    await createPool({ name: 'small', ranges: ['29101-29104'], protocols: ['udp'] });
    t.after(() => deletePool('small'));
    const none = 'Excluded: own uses and pools (4)';
    const outside = await reserve({ name: 'x', within: '29101-29104', protocol: 'udp' });
    assert.deepEqual([outside.status, outside.body.detail.includes(none)], [409, true], outside.body.detail);
    const good = (await request(product.app).get('/suggestions?pool=small&count=100')).body.results.length;
    assert.ok(good > 0);
    const ports = [];
    for (let count = 0; count < good; count++) {
      const { status, body } = await reserve({ name: `x${count}`, pool: 'small' });
      assert.deepEqual([status, body.protocols], [201, ['udp']]);
      ports.push(body.firstPort);
    }
    assert.equal(new Set(ports).size, good);
    const last = await reserve({ name: 'late', pool: 'small' });
    assert.deepEqual(
      [last.status, last.body.detail, last.body.errors],
      [
        409,
        'Cannot reserve a port: 0 of 4 ports are suitable; requested: 1. Excluded: own uses and pools (4).',
        undefined,
      ],
    );
    const other = await reserve({ name: 'x', pool: 'small', protocol: 'tcp' });
    assert.deepEqual(
      [other.status, other.body.detail],
      [400, 'Cannot reserve a tcp port of pool "small": expected udp'],
    );
    const missing = await reserve({ name: 'x', pool: 'smal' });
    assert.deepEqual(
      [missing.status, missing.body.detail, missing.body.suggestions],
      [400, 'Cannot find pool "smal": no such pool', ['small']],
    );
  });

  test('respects own uses in the same environment, and in all environments', async () => {
    const conditions = { within: '30100-30110', avoid: ['browsers'], protocol: 'tcp' };
    const port = async (environment: string | null) =>
      (await reserve({ name: 'env', environment, ...conditions })).body.firstPort;
    const [production, test, again] = [await port('production'), await port('test'), await port('test')];
    assert.deepEqual([test === production, again === test], [true, false]);
  });

  test('refuses invalid input with all faults, and a port given by the client', async () => {
    const cases = [
      [{}, 'name: Missing field "name"'],
      [
        { name: 'x', firstPort: 80, count: 0, near: '9' },
        'firstPort: Unknown field',
        'count: Cannot read count "0": expected an integer from 1 to 100',
        'near: Cannot read near "9": expected an integer from 0 to 65535',
      ],
      [
        { name: 'x', protocol: 'udp', protocols: ['tcp'] },
        'protocol: Cannot reserve for udp: expected one of protocols, tcp',
      ],
      [
        { name: 'x', count: 2, consecutive: false },
        'consecutive: Cannot reserve several ports apart: expected consecutive true, or one reservation for each',
      ],
      [{ name: 'x', within: '1-x' }, 'within: Cannot parse port range "1-x": expected a range such as 20000-29999'],
      [{ name: 'x', avoid: ['linx'] }, 'avoid: Cannot parse avoid "linx"'],
      [{ name: 'x', near: 1, like: 'y' }, 'like: Cannot suggest ports both near a port and like a name'],
    ] as const;
    for (const [body, ...faults] of cases) {
      const response = await reserve(body);
      const actual = response.body.errors.map((fault: Record<string, string>) => `${fault.parameter}: ${fault.detail}`);
      assert.equal(response.status, 400);
      assert.equal(actual.length, faults.length, actual.join());
      for (const [index, fault] of faults.entries()) assert.ok(actual[index].startsWith(fault), actual[index]);
    }
  });

  test('is reservePort in GraphQL', async () => {
    const query = `mutation ($input: ReservationInput!) { reservePort(input: $input) { firstPort protocols origin } }`;
    const ask = async (input: object) => {
      const asked = request(product.app).post('/graphql').set('Authorization', product.bearer('write'));
      return (await asked.send({ query, variables: { input } })).body;
    };
    const { reservePort } = (await ask({ name: 'graph', within: '31100', protocol: 'TCP', avoid: [] })).data;
    assert.deepEqual(reservePort, { firstPort: 31100, protocols: ['TCP'], origin: 'OWN' });
    const { errors } = await ask({ name: 'graph', within: '31100', protocol: 'TCP', avoid: [] });
    assert.deepEqual(
      [errors[0].extensions.code, errors[0].message.slice(0, 23)],
      ['CONFLICT', 'Cannot reserve a port: '],
    );
  });

  test('has no other method', async () => {
    const response = await request(product.app).get('/reservations');
    assert.deepEqual([response.status, response.get('Allow')], [405, 'POST, OPTIONS']);
  });
});
