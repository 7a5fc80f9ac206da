import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { judgePort } from '../../src/registry/advice/suitability.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { choose, factsOf, row, use } from '../support/advice.ts';
import { fc } from '../support/properties.ts';

const EMPTY = factsOf({});
const portsOf = (conditions: SuggestionConditions, facts = EMPTY) => choose(facts, conditions).ports;

describe('the order of suggestions', () => {
  test('is ascending from the first User Port', () => {
    assert.deepEqual(portsOf({}), [1024, 1025, 1026, 1027, 1028]);
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
    // Of blocks of one size it names the lowest.
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
        'caution: IANA took an assignment back on tcp, as a part of 5010-5021 and 5019-5030, 2025-01: "Removed". Old programs may still use it.',
      ],
    );
    const within = { within: '5008-5032', count: 25 };
    assert.deepEqual(portsOf(within, facts), [
      5008,
      5009,
      ...Array.from({ length: 9 }, (_, i) => 5010 + i),
      5031,
      5032,
    ]);
  }
});

test('exactly the suitable ports are suggested, for any registry', () => {
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
  fc.assert(
    fc.property(
      fc.array(official, { maxLength: 8 }),
      fc.array(used, { maxLength: 5 }),
      protocol,
      fc.constantFrom(null, 'test', 'live'),
      fc.uniqueArray(port),
      (assignments, uses, on, environment, blockedPorts) => {
        const facts = factsOf({
          assignments: assignments as ReturnType<typeof row>[],
          informalUses: uses.filter(({ origin }) => origin === 'informal'),
          ownUses: uses.filter(({ origin }) => origin === 'own'),
          blockedPorts,
        });
        const all = Array.from({ length: 40 }, (_, index) => 4995 + index);
        const good = all.filter((number) => judgePort(number, { protocol: on, environment }, facts).verdict === 'good');
        assert.deepEqual(portsOf({ within: '4995-5034', count: 100, protocol: on, environment }, facts), good);
      },
    ),
    { numRuns: 300 },
  );
});
