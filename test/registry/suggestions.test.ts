import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { staticBand } from '../../src/registry/advice/nodeport-band.ts';
import { judgePort } from '../../src/registry/advice/suitability.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { choose, factsOf, nodePorts, row, use, weightOf } from '../support/advice.ts';
import { fc } from '../support/properties.ts';

interface Weighed {
  readonly number: number;
  readonly weight: number;
}

const EMPTY = factsOf({});
const portsOf = (conditions: SuggestionConditions, facts = EMPTY) => choose(facts, conditions).ports;

describe('the order of suggestions', () => {
  test('is ascending from the first User Port', () => {
    assert.deepEqual(portsOf({}), [1024, 1025, 1026, 1027, 1028]);
  });

  test('is by the weight of what is known of a port, then by number', () => {
    const deregistered = row(5000, 5000, { serviceName: null, state: 'deregistered', description: 'Removed' });
    const facts = factsOf({
      assignments: [deregistered, row(5003, 5003), row(5005, 5005)],
      informalUses: [
        use(4000, 5001, { origin: 'informal' }),
        use(3500, 5001, { origin: 'informal' }),
        use(5007, 5007, { origin: 'informal', confidence: 'disputed' }),
      ],
      ownUses: [use(5009, 5009)],
    });
    const within = { within: '5000-5010', count: 9 };
    // 8 + 2 * 2, 2 * 2, 1, assigned, 2 * 1, assigned, 1, 2, 0, own, 0
    assert.deepEqual(portsOf(within, facts), [5008, 5010, 5002, 5006, 5004, 5007, 5001, 5000]);
    assert.deepEqual(portsOf({ ...within, order: 'weight' }, facts), portsOf(within, facts));
    const byNumber = [5000, 5001, 5002, 5004, 5006, 5007, 5008, 5010];
    assert.deepEqual(portsOf({ ...within, order: 'number' }, facts), byNumber);
    assert.deepEqual(portsOf({ ...within, near: 5000 }, facts), byNumber);
    const spans = [{ firstPort: 5000, lastPort: 5002 }];
    const pool = factsOf({ ...facts, pools: [{ name: 'east', owner: null, protocols: ['tcp'], spans }] });
    assert.deepEqual(portsOf({ pool: 'east' }, pool), [5000, 5001, 5002]);
    assert.deepEqual(portsOf({ pool: 'east', order: 'weight' }, pool), [5002, 5001, 5000]);
  });

  test('counts only facts of the protocol', () => {
    const facts = factsOf({
      assignments: [row(5001, 5001, { protocol: 'udp' })],
      informalUses: [use(4000, 5002, { origin: 'informal', protocols: ['udp'] })],
    });
    const within = { within: '5002-5003', count: 2 };
    assert.deepEqual(portsOf({ ...within, protocol: 'tcp' }, facts), [5002, 5003]);
    assert.deepEqual(portsOf({ ...within, protocol: 'udp' }, facts), [5003, 5002]);
    assert.deepEqual(portsOf(within, facts), [5003, 5002]);
  });

  test('of a block is by the sum of the weights of its ports', () => {
    const facts = factsOf({
      assignments: [row(5003, 5003)],
      informalUses: [use(4000, 5004, { origin: 'informal' })],
    });
    const block = { within: '5000-5008', consecutive: true, count: 3 };
    // 5004-5006 weighs 3, 5005-5007 nothing.
    assert.deepEqual(portsOf(block, facts), [5005, 5006, 5007]);
    assert.deepEqual(portsOf({ ...block, count: 5 }, facts), [5004, 5005, 5006, 5007, 5008]);
    assert.deepEqual(portsOf({ ...block, order: 'number' }, facts), [5000, 5001, 5002]);
  });

  test('has the NodePorts outside of the static band last', () => {
    const facts = factsOf({ ephemeralRanges: [nodePorts(30000, 32767)] });
    const avoid = { avoid: ['linux'], count: 4 };
    assert.deepEqual(portsOf({ ...avoid, within: '29999-30001' }, facts), [29999, 30000, 30001]);
    assert.deepEqual(portsOf({ ...avoid, within: '30084-30087' }, facts), [30084, 30085, 30086, 30087]);
    assert.deepEqual(portsOf({ ...avoid, within: '32766-32769' }, facts), [32768, 32769, 32766, 32767]);
    const blocked = factsOf({ ...facts, assignments: [row(30084, 30084)] });
    assert.deepEqual(portsOf({ ...avoid, within: '30085-30087' }, blocked), [30085, 30086, 30087]);
    const suitability = (port: number) =>
      judgePort(port, { protocol: null, environment: null }, facts).reasons.filter(({ code }) => code === 'nodeport');
    const range =
      'Kubernetes gives a port of 30000-32767 to each Service of type NodePort, on every node. Keep it out of the range on those hosts, or change the range.';
    assert.deepEqual(suitability(30086), [
      { code: 'nodeport', severity: 'caution', detail: range, source: 'NodePort ranges' },
    ]);
    assert.deepEqual(suitability(30085), [
      {
        code: 'nodeport',
        severity: 'caution',
        detail: range.replace('Keep', 'It assigns 30000-30085 by itself only when all others are in use. Keep'),
        source: 'NodePort ranges; Kubernetes 1.27: Avoid Collisions Assigning Ports to NodePort Services',
      },
    ]);
  });

  test('knows the static band of NodePort ranges of any size', () => {
    const bands = [
      [30000, 32767, 86],
      [30000, 30015, 0],
      [30000, 30016, 16],
      [20000, 29999, 128],
      [30000, 31023, 32],
    ] as const;
    for (const [firstPort, lastPort, size] of bands) {
      const expected = size === 0 ? null : { firstPort, lastPort: firstPort + size - 1 };
      assert.deepEqual(staticBand({ firstPort, lastPort }), expected);
    }
  });

  test('is by distance from a given port, the lower port first', () => {
    assert.deepEqual(portsOf({ near: 5000 }), [5000, 4999, 5001, 4998, 5002]);
    assert.deepEqual(portsOf({ near: 0, count: 2 }), [1024, 1025]);
    assert.deepEqual(portsOf({ near: 65535, count: 2 }), [49151, 49150]);
  });

  test('of a block is by its nearest port, and ascending inside it', () => {
    const facts = factsOf({ ownUses: [use(5000, 5000), use(5004, 5004)] });
    assert.deepEqual(portsOf({ near: 5002, consecutive: true, count: 3 }, facts), [5001, 5002, 5003]);
    assert.deepEqual(portsOf({ near: 5002, consecutive: true, count: 4 }, facts), [4996, 4997, 4998, 4999]);
    assert.deepEqual(portsOf({ near: 5002, consecutive: true, count: 2 }), [5001, 5002]);
    assert.deepEqual(portsOf({ consecutive: true, count: 2, within: '5003-5010' }, facts), [5005, 5006]);
  });

  test('is stable for a name, in any letter case', () => {
    assert.deepEqual(portsOf({ like: 'billing', count: 3 }), [2154, 16502, 39718]);
    assert.deepEqual(portsOf({ like: 'Billing', count: 3 }), portsOf({ like: 'billing', count: 3 }));
  });

  test('for a name moves only when its port is taken', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(name, fc.integer({ min: 1024, max: 49151 }), (like, taken) => {
        const [first, second] = portsOf({ like, count: 2 });
        const facts = factsOf({ ownUses: [use(taken, taken)] });
        assert.deepEqual(portsOf({ like, count: 1 }, facts), [taken === first ? second : first]);
      }),
      { numRuns: 50 },
    );
  });

  test('for names spreads them over all ports', () => {
    const chosen = Array.from({ length: 400 }, (_, index) => portsOf({ like: `service-${index}`, count: 1 })[0] ?? 0);
    const quarters = [0, 1, 2, 3].map(
      (quarter) => chosen.filter((port) => Math.floor((port - 1024) / 12032) === quarter).length,
    );
    assert.ok(Math.min(...quarters) > 70, quarters.join());
    assert.ok(new Set(chosen).size > 390);
  });
});

