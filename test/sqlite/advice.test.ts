import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdviceFacts } from '../../src/registry/advice-facts.ts';
import { AVOIDABLES, readSuggestionConditions } from '../../src/registry/advice-question.ts';
import { parseOwnEphemeralRanges, withOwnRanges } from '../../src/registry/ephemeral-range.ts';
import { bitsOf, HINDRANCES, inkFor, paintChart } from '../../src/registry/port-chart.ts';
import { PORT_COUNT } from '../../src/registry/port-number.ts';
import type { PortSpan } from '../../src/registry/port-range.ts';
import { judgePort } from '../../src/registry/suitability.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/transport-protocol.ts';
import { AdviceReads } from '../../src/sqlite/advice-reads.ts';
import { openForReading } from '../../src/sqlite/database.ts';
import { Reads } from '../../src/sqlite/reads.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql } from '../support/database-content.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const OWN_RANGES = parseOwnEphemeralRanges('build hosts=15000-16000');

/** An own use, stored behind the program's back. */
function own(id: string, firstPort: number, lastPort: number, environment: string | null): string {
  const place = environment === null ? 'NULL' : `'${environment}'`;
  return `INSERT INTO association (id, name, first_port, last_port, protocols, category, confidence, origin, sources, environment, revision)
    VALUES ('own-${id}', 'billing', ${firstPort}, ${lastPort}, '["tcp"]', 'other', 'documented', 'own', '[]', ${place}, 1);`;
}

/** Gives each port the rows that touch it or a port beside it. */
function placed<Row extends PortSpan>(rows: readonly Row[]): Row[][] {
  const places: Row[][] = Array.from({ length: PORT_COUNT }, () => []);
  for (const row of rows) for (let port = row.firstPort - 1; port <= row.lastPort + 1; port++) places[port]?.push(row);
  return places;
}

test('the chart shows of every port and protocol what the judgement says', async (t) => {
  const path = await seededDatabase(t);
  executeSql(path, own('000000000001', 8103, 8110, null) + own('000000000002', 20004, 20004, 'staging'));
  const db = openForReading(path);
  t.after(() => db.close());
  const reads = new AdviceReads(db);
  const span = { firstPort: 0, lastPort: PORT_COUNT - 1 };
  const uses = reads.uses(span);
  const lists = {
    registryDate: new Reads(db).registryDate().date,
    informalUses: uses.filter(({ origin }) => origin === 'informal'),
    ephemeralRanges: withOwnRanges(new Reads(db).ephemeralRanges(), OWN_RANGES),
    blockedPorts: reads.blockedPorts(),
  };
  const chart = paintChart({ ...lists, assignments: reads.chartRows() });
  const official = placed(reads.officialRows(span));
  const used = placed(uses);
  const hard = bitsOf(HINDRANCES.filter((hindrance) => !(AVOIDABLES as readonly string[]).includes(hindrance)));
  let good = 0;
  for (const protocol of [...TRANSPORT_PROTOCOLS, null]) {
    const question = { protocol, environment: protocol === 'udp' ? 'production' : null };
    const ink = inkFor(chart, reads.ownFacts(), question);
    const wrong: number[] = [];
    for (let port = 0; port < PORT_COUNT; port++) {
      const here = used[port] ?? [];
      const facts: AdviceFacts = {
        ...lists,
        assignments: official[port] ?? [],
        informalUses: here.filter(({ origin }) => origin === 'informal'),
        ownUses: here.filter(({ origin }) => origin === 'own'),
        pools: [],
      };
      const isGood = judgePort(port, question, facts).verdict === 'good';
      const isGoodAnyway = judgePort(port, question, facts, []).verdict === 'good';
      const bits = ink[port] ?? 0;
      if (isGood !== (bits === 0) || isGoodAnyway !== ((bits & hard) === 0)) wrong.push(port);
      if (isGood) good++;
    }
    assert.deepEqual(wrong, [], `asked for ${protocol}`);
  }
  assert.ok(good > 50_000, `only ${good} are good`);
});

test('advice changes at once with own entries and imports of others', async (t) => {
  const path = await seededDatabase(t);
  const registry = new SqliteRegistry(path, OWN_RANGES);
  t.after(() => registry.close());
  const within = (span: string, environment: string | null = null) =>
    registry
      .suggestions(readSuggestionConditions({ within: span, count: 3, environment }))
      .results.map(({ number }) => number);
  assert.deepEqual(within('8103-8105'), [8103, 8104, 8105]);
  executeSql(path, own('000000000001', 8104, 8104, 'staging'));
  assert.deepEqual(within('8103-8105'), [8103, 8105]);
  assert.deepEqual(within('8103-8105', 'production'), [8103, 8104, 8105]);
  assert.equal(registry.suitability(8104, { protocol: 'tcp', environment: null }).verdict, 'avoid');
  executeSql(path, "DELETE FROM association WHERE origin = 'own'");
  assert.deepEqual(within('8103-8105'), [8103, 8104, 8105]);
  executeSql(path, "INSERT INTO blocked_port VALUES (8105, NULL); UPDATE list SET imported_at = '2030-01-01'");
  assert.deepEqual(within('8103-8105'), [8103, 8104]);
});

test('each suggested port is judged good by itself, with the same reasons', async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t), OWN_RANGES);
  t.after(() => registry.close());
  for (const protocol of [...TRANSPORT_PROTOCOLS, null]) {
    const { results } = registry.suggestions(readSuggestionConditions({ protocol, count: 100, near: 16_000 }));
    assert.equal(results.length, 100);
    for (const { number, reasons } of results) {
      const judged = registry.suitability(number, { protocol, environment: null });
      assert.deepEqual(judged, { number, protocol, verdict: 'good', reasons });
      assert.ok(number < 15_000 || number > 16_000, `${number} lies in an own range`);
    }
  }
});

test("the team's own ephemeral ranges stand in reports, in the list and in advice", async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t), OWN_RANGES);
  t.after(() => registry.close());
  const report = registry.port(15_500, null);
  const span = { system: 'own', title: 'build hosts', firstPort: 15_000, lastPort: 16_000 };
  assert.deepEqual(
    report.ephemeralRanges.filter(({ system }) => system === 'own'),
    [span],
  );
  assert.match(report.summary, /build hosts \(15000-16000\) hands it to outgoing connections/);
  assert.deepEqual(
    registry.port(14_999, null).ephemeralRanges.filter(({ system }) => system === 'own'),
    [],
  );
  const systems = registry.ephemeralRanges().map(({ system }) => system);
  assert.deepEqual(systems, systems.toSorted());
  const source = { title: 'setting EPHEMERAL_RANGES', url: null };
  const { firstPort, lastPort, system, title } = span;
  assert.deepEqual(
    registry.ephemeralRanges().find((range) => range.system === 'own'),
    {
      system,
      title,
      version: null,
      current: true,
      firstPort,
      lastPort,
      howToRead: null,
      howToChange: null,
      note: null,
      source,
    },
  );
  const { reasons } = registry.suitability(15_500, { protocol: null, environment: null });
  assert.deepEqual(
    reasons.filter((reason) => reason.source === source.title),
    [
      {
        code: 'ephemeral',
        severity: 'caution',
        detail:
          'build hosts hands 15000-16000 to outgoing connections, so it may be taken when the service starts. Keep it out of the range on those hosts, or change the range.',
        source: source.title,
      },
    ],
  );
  const kept = registry.snapshot();
  t.after(() => kept.close());
  assert.deepEqual(kept.port(15_500, null), report);
});
