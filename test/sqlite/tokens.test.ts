import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { createToken, type NewToken, revokeToken, rotateToken, storedTokens } from '../../src/sqlite/tables/tokens.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN: NewToken = {
  name: 'ci',
  sha256: '1'.repeat(64),
  scope: 'write',
  owners: ['payments'],
  pools: [],
  hosts: [],
  createdAt: '2026-11-24T00:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
};

function openDatabase(t: TestContext) {
  const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
  t.after(() => db.close());
  const audited = () =>
    db
      .prepare<[], { before: string | null; after: string }>('SELECT "before", "after" FROM audit ORDER BY id')
      .all()
      .map(({ before, after }) => [before === null ? null : JSON.parse(before), JSON.parse(after)]);
  return { db, audited };
}

test('revoking a revoked token changes nothing, and adds no second audit entry', (t) => {
  const { db, audited } = openDatabase(t);
  const revokedAt = '2026-11-25T00:00:00.000Z';
  createToken(db, { ...TOKEN, revokedAt }, COMMAND_LINE);
  const before = storedTokens(db);
  assert.equal(revokeToken(db, 'ci', COMMAND_LINE).revokedAt, revokedAt);
  assert.deepEqual([storedTokens(db), audited().length], [before, 1]);
});

test('a name can be used again after a revocation: each token has its own id', (t) => {
  const { db, audited } = openDatabase(t);
  createToken(db, TOKEN, COMMAND_LINE);
  const next = { ...TOKEN, sha256: '2'.repeat(64) };
  assert.throws(() => createToken(db, next, COMMAND_LINE), {
    code: 'conflict',
    message: 'Cannot create token "ci": a token with this name is not revoked',
  });
  const first = revokeToken(db, 'ci', COMMAND_LINE);
  createToken(db, next, COMMAND_LINE);
  const second = storedTokens(db).find(({ revokedAt }) => revokedAt === null);
  assert.match(first.id, /^token-[0-9a-f]{12}$/);
  assert.notEqual(first.id, second?.id);
  assert.deepEqual(
    audited().map(([, { id, revokedAt }]) => [id, revokedAt === null]),
    [
      [first.id, true],
      [first.id, false],
      [second?.id, true],
    ],
  );
  // The name means the token that is valid.
  assert.equal(revokeToken(db, 'ci', COMMAND_LINE).id, second?.id);
});

test('a rotated token keeps its id, rights and expiry, and is refused once it is revoked or has expired', (t) => {
  const { db, audited } = openDatabase(t);
  createToken(db, { ...TOKEN, expiresAt: '2099-01-01T00:00:00.000Z' }, COMMAND_LINE);
  const [before] = storedTokens(db);
  const sha256 = '3'.repeat(64);
  const { rotatedAt } = rotateToken(db, 'ci', sha256, COMMAND_LINE);
  assert.deepEqual(storedTokens(db), [{ ...before, sha256, rotatedAt }]);
  const { sha256: _, lastUsedAt: _used, ...audit } = before ?? {};
  assert.deepEqual(audited()[1], [audit, { ...audit, rotatedAt }]);
  revokeToken(db, 'ci', COMMAND_LINE);
  const message = 'Cannot rotate token "ci": it is revoked; create a new one';
  assert.throws(() => rotateToken(db, 'ci', '4'.repeat(64), COMMAND_LINE), { code: 'conflict', message });
  createToken(db, { ...TOKEN, name: 'old', expiresAt: '2026-01-01T00:00:00.000Z' }, COMMAND_LINE);
  const expired = 'Cannot rotate token "old": it has expired at 2026-01-01T00:00:00.000Z; create a new one';
  assert.throws(() => rotateToken(db, 'old', '5'.repeat(64), COMMAND_LINE), { code: 'conflict', message: expired });
  assert.throws(() => rotateToken(db, 'none', '5'.repeat(64), COMMAND_LINE), {
    code: 'not_found',
    message: 'Cannot find token "none": no such name',
  });
});

test('only a token of the scope write is bound, and to pools that exist', (t) => {
  const { db } = openDatabase(t);
  assert.throws(() => createToken(db, { ...TOKEN, scope: 'admin' }, COMMAND_LINE), {
    code: 'invalid_argument',
    message: 'Cannot bind a token of the scope admin to owners or pools: expected the scope write',
  });
  assert.throws(() => createToken(db, { ...TOKEN, pools: ['none'] }, COMMAND_LINE), {
    code: 'not_found',
    message: 'Cannot find pool "none": no such pool',
  });
  const expected = 'expected at most 20 names of 1 to 100 characters without control or invisible characters';
  assert.throws(() => createToken(db, { ...TOKEN, owners: ['a\nb'] }, COMMAND_LINE), {
    message: `Cannot bind a token to the owner "a\\nb": ${expected}`,
  });
  assert.deepEqual(storedTokens(db), []);
});

test('only a token of the scope observe is bound to hosts', (t) => {
  const { db } = openDatabase(t);
  const observer: NewToken = { ...TOKEN, scope: 'observe', owners: [], hosts: ['web-1', 'db-1.example.org'] };
  createToken(db, observer, COMMAND_LINE);
  assert.deepEqual(storedTokens(db)[0]?.hosts, observer.hosts);
  assert.deepEqual(revokeToken(db, TOKEN.name, COMMAND_LINE).hosts, observer.hosts);
  for (const scope of ['read', 'write', 'admin'] as const) {
    assert.throws(() => createToken(db, { ...observer, scope }, COMMAND_LINE), {
      code: 'invalid_argument',
      message: `Cannot bind a token of the scope ${scope} to hosts: expected the scope observe`,
    });
  }
  const cases: readonly [hosts: string[], message: RegExp][] = [
    [['Web-1'], /^Cannot bind a token to the host "Web-1": expected at most 20 names in lower case$/],
    [['a_b'], /^Cannot parse host "a_b": expected labels of letters, digits and hyphens/],
    [
      Array.from({ length: 21 }, (_, index) => `web-${index}`),
      /^Cannot bind a token to the host "web-0": expected at most 20/,
    ],
  ];
  for (const [hosts, message] of cases) {
    assert.throws(() => createToken(db, { ...observer, hosts }, COMMAND_LINE), { code: 'invalid_argument', message });
  }
});
