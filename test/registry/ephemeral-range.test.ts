import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EphemeralRange, mergeEqualRanges } from '../../src/registry/rows/ephemeral-range.ts';

function range(title: string, firstPort: number, lastPort: number): EphemeralRange {
  const texts = { version: null, howToRead: null, howToChange: null, note: null };
  return {
    ...{ system: title.toLowerCase(), title, firstPort, lastPort, current: true, ...texts },
    source: { title: '', url: null },
  };
}

test('systems with the same ephemeral ports share one range', () => {
  const ranges = [
    range('Windows', 49_152, 65_535),
    range('Linux', 32_768, 60_999),
    range('macOS', 49_152, 65_535),
    range('Windows', 49_152, 65_535),
    range('Android', 32_768, 60_998),
  ];
  assert.deepEqual(
    mergeEqualRanges(ranges).map(({ title, firstPort, lastPort }) => [title, firstPort, lastPort]),
    [
      ['Windows, macOS', 49_152, 65_535],
      ['Linux', 32_768, 60_999],
      ['Android', 32_768, 60_998],
    ],
  );
  assert.deepEqual(mergeEqualRanges([]), []);
});
