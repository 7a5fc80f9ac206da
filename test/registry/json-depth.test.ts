import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeeper } from '../../src/registry/values/json-depth.ts';

function nest(levels: number): unknown {
  return levels === 0 ? 1 : levels % 2 === 0 ? [nest(levels - 1)] : { a: null, b: nest(levels - 1) };
}

test('the depth of JSON counts objects and lists', () => {
  for (const value of [null, 1, 'text', true]) assert.equal(isDeeper(value, 0), false);
  for (const value of [[], {}]) {
    assert.equal(isDeeper(value, 0), true);
    assert.equal(isDeeper(value, 1), false);
  }
  for (const levels of [1, 2, 8, 32]) {
    assert.equal(isDeeper(nest(levels), levels), false);
    assert.equal(isDeeper(nest(levels), levels - 1), true);
    assert.equal(isDeeper([[], nest(levels)], levels), true);
  }
});

test('very deep JSON does not overflow the stack', () => {
  assert.equal(isDeeper(JSON.parse(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`), 64), true);
});
