import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import plain from 'supertest';
import { writeTo } from '../../src/cli/actions/write-source.ts';
import { COMMAND_LINE, SCOPES } from '../../src/registry/own/token.ts';
import { revokeToken } from '../../src/sqlite/tables/tokens.ts';
import { request } from '../support/contract.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { bearer } from '../support/tokens.ts';

const product = useProduct();
const ENTRY = { name: 'rights', firstPort: 7000 };
const CHALLENGE = 'Bearer realm="portolan"';
const INVALID = 'The token is not valid: it is unknown, was revoked or has expired';

/** All requests of REST that write. */
const WRITES = [
  ['post', '/associations'],
  ['patch', '/associations/xsan-filesystem-access'],
  ['delete', '/associations/xsan-filesystem-access'],
] as const;

describe('a write', () => {
  test('without a token is a 401 that names the required scope', async () => {
    for (const [method, path] of WRITES) {
      const { status, body, headers } = await request(product.app)[method](path).send(ENTRY);
      assert.deepEqual(
        [status, body.detail, headers['www-authenticate']],
        [401, 'A token is needed: expected the header field Authorization: Bearer TOKEN', CHALLENGE],
      );
    }
  });

  test('with a token that is not valid is a 401 that does not say why', async () => {
    const past = bearer(product.source, 'admin', { name: 'past', expiresAt: '2026-01-01T00:00:00.000Z' });
    const revoked = bearer(product.source, 'admin', { name: 'revoked' });
    await writeTo(product.source, ({ db }) => revokeToken(db, 'revoked', COMMAND_LINE));
    const [, token] = product.bearer('write').split(' ');
    const cases = [
      ['Bearer portolan_unknown', INVALID],
      [past, INVALID],
      [revoked, INVALID],
      [`Bearer ${token?.slice(0, -1)}`, INVALID],
      [`Bearer ${token?.toUpperCase()}`, INVALID],
      [`Basic ${token}`, 'Cannot read the header field Authorization: expected Bearer TOKEN'],
      ['Bearer', 'Cannot read the header field Authorization: expected Bearer TOKEN'],
      ['Bearer a b', 'Cannot read the header field Authorization: expected Bearer TOKEN'],
    ] as const;
    for (const [Authorization, detail] of cases) {
      const { status, body, headers } = await request(product.app)
        .post('/associations')
        .set({ Authorization })
        .send(ENTRY);
      const expected = [401, detail, `${CHALLENGE}, error="invalid_token"`];
      assert.deepEqual([status, body.detail, headers['www-authenticate']], expected, Authorization);
    }
  });

  test('with an insufficient scope is a 403 that names the required one', async () => {
    for (const [method, path] of WRITES) {
      const { status, body, headers } = await request(product.app)
        [method](path)
        .set('Authorization', product.bearer('read'))
        .send(ENTRY);
      const challenge = `${CHALLENGE}, error="insufficient_scope", scope="write"`;
      assert.deepEqual(
        [status, body.detail, headers['www-authenticate']],
        [403, 'The token "read" has the scope read: expected write', challenge],
      );
    }
  });

  test('is allowed with the scopes write and admin, with the scheme in any letter case', async () => {
    for (const scope of ['write', 'admin'] as const) {
      const Authorization = product.bearer(scope).replace('Bearer', 'bEaReR');
      const { status } = await request(product.app).post('/associations').set({ Authorization }).send(ENTRY);
      assert.equal(status, 201, scope);
    }
  });

  test('without a token does not reveal whether an entry exists', async () => {
    const { status } = await request(product.app).delete('/associations/own-000000000000').set('If-Match', '*');
    assert.equal(status, 401);
  });
});

describe('reading', () => {
  test('requires no token, and ignores one', async () => {
    const open = await request(product.app).get('/ports/22');
    const given = await request(product.app).get('/ports/22').set('Authorization', 'Bearer nonsense');
    assert.deepEqual([given.status, given.get('ETag'), given.get('Vary')], [200, open.get('ETag'), open.get('Vary')]);
  });

  test('requires a token that may read with REQUIRE_TOKEN=read, except for health checks', async () => {
    const app = await createTestApp(product.registry, { REQUIRE_TOKEN: 'read' }, undefined, product.own);
    const paths = [
      '/ports/22',
      '/ports?ports=22',
      '/export/services',
      '/openapi.json',
      '/docs',
      '/graphql',
      '/nowhere',
    ];
    for (const path of paths) {
      const { status, headers } = await plain(app).get(path).set('Accept', 'text/html');
      assert.deepEqual(
        [status, headers['www-authenticate'], headers['cache-control']],
        [401, CHALLENGE, 'no-store'],
        path,
      );
      assert.match(headers.vary ?? '', /Authorization/);
    }
    const posted = await plain(app).post('/ports/lookup').send([22]);
    assert.equal(posted.status, 401);
    for (const path of ['/healthz', '/readyz']) assert.equal((await plain(app).get(path)).status, 200, path);
    for (const scope of SCOPES) {
      const { status, headers } = await plain(app).get('/ports/22').set('Authorization', product.bearer(scope));
      // The scope `observe` permits only snapshots of hosts.
      const expected = scope === 'observe' ? [403, 'no-store'] : [200, 'private, no-cache'];
      assert.deepEqual([status, headers['cache-control']], expected, scope);
      assert.match(headers.vary ?? '', /Authorization/);
    }
    const first = await plain(app).get('/associations/wake-on-lan').set('Authorization', product.bearer('read'));
    assert.equal(first.get('Cache-Control'), 'private, no-cache, no-transform');
    const again = await plain(app)
      .get('/associations/wake-on-lan')
      .set({ Authorization: product.bearer('read'), 'If-None-Match': first.get('ETag') ?? '' });
    assert.deepEqual([again.status, again.get('Cache-Control')], [304, 'private, no-cache, no-transform']);
  });

  test('allows a preflight without a token', async () => {
    const settings = { REQUIRE_TOKEN: 'read', CORS_ORIGINS: 'https://wiki.example.org' };
    const app = await createTestApp(product.registry, settings, undefined, product.own);
    const fields = 'authorization,content-type,if-match,x-request-id';
    const response = await plain(app).options('/associations/own-000000000000').set({
      Origin: 'https://wiki.example.org',
      'Access-Control-Request-Method': 'PATCH',
      'Access-Control-Request-Headers': fields,
    });
    assert.deepEqual(
      [response.status, response.get('Access-Control-Allow-Origin'), response.get('Access-Control-Allow-Headers')],
      [204, 'https://wiki.example.org', fields],
    );
    assert.equal(response.get('Access-Control-Allow-Methods'), 'GET,HEAD,POST,PUT,PATCH,DELETE');
    assert.equal(response.get('Allow'), 'GET, HEAD, PATCH, DELETE, OPTIONS');
  });
});
