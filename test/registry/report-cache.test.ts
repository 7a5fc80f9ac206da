import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SharedReport } from '../../src/registry/report/port-report.ts';
import { MOST_REPORTS, ReportCache } from '../../src/registry/report/report-cache.ts';

/** The cache does not read reports: any object can be one. */
const report = {} as SharedReport;

function sizeOf(cache: ReportCache): number {
  return [...cache.entries()].length;
}

describe('a cache of reports', () => {
  test('holds 14,000 reports, and is cleared for the next one', () => {
    assert.equal(MOST_REPORTS, 14_000);
    const cache = new ReportCache(1);
    for (let key = 0; key < MOST_REPORTS; key++) cache.set(key, { report, characters: 0 });
    assert.deepEqual([sizeOf(cache), cache.get(0)?.report], [MOST_REPORTS, report]);
    cache.set(MOST_REPORTS, { report, characters: 0 });
    assert.deepEqual([sizeOf(cache), cache.get(0), cache.get(MOST_REPORTS)?.report], [1, undefined, report]);
  });

  test('holds text up to its limit, and is cleared for the next character', () => {
    const cache = new ReportCache(100);
    for (const key of [1, 2]) cache.set(key, { report, characters: 50 });
    assert.equal(sizeOf(cache), 2);
    cache.set(3, { report, characters: 1 });
    assert.deepEqual([sizeOf(cache), cache.get(3)?.characters], [1, 1]);
    // Removed reports no longer count.
    cache.set(4, { report, characters: 99 });
    assert.equal(sizeOf(cache), 2);
    cache.clear();
    cache.set(5, { report, characters: 100 });
    cache.set(6, { report, characters: 0 });
    assert.equal(sizeOf(cache), 2);
  });
});
