import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST_ENTRIES, type StoredEntry } from '../../src/registry/conflicts/conflict.ts';
import { findOverlapping } from '../../src/registry/conflicts/overlapping-entries.ts';
import { findOverlaps, type Overlap } from '../../src/registry/conflicts/overlaps.ts';
import { isSameEnvironment } from '../../src/registry/rows/environment.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../src/registry/values/transport-protocol.ts';
import { fc } from '../support/properties.ts';

/** Creates an entry; by default a tcp one for all environments. */
function entry(id: string, firstPort: number, lastPort = firstPort, change: Partial<StoredEntry> = {}): StoredEntry {
  const own = { name: id, otherNames: [], owner: null, environment: null, status: 'active' } as const;
  return { id, firstPort, lastPort, protocols: ['tcp'], ...own, ...change };
}

function overlapsOf(entries: readonly StoredEntry[]): Overlap[] {
  return runAllSteps(findOverlaps(entries.toSorted((a, b) => a.firstPort - b.firstPort)));
}

/** Writes a group as `8000-8009/tcp production: a b`. */
function format({ firstPort, lastPort, protocol, environment, entries }: Overlap): string {
  const names = entries.map(({ id }) => id).join(' ');
  return `${firstPort}-${lastPort}/${protocol}${environment === null ? '' : ` ${environment}`}: ${names}`;
}

/** Returns whether two entries conflict on a port: the oracle of the tests. */
function conflict(a: StoredEntry, b: StoredEntry, protocol: TransportProtocol, port: number): boolean {
  const isHere = ({ firstPort, lastPort, protocols }: StoredEntry): boolean =>
    firstPort <= port && port <= lastPort && protocols.includes(protocol);
  return a !== b && isHere(a) && isHere(b) && isSameEnvironment(a.environment, b.environment);
}

const inProduction = { environment: 'Production' };
const inStaging = { environment: 'staging' };

describe('overlaps of own entries', () => {
  test('are one group for each range of ports that entries share', () => {
    const found = overlapsOf([
      entry('a', 8000, 8009),
      entry('b', 8005, 8015),
      entry('c', 8010, 8012),
      entry('d', 8012, 8020),
      entry('e', 8030),
      entry('f', 8030),
      entry('g', 8031),
    ]);
    assert.deepEqual(found.map(format), ['8005-8009/tcp: a b', '8010-8015/tcp: b c d', '8030-8030/tcp: e f']);
  });

  test('are of one protocol', () => {
    const found = overlapsOf([
      entry('a', 1, 9, { protocols: ['tcp', 'udp'] }),
      entry('b', 2, 3, { protocols: ['udp'] }),
      entry('c', 3, 4),
    ]);
    assert.deepEqual(found.map(format), ['2-3/udp: a b', '3-4/tcp: a c']);
  });

  test('are of one environment in any case, or with an entry for all of them', () => {
    const apart = [entry('a', 1, 9, inProduction), entry('b', 1, 9, inStaging)];
    assert.deepEqual(overlapsOf(apart), []);
    const same = entry('c', 5, 6, { environment: 'PRODUCTION' });
    assert.deepEqual(overlapsOf([...apart, same]).map(format), ['5-6/tcp production: a c']);
    assert.deepEqual(overlapsOf([...apart, entry('d', 5, 6)]).map(format), ['5-6/tcp: a b d']);
    const found = overlapsOf([...apart, entry('c', 2, 8, inProduction), entry('d', 7)]);
    assert.deepEqual(found.map(format), ['2-8/tcp production: a c', '7-7/tcp: a b c d']);
  });

  test('name the first 100 entries, and count all', () => {
    const [group, ...others] = overlapsOf(Array.from({ length: 1_000 }, (_, index) => entry(`e${index}`, 80)));
    assert.deepEqual([group?.entries.length, group?.entryCount, others], [MOST_ENTRIES, 1_000, []]);
  });

  test('are at most as many groups as entries, for many wide entries and many environments', () => {
    const wide = Array.from({ length: 999 }, (_, index) => entry(`w${index}`, 0, 65_535, { environment: `e${index}` }));
    const single = Array.from({ length: 9_000 }, (_, index) => entry(`s${index}`, 7 * index));
    const found = overlapsOf([...wide, ...single]);
    assert.equal(found.length, 9_000);
    assert.ok(found.every(({ entryCount, entries }) => entryCount === 1_000 && entries.length === MOST_ENTRIES));
  });
});

