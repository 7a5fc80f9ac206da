import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OfficialRow } from '../../src/registry/advice/advice-facts.ts';
import { judgePort } from '../../src/registry/advice/suitability.ts';
import { computeKindChart } from '../../src/registry/chart/kind-chart.ts';
import { portNames } from '../../src/registry/report/port-names.ts';
import { composeSharedReport, portReport } from '../../src/registry/report/port-report.ts';
import type { Assignment } from '../../src/registry/rows/assignment.ts';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';
import { PROMINENCES } from '../../src/registry/rows/prominence.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../src/registry/values/transport-protocol.ts';
import { choose, factsOf, row, use } from '../support/advice.ts';
import { fc } from '../support/properties.ts';

const PORTS = Array.from({ length: 12 }, (_, index) => 4999 + index);
/** deepEqual compares prototypes too. */
const PLAIN = { noNullPrototype: true };

const port = fc.integer({ min: 5000, max: 5009 });
const span = fc.tuple(port, port).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const protocol = fc.constantFrom(...TRANSPORT_PROTOCOLS, null);

/** Few values for each field: the order of the input could show in rows that differ in one field only. */
const official = fc
  .record(
    {
      span,
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, null),
      state: fc.constantFrom('assigned', 'recorded', 'reserved', 'deregistered', 'unassigned'),
      serviceName: fc.constantFrom('a', 'A', 'b', null),
      description: fc.constantFrom('Removed', 'Reserved', null),
      aliasOf: fc.constantFrom(null, 'b'),
      prominence: fc.constantFrom(...PROMINENCES),
      registrationDate: fc.constantFrom(null, '2021-04'),
      modificationDate: fc.constantFrom(null, '2025-01', '2001-01'),
      unauthorizedUse: fc.constantFrom(null, 'on 5003', 'yes'),
      assignee: fc.constantFrom(null, '[A]', '[B]'),
    },
    PLAIN,
  )
  .map(({ span: [first, last], assignee, ...fields }): OfficialRow & Assignment => {
    const rest = { assignee, contact: null, references: [], serviceCode: null, notes: null };
    return { ...rest, ...row(first, last, fields) };
  });

const used = fc
  .record(
    {
      span,
      id: fc.integer({ min: 0, max: 999 }).map((number) => `use-${number}`),
      name: fc.constantFrom('one', 'two'),
      protocols: fc.constantFrom<TransportProtocol[]>(['tcp'], ['udp'], ['tcp', 'udp']),
      origin: fc.constantFrom('own' as const, 'informal' as const),
      environment: fc.constantFrom(null, 'test'),
      confidence: fc.constantFrom('documented' as const, 'disputed' as const),
      prominence: fc.constantFrom(...PROMINENCES),
    },
    PLAIN,
  )
  .map(({ span: [first, last], ...fields }): Association => {
    return { ...NO_OWN_DETAILS, category: 'other', note: null, ...use(first, last, fields) };
  });

const pool = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 3 }),
    spans: span.map(([firstPort, lastPort]) => [{ firstPort, lastPort }]),
    protocols: fc.constant(['tcp'] as const),
    owner: fc.constantFrom(null, 'crew'),
  },
  PLAIN,
);

const system = fc.record(
  {
    system: fc.constantFrom('linux', 'own'),
    title: fc.constantFrom('Linux', 'build hosts'),
    firstPort: fc.constantFrom(4000, 5000),
    lastPort: fc.constantFrom(5005, 6000),
  },
  PLAIN,
);

/** Rows, and the same rows in another order. */
function shuffled<Row>(one: fc.Arbitrary<Row>, selector: (row: Row) => unknown = (row) => row) {
  const rows = fc.uniqueArray(one, { maxLength: 7, selector });
  return rows.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
}

test('the order of rows changes no result', () => {
  fc.assert(
    fc.property(
      shuffled(official),
      shuffled(used, ({ id }) => id),
      shuffled(pool, ({ name }) => name),
      shuffled(system),
      protocol,
      (rows, uses, pools, systems, asked) => {
        const [first, second] = ([0, 1] as const).map((order) => {
          const [assignments, associations, ephemeralRanges] = [rows[order], uses[order], systems[order]];
          const facts = factsOf({
            assignments,
            informalUses: associations.filter(({ origin }) => origin === 'informal'),
            ownUses: associations.filter(({ origin }) => origin === 'own'),
            pools: pools[order],
          });
          const registry = { date: '2026-04-09' };
          const known = {
            assignments,
            associations,
            otherNames: [],
            ephemeralRanges,
            blockedByBrowsers: false,
            checkCommands: [],
          };
          return {
            suitability: PORTS.map((number) => judgePort(number, { protocol: asked, environment: null }, facts)),
            suggestions: choose(facts, { within: '4999-5010', count: 12, protocol: asked }),
            reports: PORTS.map((number) =>
              portReport(number, composeSharedReport(number, asked, { ...known, registry })),
            ),
            names: portNames(assignments, associations),
            kinds: computeKindChart({ assignments, informalUses: associations, blockedPorts: [] }).slice(4999, 5011),
          };
        });
        assert.deepEqual(second, first);
      },
    ),
    { numRuns: 150 },
  );
});
