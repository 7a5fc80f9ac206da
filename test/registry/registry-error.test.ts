import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoteInput, quoteValue, shorten } from '../../src/registry/values/registry-error.ts';
import { fc } from '../support/properties.ts';

describe('a quote', () => {
  test('of a value is its quoted JSON, up to 80 characters', () => {
    const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        assert.equal(quoteValue(value), quoteInput(written(value)));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('of a value does not traverse more than it shows, for any depth or size', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 1_000_000; level++) deep = [deep];
    assert.equal(quoteValue(deep), `"${'['.repeat(80)}…"`);
    const wide = {
      a: 'x'.repeat(10_000_000),
      get b(): never {
        throw new Error('was read');
      },
    };
    assert.equal(quoteValue(wide), `"{\\"a\\":\\"${'x'.repeat(74)}…"`);
  });

  test('has no control characters, C1 and DEL included', () => {
    assert.equal(
      quoteInput('\u0000\u001b[2J\u007f\u0085\u009b\u00a0é'),
      '"\\u0000\\u001b[2J\\u007f\\u0085\\u009b\u00a0é"',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quote = quoteInput(text);
        assert.doesNotMatch(quote, /\p{Cc}|\p{Cs}/u);
        assert.equal(JSON.parse(quote), shorten(text));
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
