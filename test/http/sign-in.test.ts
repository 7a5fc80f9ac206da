import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Express } from 'express';
import plain from 'supertest';
import { request } from '../support/contract.ts';
import { listenHere, startInProcess } from '../support/listen.ts';
import { sendMcp } from '../support/mcp.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();
const SETTINGS = {
  TRUST_PROXY: '127.0.0.1, ::1',
  AUTH_HEADER: 'X-Forwarded-User',
  AUTH_GROUPS_HEADER: 'X-Forwarded-Groups',
  AUTH_SCOPES: 'netops:write, leads:admin, role:db:write',
};
const WRITER = { 'X-Forwarded-User': 'alice', 'X-Forwarded-Groups': 'staff,netops' };
const ADMIN = { 'X-Forwarded-User': 'bob', 'X-Forwarded-Groups': 'leads' };
const READER = { 'X-Forwarded-User': 'carol' };
const FORGED = 'Cannot write as the signed-in user: ';
let app: Express;
let nextPort = 20_000;

function appWith(settings: Readonly<Record<string, string>>): Promise<Express> {
  return createTestApp(product.registry, { ...SETTINGS, ...settings }, undefined, product.own);
}

function entry() {
  return { name: 'sign-in', firstPort: nextPort++ };
}

/** Creates an entry, and returns the status and the reason of a refusal. */
async function create(headers: Readonly<Record<string, string>>, on = app) {
  const { status, body } = await request(on).post('/associations').set(headers).send(entry());
  return [status, body.detail];
}

async function useApp(): Promise<void> {
  app ??= await appWith({});
}

