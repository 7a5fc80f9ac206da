import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAST_PORT } from '../../src/registry/values/port-number.ts';
import { coveredPorts } from '../../src/registry/values/port-range.ts';

test('the ports of spans are marked: overlapping, adjacent, equal, at both ends, and none', () => {
  const span = (firstPort: number, lastPort = firstPort) => ({ firstPort, lastPort });
  const portsOf = (...spans: ReturnType<typeof span>[]) =>
    [...coveredPorts(spans).entries()].filter(([, value]) => value === 1).map(([port]) => port);
  assert.deepEqual(portsOf(), []);
  assert.deepEqual(portsOf(span(7, 9), span(8, 10), span(11), span(11), span(13)), [7, 8, 9, 10, 11, 13]);
  assert.deepEqual(portsOf(span(LAST_PORT), span(0)), [0, LAST_PORT]);
  assert.equal(portsOf(span(0, LAST_PORT), span(5, 6)).length, LAST_PORT + 1);
});