describe('conditions', () => {
  test('ignore uses in another environment', () => {
    const facts = factsOf({ ownUses: [use(5000, 5001, { environment: 'staging' }), use(5002, 5002)] });
    const within = '5000-5003';
    assert.deepEqual(portsOf({ within, environment: 'production' }, facts), [5000, 5001, 5003]);
    assert.deepEqual(portsOf({ within, environment: 'Staging' }, facts), [5003]);
    assert.deepEqual(portsOf({ within, protocol: 'udp' }, facts), [5000, 5001, 5002, 5003]);
  });

  test('exclude pools, or restrict to one', () => {
    const east = {
      name: 'east',
      owner: null,
      protocols: ['tcp'] as const,
      spans: [
        { firstPort: 5001, lastPort: 5002 },
        { firstPort: 5005, lastPort: 5005 },
      ],
    };
    const facts = factsOf({ pools: [east, { ...east, name: 'west', spans: [{ firstPort: 5002, lastPort: 5003 }] }] });
    assert.deepEqual(portsOf({ within: '5000-5005' }, facts), [5000, 5004]);
    assert.deepEqual(portsOf({ pool: 'east' }, facts), [5001, 5005]);
    assert.deepEqual(portsOf({ pool: 'east', within: '5002-5010' }, facts), [5005]);
    assert.deepEqual(choose(facts, { pool: 'east', within: '1-2' }), {
      ports: [],
      detail: 'No port of the pool is in the requested range.',
    });
    const refused = (conditions: SuggestionConditions, message: string, parameter: string) =>
      assert.throws(() => choose(facts, conditions), { code: 'invalid_argument', message, parameter });
    refused({ pool: 'eats' }, 'Cannot find pool "eats": no such pool', 'pool');
    refused({ pool: 'east', protocol: 'udp' }, 'Cannot suggest udp ports of pool "east": expected tcp', 'protocol');
  });

  test('that leave too few ports return the reasons that exclude the others', () => {
    const facts = factsOf({ assignments: [row(5000, 5005)], ownUses: [use(5005, 5007)], blockedPorts: [5000] });
    assert.deepEqual(choose(facts, { within: '5000-5009' }), {
      ports: [5008, 5009],
      detail:
        '2 of 10 ports are suitable; requested: 5. Excluded: assigned (6), own uses and pools (3), blocked by browsers (1).',
    });
    assert.deepEqual(choose(facts, { within: '5000-5009', consecutive: true, count: 3, avoid: [] }), {
      ports: [],
      detail:
        '2 of 10 ports are suitable, at most 2 in a row (5008-5009); requested: 3. Excluded: assigned (6), own uses and pools (3).',
    });
    assert.equal(
      choose(facts, { within: '80-81', consecutive: true }).detail,
      '0 of 2 ports are suitable, none in a row; requested: 5. Excluded: System Ports (2).',
    );
    assert.equal(choose(EMPTY, { within: '5000', count: 2 }).detail, '1 of 1 ports are suitable; requested: 2.');
    // Of blocks of one size, the lowest is named.
    assert.equal(
      choose(factsOf({ ownUses: [use(5002, 5002)] }), { within: '5000-5004', consecutive: true, count: 3 }).detail,
      '4 of 5 ports are suitable, at most 2 in a row (5000-5001); requested: 3. Excluded: own uses and pools (1).',
    );
  });
});