const ENTRIES = fc.array(
  fc.record({
    firstPort: fc.integer({ min: 0, max: 30 }),
    width: fc.integer({ min: 0, max: 8 }),
    protocols: fc.subarray(['tcp', 'udp'] as const, { minLength: 1 }),
    environment: fc.constantFrom(null, 'a', 'A', 'b'),
  }),
  { maxLength: 12 },
);

function toEntries(drawn: typeof ENTRIES extends fc.Arbitrary<infer Drawn> ? Drawn : never): StoredEntry[] {
  return drawn.map(({ firstPort, width, ...rest }, index) => entry(`e${index}`, firstPort, firstPort + width, rest));
}

test('groups have exactly the pairs, ports and entries that a comparison of all pairs finds', () => {
  fc.assert(
    fc.property(ENTRIES, (drawn) => {
      const entries = toEntries(drawn);
      const groups = overlapsOf(entries);
      const covers = (group: Overlap, port: number) => group.firstPort <= port && port <= group.lastPort;
      for (const protocol of TRANSPORT_PROTOCOLS) {
        const ofProtocol = groups.filter((group) => group.protocol === protocol);
        for (let port = 0; port <= 40; port++) {
          const here = ofProtocol.filter((group) => covers(group, port));
          for (const a of entries) {
            const rivals = entries.filter((b) => conflict(a, b, protocol, port));
            // Each conflicting pair is in a group on this port.
            for (const b of rivals) {
              assert.ok(here.some((group) => group.entries.includes(a) && group.entries.includes(b)));
            }
          }
          // Each port of a group has a conflict.
          for (const group of here) {
            const { entries: members } = group;
            assert.ok(members.some((a) => members.some((b) => conflict(a, b, protocol, port))));
          }
        }
        for (const group of ofProtocol) {
          assert.equal(group.entryCount, group.entries.length);
          // Each entry of a group conflicts with another one of it, on a port of it.
          for (const a of group.entries) {
            const ports = Array.from(
              { length: group.lastPort - group.firstPort + 1 },
              (_, index) => group.firstPort + index,
            );
            assert.ok(ports.some((port) => group.entries.some((b) => conflict(a, b, protocol, port))));
          }
        }
      }
      assert.ok(groups.length <= 2 * entries.length * 2);
    }),
  );
});

test('the entries that overlap with an entry are those that a comparison of all pairs finds', () => {
  fc.assert(
    fc.property(ENTRIES, fc.integer({ min: 1, max: 12 }), (drawn, most) => {
      const entries = toEntries(drawn);
      const found = findOverlapping(entries, entries, most);
      for (const a of entries) {
        const rivals = new Map<StoredEntry, TransportProtocol[]>();
        for (const b of entries) {
          const isRival = (protocol: TransportProtocol) =>
            Array.from({ length: 41 }, (_, port) => port).some((port) => conflict(a, b, protocol, port));
          const protocols = TRANSPORT_PROTOCOLS.filter(isRival);
          if (protocols.length > 0) rivals.set(b, protocols);
        }
        const { others, hasMore } = found.get(a) ?? { others: new Map(), hasMore: true };
        assert.equal(others.size, Math.min(rivals.size, most));
        assert.equal(hasMore, rivals.size > most);
        if (!hasMore) for (const [b, protocols] of rivals) assert.deepEqual(others.get(b), protocols);
      }
    }),
  );
});
