import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { parseOwnEphemeralRanges } from '../../src/registry/rows/ephemeral-range.ts';
import { ANY_ROW } from '../../src/registry/search/search-result.ts';
import type { Steps } from '../../src/registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { openForReading } from '../../src/sqlite/file/database.ts';
import { AdviceReads } from '../../src/sqlite/read/advice-reads.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const OWN_RANGES = parseOwnEphemeralRanges('build hosts=15000-16000');

test('advice changes at once with own entries and with imports by other processes', async (t) => {
  const path = await seededDatabase(t);
  const registry = new SqliteRegistry(path, OWN_RANGES);
  t.after(() => registry.close());
  const within = (span: string, environment: string | null = null) =>
    registry
      .suggestions(parseSuggestionConditions({ within: span, count: 3, environment, order: 'number' }))
      .results.map(({ number }) => number);
  assert.deepEqual(within('8103-8105'), [8103, 8104, 8105]);
  executeSql(path, ownUse('000000000001', 8104, 8104, 'staging'));
  assert.deepEqual(within('8103-8105'), [8103, 8105]);
  assert.deepEqual(within('8103-8105', 'production'), [8103, 8104, 8105]);
  assert.equal(registry.suitability(8104, { protocol: 'tcp', environment: null }).verdict, 'avoid');
  executeSql(path, "DELETE FROM association WHERE origin = 'own'");
  assert.deepEqual(within('8103-8105'), [8103, 8104, 8105]);
  executeSql(path, "INSERT INTO blocked_port VALUES (8105, NULL); UPDATE list SET imported_at = '2030-01-01'");
  assert.deepEqual(within('8103-8105'), [8103, 8104]);
});

test('the masks are computed in steps, again after a change of the lists', async (t) => {
  const path = await seededDatabase(t);
  const registry = new SqliteRegistry(path);
  t.after(() => registry.close());
  const countSteps = () => {
    let steps = 1;
    while (!registry.prepareSuggestions()) steps++;
    return steps;
  };
  assert.ok(countSteps() > 20);
  assert.equal(countSteps(), 1);
  const question = parseSuggestionConditions({});
  const before = registry.suggestions(question);
  executeSql(path, ownUse('000000000001', 8104, 8104, null));
  assert.equal(countSteps(), 3, 'own entries are read, and the masks stay');
  executeSql(path, "UPDATE list SET imported_at = '2030-01-01'");
  assert.equal(registry.prepareSuggestions(), false);
  assert.equal(registry.prepareSuggestions(), false);
  // A change between two steps starts again.
  executeSql(path, `INSERT INTO blocked_port VALUES (${before.results[0]?.number}, NULL)`);
  executeSql(path, "UPDATE list SET imported_at = '2031-01-01'");
  assert.ok(countSteps() > 20);
  assert.deepEqual(registry.suggestions(question).results.slice(0, 4), before.results.slice(1));
});

test('the rows that advice and conflicts read as a whole are read in steps of at most 500', async (t) => {
  const path = await seededDatabase(t);
  const entries = Array.from({ length: 501 }, (_, index) =>
    ownUse(String(index).padStart(12, '0'), index, index, null),
  );
  executeSql(path, entries.join(''));
  const db = openForReading(path);
  t.after(() => db.close());
  const reads = new AdviceReads(db);
  const queries: readonly (readonly [Steps<{ readonly firstPort?: number; readonly port?: number }[]>, string])[] = [
    [reads.maskRows(), 'SELECT first_port FROM assignment WHERE first_port NOT NULL ORDER BY id'],
    [reads.informalUses(), "SELECT first_port FROM association WHERE origin = 'informal' ORDER BY id"],
    [reads.ownUses(), "SELECT first_port FROM association WHERE origin = 'own' ORDER BY id"],
    [reads.portAliases(), 'SELECT port FROM other_name ORDER BY id'],
  ];
  for (const [reading, sql] of queries) {
    const ports = db.prepare<[], number>(sql).pluck().all();
    let steps = 0;
    let step = reading.next();
    for (; !step.done; step = reading.next()) steps++;
    assert.deepEqual(
      step.value.map(({ firstPort, port }) => firstPort ?? port),
      ports,
    );
    // The last step finds no more rows.
    assert.equal(steps, Math.ceil(ports.length / 500) + 1, sql);
  }
});

test('the words for corrections are indexed in steps, and a search without them corrects as well', async (t) => {
  const path = await seededDatabase(t);
  const [prepared, unprepared] = [new SqliteRegistry(path), new SqliteRegistry(path)];
  t.after(() => prepared.close());
  t.after(() => unprepared.close());
  const steps = [];
  do steps.push(prepared.prepareSearch());
  while (!steps.at(-1));
  assert.ok(steps.length > 5, `${steps.length} steps`);
  const correct = (registry: SqliteRegistry) => registry.search('postgress', ANY_ROW, { limit: 5, offset: 0 });
  assert.deepEqual(correct(prepared).corrected, { from: 'postgress', to: 'postgres' });
  assert.deepEqual(correct(unprepared), correct(prepared));
  executeSql(path, ownUse('000000000001', 8104, 8104, null));
  const prepare = () => {
    let count = 1;
    while (!prepared.prepareSearch()) count++;
    return count;
  };
  assert.ok(prepare() < 5, 'own entries do not change the words of the lists');
  executeSql(path, "UPDATE list SET imported_at = '2030-01-01'");
  assert.ok(prepare() > 5);
});

test('each suggested port is also suitable by its own advice, with the same reasons', async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t), OWN_RANGES);
  t.after(() => registry.close());
  for (const protocol of [...TRANSPORT_PROTOCOLS, null]) {
    const { results } = registry.suggestions(parseSuggestionConditions({ protocol, count: 100, near: 16_000 }));
    assert.equal(results.length, 100);
    for (const { number, reasons } of results) {
      const judged = registry.suitability(number, { protocol, environment: null });
      assert.deepEqual(judged, { number, protocol, verdict: 'good', reasons });
      assert.ok(number < 15_000 || number > 16_000, `${number} lies in an own range`);
    }
  }
});

test('configured ephemeral ranges are in reports, in the list and in advice', async (t) => {
  const registry = new SqliteRegistry(await seededDatabase(t), OWN_RANGES);
  t.after(() => registry.close());
  const report = registry.port(15_500, null);
  const span = { system: 'own', title: 'build hosts', firstPort: 15_000, lastPort: 16_000 };
  assert.deepEqual(
    report.ephemeralRanges.filter(({ system }) => system === 'own'),
    [span],
  );
  assert.match(report.summary, /build hosts \(15000-16000\) uses it for outgoing connections/);
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
          'build hosts uses 15000-16000 for outgoing connections, so the port may be in use when the service starts. Keep it out of the range on those hosts, or change the range.',
        source: source.title,
      },
    ],
  );
  const kept = registry.snapshot();
  t.after(() => kept.close());
  assert.deepEqual(kept.port(15_500, null), report);
});
