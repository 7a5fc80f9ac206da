import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SCOPES } from '../../src/registry/own/token.ts';
import { authorOfUser, checkAuthorName, checkUserScope, isUserName, USER_SCOPES } from '../../src/registry/own/user.ts';

describe('a user', () => {
  test('has a name of 1 to 128 printable characters', () => {
    for (const name of ['a', 'a'.repeat(128), '\u{1f600}'.repeat(128), 'CN=Alice,DC=example', "o'neil"]) {
      assert.equal(isUserName(name), true, name);
    }
    for (const name of ['', ' ', 'a'.repeat(129), '\u{1f600}'.repeat(129), 'a\nb', 'a\u200bb', 'a\u202eb', 'a\ud800']) {
      assert.equal(isUserName(name), false, JSON.stringify(name));
    }
  });

  test('is an author that no token can be', () => {
    const expected = { token: 'sso:alice', tokenId: 'sso:alice', owners: [], pools: [], hosts: [], requestId: 'r' };
    assert.deepEqual(authorOfUser({ name: 'alice', scope: 'write' }, 'r'), expected);
    for (const name of ['sso:alice', 'sso:sso:x', 'ci', 'command line']) checkAuthorName(name);
    for (const name of ['sso:', 'sso:a\u200bb', `sso:${'a'.repeat(129)}`, 'SSO:alice', 'a b', 'x:alice']) {
      assert.throws(() => checkAuthorName(name), { code: 'invalid_argument' }, name);
    }
  });

  test('has the permissions of a token with the same scope', () => {
    const permitted = USER_SCOPES.map((scope) =>
      SCOPES.filter((needed) => {
        try {
          checkUserScope({ name: 'alice', scope }, needed);
          return true;
        } catch {
          return false;
        }
      }),
    );
    assert.deepEqual(permitted, [['read'], ['read', 'write'], [...SCOPES]]);
  });
});