describe('a signed-in user', () => {
  before(useApp);

  test('writes with the scope of the groups, and the audit log names the user', async () => {
    const headers = { ...WRITER, 'X-Request-ID': 'sign-in-1' };
    const created = await request(app).post('/associations').set(headers).send(entry()).expect(201);
    const { body } = await request(app).get('/audit?requestId=sign-in-1').set(ADMIN).expect(200);
    assert.deepEqual(
      body.results.map(({ token, tokenId, key }: Record<string, unknown>) => [token, tokenId, key]),
      [['sso:alice', 'sso:alice', created.body.id]],
    );
    const found = await request(app).get('/audit?token=sso%3Aalice&limit=1').set(ADMIN).expect(200);
    assert.equal(found.body.results[0].requestId, 'sign-in-1');
  });

  test('has the largest scope of all groups, and read without a listed one', async () => {
    const scopes = [
      [undefined, 'read'],
      ['', 'read'],
      ['staff', 'read'],
      ['NETOPS', 'read'],
      ['netops2', 'read'],
      ['netops:write', 'read'],
      ['staff, netops', 'write'],
      ['staff|netops|x', 'write'],
      ['role:db', 'write'],
      ['leads,netops', 'admin'],
      ['netops , leads', 'admin'],
    ] as const;
    for (const [groups, scope] of scopes) {
      const headers = { ...READER, ...(groups !== undefined && { 'X-Forwarded-Groups': groups }) };
      const { body, headers: fields } = await request(app).get('/token').set(headers).expect(200);
      const unbound = { owners: [], pools: [], hosts: [] };
      assert.deepEqual(body, { name: 'sso:carol', scope, ...unbound, expiresAt: null }, groups);
      assert.equal(fields['cache-control'], 'no-store');
    }
  });

  test('with the scope read gets a 403 for a write, over REST and GraphQL', async () => {
    const refusal = 'The user "carol" has the scope read: expected write';
    assert.deepEqual(await create(READER), [403, refusal]);
    const query = `mutation { createAssociation(input: { name: "x", firstPort: ${nextPort++} }) { id } }`;
    const { body } = await request(app).post('/graphql').set(READER).send({ query });
    assert.deepEqual(
      body.errors.map(({ message, extensions }: Record<string, unknown>) => [message, extensions]),
      [[refusal, { code: 'FORBIDDEN' }]],
    );
    const pool = { name: 'sign-in', ranges: ['30000-30009'] };
    const { status, body: problem } = await request(app).post('/pools').set(WRITER).send(pool);
    assert.deepEqual([status, problem.detail], [403, 'The user "alice" has the scope write: expected admin']);
  });

  test('approves with the scope admin, and a mutation has the same author', async () => {
    const query = `mutation { createAssociation(input: { name: "x", firstPort: ${nextPort++} }) { id } }`;
    const created = await request(app).post('/graphql').set(WRITER).send({ query }).expect(200);
    const { id } = created.body.data.createAssociation;
    const approved = await request(app)
      .post(`/associations/${id}/approval`)
      .set({ ...ADMIN, 'If-Match': '*' });
    assert.deepEqual([approved.status, approved.body.approvedBy], [200, 'sso:bob']);
    const { body } = await request(app).get(`/audit?id=${id}`).set(ADMIN).expect(200);
    assert.deepEqual(
      body.results.map(({ token, action }: Record<string, unknown>) => [token, action]),
      [
        ['sso:bob', 'update'],
        ['sso:alice', 'create'],
      ],
    );
  });

  test('reserves a port over MCP', async () => {
    const params = { name: 'reserve_port', arguments: { name: 'sign-in', key: 'sign-in', within: '26000-26999' } };
    const headers = { 'MCP-Protocol-Version': '2025-06-18' };
    const ask = (user: Readonly<Record<string, string>>) =>
      sendMcp(app, 'tools/call', params, { ...headers, ...user }).expect(200);
    const reserved = JSON.parse((await ask(WRITER)).text).result;
    const { body } = await request(app).get(`/audit?id=${reserved.structuredContent.id}`).set(ADMIN).expect(200);
    assert.deepEqual([body.count, body.results[0].token], [1, 'sso:alice']);
    const refused = JSON.parse((await ask(READER)).text).result;
    const text = 'The user "carol" has the scope read: expected write';
    assert.deepEqual([refused.isError, refused.content[0].text], [true, text]);
  });

  test('has keys of repeated requests that no other user shares', async () => {
    const body = entry();
    const key = { 'Idempotency-Key': 'sign-in' };
    const post = (user: Readonly<Record<string, string>>, sent: object) =>
      request(app)
        .post('/associations')
        .set({ ...user, ...key })
        .send(sent);
    const first = await post(WRITER, body).expect(201);
    const again = await post(WRITER, body).expect(201);
    assert.deepEqual([again.body.id, again.get('Idempotent-Replayed')], [first.body.id, 'true']);
    const other = await post(ADMIN, body).expect(201);
    assert.notEqual(other.body.id, first.body.id);
    const reused = await post(WRITER, entry()).expect(422);
    const used = 'Cannot write with Idempotency-Key "sign-in": this user has used it for another request';
    assert.equal(reused.body.detail, `${used}; expected a new key`);
  });

  test('has a name of 1 to 128 printable characters', async () => {
    const latin1 = (name: string) => Buffer.from(name).toString('latin1');
    for (const name of [
      'a',
      'a'.repeat(128),
      'é'.repeat(128),
      'Алиса',
      'alice@example.org',
      'a b, c',
      '名'.repeat(128),
    ]) {
      const { body } = await request(app).get('/token').set('X-Forwarded-User', latin1(name)).expect(200);
      assert.equal(body.name, `sso:${name}`);
    }
    const expected = 'expected the name of a user with 1 to 128 printable characters, in UTF-8';
    const detail = `Cannot read the header field x-forwarded-user: ${expected}`;
    for (const name of ['a'.repeat(129), '名'.repeat(129), 'a\u200bb', 'a\u202eb', 'a\tb', 'a\u0085b']) {
      const { status, body } = await request(app).get('/token').set('X-Forwarded-User', latin1(name));
      assert.deepEqual([status, body.detail], [400, detail], JSON.stringify(name));
    }
    // A name in Latin-1 is no UTF-8.
    const invalid = await request(app).get('/token').set('X-Forwarded-User', 'Andr\u00e9');
    assert.deepEqual([invalid.status, invalid.body.detail], [400, detail]);
    const { status } = await request(app).get('/token').set('X-Forwarded-User', '');
    assert.equal(status, 401);
  });

  test('is not taken from a field that is there twice: one may be from the client', async () => {
    for (const field of ['X-Forwarded-User', 'X-Forwarded-Groups']) {
      const headers = { ...WRITER, [field]: ['mallory', 'leads'] } as unknown as Record<string, string>;
      const { status, body } = await request(app).get('/token').set(headers);
      const detail = `Cannot read the header field ${field.toLowerCase()}: expected it once, got it 2 times`;
      assert.deepEqual([status, body.detail], [400, detail]);
    }
  });

  test('yields to a token, valid or not', async () => {
    const sent = { ...ADMIN, Authorization: product.bearer('write') };
    const { body } = await request(app).get('/token').set(sent).expect(200);
    assert.deepEqual([body.name, body.scope], ['write', 'write']);
    const invalid = { ...ADMIN, Authorization: 'Bearer nonsense' };
    assert.equal((await request(app).get('/token').set(invalid)).status, 401);
    assert.equal((await request(app).post('/associations').set(invalid).send(entry())).status, 401);
  });

  test('reads with REQUIRE_TOKEN=read', async () => {
    const closed = await appWith({ REQUIRE_TOKEN: 'read' });
    assert.equal((await plain(closed).get('/ports/22')).status, 401);
    const { status, headers } = await plain(closed).get('/ports/22').set(READER);
    assert.deepEqual([status, headers['cache-control']], [200, 'private, no-cache']);
    assert.match(headers.vary ?? '', /Authorization, x-forwarded-user, x-forwarded-groups/);
    const text = await plain(closed).post('/ports/lookup').set(READER).type('text/plain').send('22');
    assert.equal(text.status, 200);
  });
});

