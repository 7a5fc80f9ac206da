import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValid, type Token } from '../../src/registry/own/token.ts';

const TOKEN: Token = {
  id: 'token-000000000001',
  name: 'ops',
  scope: 'read',
  owners: [],
  pools: [],
  hosts: [],
  createdAt: '2026-11-24T00:00:00.000Z',
  rotatedAt: null,
  expiresAt: '2026-11-28T00:00:00.000Z',
  revokedAt: null,
};

test('a token is valid until the millisecond before it expires, unless it is revoked', () => {
  const revokedAt = '2026-11-25T00:00:00.000Z';
  for (const [token, now, expected] of [
    [TOKEN, '2026-11-27T23:59:59.999Z', true],
    [TOKEN, '2026-11-28T00:00:00.000Z', false],
    [{ ...TOKEN, expiresAt: null }, '2099-01-01T00:00:00.000Z', true],
    [{ ...TOKEN, revokedAt }, '2026-11-27T00:00:00.000Z', false],
    [{ ...TOKEN, expiresAt: null, revokedAt }, '2026-11-24T00:00:00.000Z', false],
  ] as const)
    assert.equal(isValid(token, now), expected, `${JSON.stringify(token)} at ${now}`);
});
