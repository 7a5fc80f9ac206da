import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perVersion, perVersionInSteps } from '../../src/registry/values/registry-version.ts';

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

test('a value of the lists is computed in steps, once for each version of the lists', () => {
  let version = { lists: 1, own: 1 };
  let count = 0;
  const { step, value } = perVersionInSteps(
    { version: () => version },
    function* () {
      const of = version.lists;
      for (let rest = 2; rest > 0; rest--) yield;
      count++;
      return `lists ${of}`;
    },
    ['lists'],
  );
  assert.deepEqual([step(), step(), step(), step()], [false, false, true, true]);
  version = { lists: 1, own: 2 };
  assert.deepEqual([step(), value(), count], [true, 'lists 1', 1]);
  // A change between two steps starts again, and the value needs no steps before it.
  version = { lists: 2, own: 2 };
  assert.equal(step(), false);
  version = { lists: 3, own: 2 };
  assert.deepEqual([step(), value(), count], [false, 'lists 3', 2]);
});

test('a step that fails is repeated from the start', () => {
  let isBroken = true;
  const { step, value } = perVersionInSteps(
    { version: () => ({ lists: 1, own: 1 }) },
    function* () {
      yield;
      if (isBroken) throw new Error('no rows');
      return 'rows';
    },
    ['lists'],
  );
  assert.equal(step(), false);
  assert.throws(step, /no rows/);
  isBroken = false;
  assert.equal(step(), false);
  assert.equal(value(), 'rows');
});