describe('the header field of a user', () => {
  test('counts only from an address of TRUST_PROXY', async () => {
    const detail = 'A token is needed: expected the header field Authorization: Bearer TOKEN';
    for (const TRUST_PROXY of ['192.0.2.1', '10.0.0.0/8, fd00::/8']) {
      const other = await appWith({ TRUST_PROXY });
      // The address of the connection decides, and not its header fields.
      const headers = { ...ADMIN, 'X-Forwarded-For': '192.0.2.1' };
      assert.deepEqual(await create(headers, other), [401, detail]);
      assert.equal((await plain(other).get('/audit').set(headers)).status, 401);
    }
  });

  test('means nothing without AUTH_HEADER', async () => {
    const none = await createTestApp(product.registry, { TRUST_PROXY: '127.0.0.1, ::1' }, undefined, product.own);
    assert.equal((await create(ADMIN, none))[0], 401);
  });

  test('of groups means nothing without AUTH_GROUPS_HEADER', async () => {
    const noGroups = await appWith({ AUTH_GROUPS_HEADER: '', AUTH_SCOPES: '' });
    const { body } = await request(noGroups).get('/token').set(ADMIN).expect(200);
    assert.deepEqual([body.name, body.scope], ['sso:bob', 'read']);
  });
});

/** All requests that write. */
const WAYS = [
  ['post', '/associations', 'application/json', () => JSON.stringify(entry()), 201],
  ['post', '/reservations', 'application/json', () => '{"name":"x","within":"25000-25999"}', 201],
  ['post', '/associations/import', 'text/csv', () => `name,firstPort\nx,${nextPort++}\n`, 200],
  ['post', '/associations/import', 'text/x-services', () => `x ${nextPort++}/tcp\n`, 200],
  ['post', '/graphql', 'application/json', () => '{"query":"{ registry { date } }"}', 200],
  ['post', '/mcp', 'application/json', () => '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', 200],
] as const;

