import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Registry } from '../../src/registry/registry.ts';
import type { SharedReport } from '../../src/registry/report/port-report.ts';
import { sharedReportsInSteps } from '../../src/registry/report-source.ts';
import type { PortQuery } from '../../src/registry/values/port-query.ts';

/** Queries ports of a registry in which a write happens before some of the steps. */
async function ask(count: number, writesBefore: readonly number[], most = Number.POSITIVE_INFINITY) {
  let own = 0;
  const parts: number[] = [];
  const registry = {
    version: () => ({ lists: 1, own }),
    sharedReports: (queries: readonly PortQuery[]) => {
      parts.push(queries.length);
      return queries.slice(0, most).map(({ firstPort }) => ({ port: firstPort, own }) as unknown as SharedReport);
    },
  } as unknown as Registry;
  let steps = 0;
  const run = async <T>(step: () => T): Promise<T> => {
    if (writesBefore.includes(steps++)) own++;
    return step();
  };
  const queries = Array.from({ length: count }, (_, port) => ({ firstPort: port, lastPort: port, protocol: null }));
  const reports = await sharedReportsInSteps(registry, queries, null, run);
  const composed = reports as unknown as { readonly port: number; readonly own: number }[];
  assert.deepEqual(
    composed.map(({ port }) => port),
    queries.map(({ firstPort }) => firstPort),
  );
  return { parts, states: new Set(composed.map((report) => report.own)), own };
}

test('up to 64 ports are one step, more are several', async () => {
  assert.deepEqual((await ask(0, [])).parts, [0]);
  assert.deepEqual((await ask(64, [])).parts, [64]);
  assert.deepEqual((await ask(65, [])).parts, [64, 1]);
  assert.deepEqual((await ask(1000, [])).parts, [...Array(15).fill(64), 40]);
});

test('a step that has fewer reports than ports is followed by one with the others', async () => {
  assert.deepEqual((await ask(5, [], 2)).parts, [5, 3, 1]);
  assert.deepEqual((await ask(70, [], 64)).parts, [64, 6]);
});

test('all reports have one state, whenever a write happens', async () => {
  for (let before = 0; before < 6; before++) {
    const { states, own } = await ask(200, [before]);
    assert.equal(states.size, 1, `a write before step ${before}`);
    assert.ok(states.has(own) || before === 5);
  }
  const { parts, states } = await ask(200, [1, 2, 3, 4, 5]);
  assert.deepEqual([parts, states.size], [[64, 64, 64, 8, 200], 1]);
});
