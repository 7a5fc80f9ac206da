import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFullPorts, findFullPort, MOST_OWN_ENTRIES, type OwnSpan } from '../../src/registry/own/own-limit.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { fc } from '../support/properties.ts';

const port = fc.oneof(fc.constantFrom(0, 1, 65534, 65535), fc.nat(65535));
const span = fc.tuple(port, port, fc.boolean()).map(([a, b, isNew]): OwnSpan => {
  return { firstPort: Math.min(a, b), lastPort: Math.max(a, b), isNew };
});

/** Counts port by port. */
function slowly(spans: readonly OwnSpan[]): number | null {
  for (let number = 0; number <= 65535; number++) {
    const here = spans.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
    if (here.length > MOST_OWN_ENTRIES && here.some(({ isNew }) => isNew)) return number;
  }
  return null;
}

test('the lowest port with too many entries, one of them new, is found for any overlaps', () => {
  fc.assert(
    // Each span is used for 334 entries or for one: three times 334 fill a port.
    fc.property(fc.array(fc.tuple(span, fc.boolean()), { maxLength: 6 }), (drawn) => {
      const spans = drawn.flatMap(([one, isMany]) => Array.from({ length: isMany ? 334 : 1 }, () => one));
      // Only the first port of a span can have more entries than the port before it.
      const starts = new Set(spans.map(({ firstPort }) => firstPort));
      const expected = [...starts].sort((a, b) => a - b).find((start) => slowlyAt(spans, start));
      assert.equal(findFullPort(spans), expected ?? null);
    }),
    { seed: 11, numRuns: 300 },
  );
});

function slowlyAt(spans: readonly OwnSpan[], number: number): boolean {
  const here = spans.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
  return here.length > MOST_OWN_ENTRIES && here.some(({ isNew }) => isNew);
}

test('a port that was already over the limit does not block an entry on another port', () => {
  const old = Array.from({ length: 1001 }, (): OwnSpan => ({ firstPort: 80, lastPort: 81, isNew: false }));
  const fresh = (firstPort: number, lastPort = firstPort): OwnSpan => ({ firstPort, lastPort, isNew: true });
  assert.equal(findFullPort([...old, fresh(79), fresh(82)]), null);
  assert.equal(findFullPort([...old, fresh(81, 90)]), 81);
  assert.equal(slowly([...old, fresh(81, 90)]), 81);
  const detail = 'port 80 has 1000 own entries already, the most that one port may have';
  assert.throws(
    () => checkFullPorts([...old, fresh(0, 65535)], 'create the entry'),
    new RegistryError('conflict', `Cannot create the entry: ${detail}`),
  );
});