describe('a write of a signed-in user', () => {
  before(useApp);

  const sendOf = (headers: Readonly<Record<string, string>>, way: (typeof WAYS)[number] = WAYS[0]) => {
    const [method, path, type, body] = way;
    return request(app)
      [method](path)
      .set({ 'Content-Type': type, ...WRITER, ...headers })
      .send(body());
  };

  test('is accepted from a page of this server, and from a program', async () => {
    for (const way of WAYS) {
      const [, path, , , expected] = way;
      for (const headers of [
        {},
        { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://ports.example.org', Host: 'ports.example.org' },
        { Origin: 'http://ports.example.org', Host: 'ports.example.org' },
      ]) {
        const { status, text } = await sendOf(headers, way);
        assert.equal(status, expected, `${path} ${JSON.stringify(headers)}: ${text}`);
      }
    }
  });

  test('is refused from a page of another site, for every kind of write', async () => {
    for (const way of WAYS) {
      for (const site of ['cross-site', 'same-site', 'none', '']) {
        const { status, body } = await sendOf({ 'Sec-Fetch-Site': site }, way);
        const detail = `${FORGED}expected the header field Sec-Fetch-Site to be same-origin or absent, got "${site}"`;
        assert.deepEqual([status, body.detail], [403, detail], way[1]);
      }
      for (const origin of ['https://evil.example', 'null', 'http://ports.example.org.evil.example', 'nonsense']) {
        const { status, body } = await sendOf({ Origin: origin, Host: 'ports.example.org' }, way);
        const own = '"http://ports.example.org"';
        const detail = `${FORGED}expected the header field Origin to be ${own} or absent, got "${origin}"`;
        assert.deepEqual([status, body.detail], [403, detail], way[1]);
      }
    }
  });

  test('compares the origin with the host and the scheme that the proxy names', async () => {
    const site = 'https://ports.example.org';
    const cases = [
      [{ Host: 'ports.example.org' }, site, 201],
      [{ Host: 'ports.example.org:443' }, site, 201],
      [{ Host: 'ports.example.org', 'X-Forwarded-Proto': 'https' }, site, 201],
      [{ Host: 'ports.example.org', 'X-Forwarded-Proto': 'https' }, 'http://ports.example.org', 403],
      [{ Host: 'ports.example.org', 'X-Forwarded-Proto': 'http' }, site, 403],
      [{ Host: 'portolan', 'X-Forwarded-Host': 'ports.example.org' }, site, 201],
      [{ Host: 'portolan', 'X-Forwarded-Host': 'ports.example.org' }, 'http://portolan', 403],
      [{ Host: 'ports.example.org:8443' }, site, 403],
      [{ Host: 'ports.example.org:8443' }, `${site}:8443`, 201],
    ] as const;
    for (const [headers, Origin, expected] of cases) {
      const { status } = await sendOf({ ...headers, Origin });
      assert.equal(status, expected, JSON.stringify([headers, Origin]));
    }
  });

  test('is refused with a body that browsers send without a preflight', async () => {
    const types = 'application/json, application/merge-patch+json, text/csv, text/x-services';
    const detail = `${FORGED}expected a body with the Content-Type ${types}`;
    for (const way of WAYS) {
      for (const type of [
        'text/plain',
        'TEXT/PLAIN; charset=utf-8',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain; x=application/json',
        'application/json, text/plain',
        'nonsense',
      ]) {
        const { status, body } = await sendOf({ 'Content-Type': type }, way);
        assert.deepEqual([status, body.detail], [403, detail], `${way[1]} ${type}`);
      }
    }
  });

  test('without a Content-Type is refused if it has a body, and accepted if it has none', async (t) => {
    const created = await request(app).post('/associations').set(WRITER).send(entry()).expect(201);
    const path = `/associations/${created.body.id}`;
    const { status } = await request(app)
      .delete(path)
      .set({ ...WRITER, 'If-Match': '*' });
    assert.equal(status, 204);
    // A page can send bytes without a type, and needs no preflight for it.
    const url = await listenHere(t, product.registry, SETTINGS);
    const untyped = await fetch(`${url}/associations`, { method: 'POST', headers: WRITER, body: new Blob(['{}']) });
    assert.equal(untyped.status, 403);
  });

  test('by PUT, PATCH and DELETE is checked too, and by a method or at a path that does not exist', async () => {
    for (const [method, path] of [
      ['put', '/observations/web-1'],
      ['patch', '/associations/own-000000000000'],
      ['delete', '/associations/own-000000000000'],
      ['post', '/nowhere'],
      ['post', '/ports/22'],
    ] as const) {
      const { status } = await plain(app)
        [method](path)
        .set({ ...ADMIN, 'Sec-Fetch-Site': 'cross-site' });
      assert.equal(status, 403, path);
    }
  });

  test('needs none of this with a token', async () => {
    const { Host, ...headers } = { Host: 'x', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const sent = { ...WRITER, ...headers, Authorization: product.bearer('write') };
    assert.equal((await create(sent))[0], 201);
  });

  test('without a user is the 401 of a missing token, as for every site', async () => {
    const { status } = await request(app).post('/associations').set('Sec-Fetch-Site', 'cross-site').send(entry());
    assert.equal(status, 401);
  });
});

test('no response allows another origin to send credentials', async () => {
  for (const CORS_ORIGINS of ['', '*', 'https://wiki.example.org']) {
    const open = await appWith({ CORS_ORIGINS });
    const Origin = 'https://wiki.example.org';
    const preflight = { Origin, 'Access-Control-Request-Method': 'POST' };
    for (const answer of [
      await plain(open)
        .options('/associations')
        .set({ ...WRITER, ...preflight }),
      await plain(open)
        .get('/token')
        .set({ ...WRITER, Origin }),
      await plain(open)
        .get('/ports/22')
        .set({ ...WRITER, Origin }),
      await plain(open)
        .post('/graphql')
        .set({ ...WRITER, Origin })
        .send({ query: '{ registry { date } }' }),
    ]) {
      assert.equal(answer.get('Access-Control-Allow-Credentials'), undefined);
    }
  }
});

test('RATE_LIMIT counts signed-in users by their address, as it counts tokens', async () => {
  const limited = await appWith({ RATE_LIMIT: '2' });
  const statuses: number[] = [];
  for (const [user, address] of [
    ['alice', '192.0.2.1'],
    ['bob', '192.0.2.1'],
    ['carol', '192.0.2.1'],
    ['carol', '192.0.2.2'],
  ] as const) {
    const headers = { 'X-Forwarded-User': user, 'X-Forwarded-For': address };
    statuses.push((await plain(limited).get('/token').set(headers)).status);
  }
  assert.deepEqual(statuses, [200, 200, 429, 200]);
});

test('the response cache never gives one client the response of another', async (t) => {
  const { url } = await startInProcess(t, { DATABASE: product.database, ...SETTINGS });
  const clients = [{}, WRITER, ADMIN, READER];
  const json = { 'Content-Type': 'application/json' };
  const post = { method: 'POST', body: '{"query":"{ registry { date } }"}', headers: json };
  const ask = async (path: string, headers: Readonly<Record<string, string>>, init: RequestInit = {}) => {
    const response = await fetch(url + path, { ...init, headers: { ...headers, ...init.headers } });
    const { detail, name, count } = JSON.parse(await response.text());
    return [response.status, detail ?? name ?? count ?? null];
  };
  const missing = 'A token is needed: expected the header field Authorization: Bearer TOKEN';
  const audit = await ask('/audit', ADMIN);
  const refused = (user: string, scope: string) => [403, `The user "${user}" has the scope ${scope}: expected admin`];
  // A response is stored when its request is repeated.
  for (const _ of [1, 2, 3]) {
    const own = [];
    for (const client of clients) own.push([await ask('/token', client), await ask('/audit', client)]);
    assert.deepEqual(own, [
      [
        [401, missing],
        [401, missing],
      ],
      [[200, 'sso:alice'], refused('alice', 'write')],
      [[200, 'sso:bob'], audit],
      [[200, 'sso:carol'], refused('carol', 'read')],
    ]);
    for (const client of clients) {
      assert.deepEqual(await ask('/ports/22', client), [200, null]);
      assert.deepEqual(await ask('/search?q=ssh&limit=1', client), await ask('/search?q=ssh&limit=1', {}));
      assert.deepEqual(await ask('/graphql', client, post), [200, null]);
    }
  }
  // The query is in the cache.
  const [status] = await ask('/graphql', { ...WRITER, 'Sec-Fetch-Site': 'cross-site' }, post);
  assert.equal(status, 403);
});
