import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perVersion } from '../../src/registry/values/registry-version.ts';

test('a value is computed once per version, and again only if a part that it depends on changes', () => {
  let version = { lists: 1, own: 1 };
  const registry = { version: () => version };
  let count = 0;
  const all = perVersion(registry, () => ++count);
  const lists = perVersion(registry, () => ({ of: version.lists }), ['lists']);
  const first = lists();
  assert.deepEqual([all(), all(), first], [1, 1, { of: 1 }]);
  version = { lists: 1, own: 2 };
  assert.deepEqual([all(), all()], [2, 2]);
  assert.equal(lists(), first);
  version = { lists: 2, own: 2 };
  assert.deepEqual([all(), lists()], [3, { of: 2 }]);
});

test('a computation that fails is repeated', () => {
  let isBroken = true;
  const value = perVersion({ version: () => ({ lists: 1, own: 1 }) }, () => {
    if (isBroken) throw new Error('no rows');
    return 'rows';
  });
  assert.throws(value, /no rows/);
  isBroken = false;
  assert.equal(value(), 'rows');
});
