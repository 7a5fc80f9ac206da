import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../src/byte-text.ts';
import { SharedTexts } from '../../src/graphql/compiled/shared-texts.ts';

const EXECUTION = { context: null, variables: {} };

/** Returns a function with a cache, and the values that it computed a text of. */
function makeCached(texts: SharedTexts, characters = 2) {
  const computed: unknown[] = [];
  const complete = texts.cached((value) => {
    computed.push(value);
    return encode('é'.repeat(characters / 2));
  });
  return { computed, complete: (value: object) => complete(value, EXECUTION) };
}

test('a text is cached at its second use, for each field and value', () => {
  const texts = new SharedTexts();
  const [name, title] = [makeCached(texts), makeCached(texts)];
  const [first, second] = [{}, {}];
  for (const value of [first, first, first, second, second, second]) {
    for (const { complete } of [name, title]) assert.equal(complete(value), encode('é'));
  }
  for (const { computed } of [name, title]) assert.deepEqual(computed, [first, first, second, second]);
});

test('all texts of all fields are dropped if they have more than 8 MiB', () => {
  const texts = new SharedTexts();
  const [small, large] = [makeCached(texts), makeCached(texts, 4 * 1024 * 1024)];
  const [kept, ...values] = [{ place: 0 }, { place: 1 }, { place: 2 }] as const;
  const use = ({ complete }: typeof small, value: object) => {
    for (let time = 0; time < 3; time++) complete(value);
  };
  use(small, kept);
  for (const value of values) use(large, value);
  small.computed.length = 0;
  use(small, kept);
  assert.deepEqual(small.computed, [kept, kept]);
});
