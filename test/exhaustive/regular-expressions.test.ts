import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { findRegexes, type RegexLiteral, toLiteral } from '../support/regex-literals.ts';
import type { RegexWork } from '../support/regex-worker.ts';

/** The time limit of a pattern for one input, in ms: a linear one takes 5, a quadratic one more than 10,000. */
const TIME_LIMIT = 5000;
const POLL_INTERVAL = 100;

const { literals } = findRegexes();

/** Matches patterns against long texts in another thread until one takes longer than the limit, in ms; null if none does. */
function findSlow(patterns: readonly RegexLiteral[], limit: number): Promise<string | null> {
  const progress = new SharedArrayBuffer(8);
  const place = new Int32Array(progress);
  const worker = new Worker(new URL('../support/regex-worker.ts', import.meta.url), {
    workerData: { patterns, progress } satisfies RegexWork,
  });
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  let seen = { at: '', since: performance.now() };
  const timer = setInterval(() => {
    const at = place.join();
    if (at !== seen.at) seen = { at, since: performance.now() };
    const pattern = patterns[place[0] ?? 0];
    if (performance.now() - seen.since > limit && pattern !== undefined)
      resolve(`${pattern.place} ${toLiteral(pattern)}, input ${place[1]}`);
  }, POLL_INTERVAL);
  worker.once('error', reject);
  worker.once('exit', () => resolve(null));
  return promise.finally(() => {
    clearInterval(timer);
    return worker.terminate();
  });
}

test('no regular expression is slow for any 100 kB of input', async () => {
  const patterns = [...new Map(literals.map((literal) => [toLiteral(literal), literal])).values()];
  assert.equal(await findSlow(patterns, TIME_LIMIT), null);
});

test('a quadratic pattern is found', async () => {
  for (const source of ['\\s*This entry is an alias', '^"(.*?)": (".*")$']) {
    const linear = { place: 'here', source: 'a', flags: '' };
    const found = await findSlow([linear, { place: 'there', source, flags: '' }], 1000);
    assert.ok(found?.startsWith(`there /${source}/, input `), String(found));
  }
});