test('rows of equal precedence all count, in any order', () => {
  const words = { serviceName: null, state: 'deregistered', description: 'Removed' } as const;
  const recent = row(5019, 5030, { ...words, modificationDate: '2025-01' });
  const undated = row(5010, 5021, words);
  for (const assignments of [
    [recent, undated],
    [undated, recent],
  ]) {
    const facts = factsOf({ assignments });
    const question = { protocol: null, environment: null };
    const verdicts = [5018, 5019, 5021, 5022].map((port) => judgePort(port, question, facts).verdict);
    assert.deepEqual(verdicts, ['good', 'caution', 'caution', 'caution']);
    assert.deepEqual(
      judgePort(5020, question, facts).reasons.map(({ severity, detail }) => `${severity}: ${detail}`),
      [
        'caution: IANA deregistered an assignment on tcp, as a part of 5010-5021 and 5019-5030, 2025-01: "Removed". Old programs may still use it.',
      ],
    );
    const within = { within: '5008-5032', count: 25, order: 'number' } as const;
    assert.deepEqual(portsOf(within, facts), [
      5008,
      5009,
      ...Array.from({ length: 9 }, (_, i) => 5010 + i),
      5031,
      5032,
    ]);
  }
});

test('exactly the suitable ports are suggested, by weight and number, for any registry', () => {
  const port = fc.integer({ min: 5000, max: 5030 });
  const span = fc.tuple(port, port).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const protocol = fc.constantFrom(...TRANSPORT_PROTOCOLS, null);
  const state = fc.constantFrom('assigned', 'recorded', 'reserved', 'deregistered', 'unassigned');
  const official = fc
    .tuple(
      span,
      protocol,
      state,
      fc.constantFrom('a', 'b', null),
      fc.constantFrom(null, 'on 5003 and 5010', 'yes'),
      fc.constantFrom(null, '2025-01', '2001-01'),
      fc.constantFrom('Removed', 'De-registered'),
    )
    .map(([[first, last], on, is, serviceName, unauthorizedUse, modificationDate, description]) =>
      row(first, last, { protocol: on, state: is, serviceName, unauthorizedUse, modificationDate, description }),
    );
  const used = fc
    .tuple(
      span,
      fc.constantFrom('tcp', 'udp'),
      fc.constantFrom('own', 'informal'),
      fc.constantFrom(null, 'test'),
      fc.constantFrom('documented', 'disputed'),
    )
    .map(([[first, last], on, origin, environment, confidence]) =>
      use(first, last, { protocols: [on], origin, environment, confidence }),
    );
  const wide = port.map((first) => use(first, first + 300, { origin: 'informal' }));
  fc.assert(
    fc.property(
      fc.array(official, { maxLength: 8 }),
      fc.array(used, { maxLength: 5 }),
      protocol,
      fc.constantFrom(null, 'test', 'live'),
      fc.uniqueArray(port),
      fc.array(wide, { maxLength: 3 }),
      (assignments, uses, on, environment, blockedPorts, wideUses) => {
        const facts = factsOf({
          assignments: assignments as ReturnType<typeof row>[],
          informalUses: [...uses.filter(({ origin }) => origin === 'informal'), ...wideUses],
          ownUses: uses.filter(({ origin }) => origin === 'own'),
          blockedPorts,
        });
        const judged = Array.from({ length: 40 }, (_, index) =>
          judgePort(4995 + index, { protocol: on, environment }, facts),
        );
        const good = judged
          .filter(({ verdict }) => verdict === 'good')
          .map(({ number, reasons }) => ({ number, weight: weightOf(reasons) }));
        const byWeight = (a: Weighed, b: Weighed) => a.weight - b.weight || a.number - b.number;
        const numbers = (ports: readonly Weighed[]) => ports.map(({ number }) => number);
        const asked = { within: '4995-5034', count: 100, protocol: on, environment };
        assert.deepEqual(portsOf(asked, facts), numbers(good.toSorted(byWeight)));
        assert.deepEqual(portsOf({ ...asked, order: 'number' }, facts), numbers(good));
        const blocks = good.flatMap(({ number }, index) => {
          const ports = good.slice(index, index + 3);
          if (ports[2]?.number !== number + 2) return [];
          return [{ number, weight: ports.reduce((sum, { weight }) => sum + weight, 0) }];
        });
        const [best] = blocks.toSorted(byWeight);
        const expected = best === undefined ? [] : [best.number, best.number + 1, best.number + 2];
        assert.deepEqual(portsOf({ ...asked, count: 3, consecutive: true }, facts), expected);
      },
    ),
    { numRuns: 300 },
  );
});
