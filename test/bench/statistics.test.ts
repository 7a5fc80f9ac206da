import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, medianRatio, percentile } from '../../bench/statistics.ts';

test('the median is the middle value, or the mean of the two middle values', () => {
  assert.equal(median([7]), 7);
  assert.equal(median([1000, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9, 2, 1, 100]), 9);
});

test('the order of the values is unchanged', () => {
  const figures = [3, 1, 2];
  median(figures);
  assert.deepEqual(figures, [3, 1, 2]);
});

test('a percentile is interpolated between two values', () => {
  const figures = [10, 20, 30, 40, 50];
  assert.deepEqual(
    [0, 25, 60, 100].map((share) => percentile(figures, share)),
    [10, 20, 34, 50],
  );
});

test('a ratio compares within each round, so that a slow round does not count', () => {
  assert.equal(medianRatio([90, 9, 80], [100, 10, 100]), 0.9);
});

test('an empty list has no median, and rounds must match', () => {
  assert.throws(() => median([]), { name: 'RangeError', message: 'Cannot take a percentile: expected a value' });
  assert.throws(() => medianRatio([], []), { name: 'RangeError' });
  assert.throws(() => medianRatio([1, 2], [1]), {
    name: 'RangeError',
    message: 'Cannot compare: expected as many values on either side',
  });
});
