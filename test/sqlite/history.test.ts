import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { ANY_CHANGE } from '../../src/registry/history/history.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { portJson, portTemplate } from '../../src/rest/port-json.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate } from '../../src/sqlite/file/migrate.ts';
import { importList } from '../../src/sqlite/import/imports.ts';
import { rebuildDerived } from '../../src/sqlite/import/rebuild-derived.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql } from '../support/database-content.ts';
import { type Day, each, importDay, newDatabase, toRows } from '../support/days.ts';
import { makeEarlierDatabase } from '../support/earlier-schema.ts';
import { fc } from '../support/properties.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = { limit: 1000, offset: 0 };

/** Returns the whole history of the registry. */
function historyOf(path: string, dates: readonly string[]) {
  const registry = new SqliteRegistry(path);
  try {
    const snapshots = registry.snapshots(PAGE);
    const stood = dates.map((date) => [0, 1, 2, 3, 4, 5].map((port) => registry.port(port, null, date)));
    return {
      changes: registry.changes(ANY_CHANGE, PAGE),
      snapshots: snapshots.results.map(({ importedAt: _, ...known }) => known),
      stood,
    };
  } finally {
    registry.close();
  }
}

/** No port and protocol has a name twice: the order of such rows is undefined. */
const rowsOfDay = fc.uniqueArray(
  fc.record({
    serviceName: fc.constantFrom('', 'a', 'b', 'c'),
    portNumber: fc.constantFrom('', '1', '2', '2-3', '3'),
    transportProtocol: fc.constantFrom('', 'tcp', 'udp'),
    description: fc.constantFrom('', 'Reserved', 'Unassigned', 'De-registered', 'x y', 'x  y'),
  }),
  {
    minLength: 1,
    maxLength: 8,
    selector: ({ serviceName, portNumber, transportProtocol }) => `${serviceName} ${portNumber} ${transportProtocol}`,
  },
);
const DATES = ['2014-07-09', '2020-07-14', '2024-04-30', '2026-04-09', '2026-08-05'];

describe('the history', () => {
  test('is the same for any order of imports, and every day equals its file', async (t: TestContext) => {
    const folder = temporaryFolder(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowsOfDay, { minLength: DATES.length, maxLength: DATES.length }),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.boolean(),
        async (contents, order, withBundled) => {
          const days = DATES.map((date, index): Day => {
            return { date, rows: contents[index] ?? [], bundled: withBundled && date === '2026-08-05' };
          });
          const [ordered, shuffled] = [newDatabase(folder, `a${++run}`), newDatabase(folder, `b${run}`)];
          for (const day of days) await importDay(ordered.db, day);
          for (const index of order) await importDay(shuffled.db, days[index] as Day);
          ordered.db.close();
          shuffled.db.close();
          const history = historyOf(ordered.path, DATES);
          assert.deepEqual(historyOf(shuffled.path, DATES), history);
          for (const [index, day] of days.entries()) {
            const alone = newDatabase(folder, `c${run}-${index}`);
            await importDay(alone.db, day);
            alone.db.close();
            assert.deepEqual(history.stood[index], historyOf(alone.path, [day.date]).stood[0], day.date);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('keeps the unchanged reports of an open registry', async (t) => {
    const folder = temporaryFolder(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowsOfDay, { minLength: 4, maxLength: 4 }), async (contents) => {
        const { path, db } = newDatabase(folder, `used${++run}`);
        const used = new SqliteRegistry(path);
        const ports = [0, 1, 2, 3, 4].map((port) => ({ firstPort: port, lastPort: port, protocol: null }));
        const load = (rows: Day['rows'], date: string, sha256: string) => {
          const list = { list: 'assignments', origin: 'iana', source: date, date, sha256, bundled: false } as const;
          return importList(db, list, each(toRows(rows)), 1);
        };
        // The first is imported again with a later day, the second with its own: an earlier state is current again.
        const [first = [], second = []] = contents;
        for (const [step, rows] of [...contents, first, second].entries()) {
          await load(rows, step === 5 ? (DATES[1] ?? '') : (DATES[step] ?? ''), `${step}`);
          const fresh = new SqliteRegistry(path);
          assert.deepEqual(used.sharedReports(ports), fresh.sharedReports(ports));
          assert.deepEqual(used.port(2, 'udp'), fresh.port(2, 'udp'));
          const texts = (registry: SqliteRegistry) =>
            registry.sharedReports(ports).map((shared, port) => portJson(port, portTemplate(shared)));
          assert.deepEqual(texts(used), texts(fresh));
          fresh.close();
        }
        await load(second, '2026-10-01', 'the same rows');
        const before = used.sharedReports(ports);
        await load(second, '2026-11-01', 'and once more');
        for (const [port, { states, registry }] of used.sharedReports(ports).entries()) {
          assert.equal(states, before[port]?.states, 'nothing was composed again');
          assert.equal(registry.date, '2026-11-01');
        }
        used.close();
        db.close();
      }),
      { numRuns: 15 },
    );
  });

  test('starts from the loaded rows when a migration adds it', async (t) => {
    const path = join(temporaryFolder(t), 'older.db');
    makeEarlierDatabase(path, 9);
    const again = openForWriting(path);
    migrate(again);
    await importDay(again, {
      date: '2024-04-30',
      rows: [{ serviceName: 'b', portNumber: '22', transportProtocol: 'tcp' }],
    });
    again.close();
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const actual = registry
      .changes(ANY_CHANGE, PAGE)
      .results.map(({ kind, since, date, before, after }) => [
        ...[kind, since, date],
        ...[before?.serviceName, after?.serviceName],
      ]);
    assert.deepEqual(actual, [['renamed', '2020-01-01', '2024-04-30', 'ssh', 'b']]);
    assert.equal(registry.port(22, null, '2024-04-29').assignments[0]?.serviceName, 'ssh');
  });

  test('keeps every change when new kinds of changes are added', (t) => {
    const path = join(temporaryFolder(t), 'earlier.db');
    makeEarlierDatabase(path, 12);
    const cells = (name: string) => `json_array('${name}', '1', 'tcp', '', '', '', '', '', '', '', '', '')`;
    executeSql(
      path,
      `INSERT INTO snapshot VALUES (1, '2019-01-01', 0, 'a', 'a', 'a', 1, NULL), (2, '2020-01-01', 0, 'b', 'b', 'b', 1, 1);
       INSERT INTO registry_change (id, snapshot, kind, first_port, last_port, "before", "after")
       VALUES (7, 2, 'renamed', 1, 1, ${cells('A')}, ${cells('b')}), (9, 2, NULL, NULL, NULL, NULL, ${cells('')})`,
    );
    const db = openForWriting(path);
    t.after(() => db.close());
    const read = () => [
      db.prepare('SELECT *, name_before, name_after, protocol FROM registry_change ORDER BY id').all(),
      db.prepare('SELECT * FROM registry_change_span ORDER BY id').all(),
      db.prepare("SELECT type, name FROM sqlite_schema WHERE name LIKE 'registry_change%' ORDER BY name").all(),
    ];
    const before = read();
    migrate(db);
    assert.deepEqual(read(), before);
    db.exec("UPDATE registry_change SET kind = 'replaced' WHERE id = 7");
    assert.throws(() => db.exec("UPDATE registry_change SET kind = 'other'"), /CHECK constraint failed/);
    db.exec('DELETE FROM registry_change WHERE id = 7');
    assert.deepEqual(db.prepare('SELECT * FROM registry_change_span').all(), []);
    assert.deepEqual(db.pragma('integrity_check', { simple: true }), 'ok');
  });

  test('returns changes of an earlier version in the terms of this one', async (t) => {
    const { path, db } = newDatabase(temporaryFolder(t), 'derived');
    const service = (serviceName: string, portNumber: string, assignee: string, more = {}) => ({
      ...{ serviceName, portNumber, transportProtocol: 'tcp', assignee },
      ...more,
    });
    const assignmentNotes = 'This entry is an alias to "a-b".';
    await importDay(db, {
      date: '2019-01-01',
      rows: [service('x', '1', '[A]'), service('a_b', '2', '[A]', { assignmentNotes }), service('a-b', '2', '[A]')],
    });
    await importDay(db, { date: '2020-01-01', rows: [service('y', '1', '[B]'), service('a-b', '2', '[A]')] });
    await importDay(db, { date: '2021-01-01', rows: [service('z', '1', '[B]')] });
    const read = () =>
      db
        .prepare<[], unknown[]>(
          'SELECT kind, first_port, name_before, name_after FROM registry_change ORDER BY snapshot, id',
        )
        .raw()
        .all();
    const expected = [
      ['replaced', 1, 'x', 'y'],
      ['replaced', 2, 'a_b', null],
      ['renamed', 1, 'y', 'z'],
      ['removed', 2, 'a-b', null],
    ];
    assert.deepEqual(read(), expected);
    executeSql(path, "UPDATE registry_change SET kind = 'removed'");
    rebuildDerived(db);
    assert.deepEqual(
      read().map(([kind]) => kind),
      Array(4).fill('removed'),
      'what this version derived stays',
    );
    executeSql(path, 'UPDATE list SET derivation = 1');
    rebuildDerived(db);
    assert.deepEqual(read(), expected);
    db.close();
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    assert.deepEqual(
      runAllSteps(registry.service('a_b')).retired.map(({ kind, after }) => [kind, after]),
      [['replaced', null]],
    );
    assert.equal(registry.port(1, null, '2019-06-01').assignments[0]?.serviceName, 'x');
  });

  test('keeps one snapshot per day, the last one imported', async (t) => {
    const { path, db } = newDatabase(temporaryFolder(t), 'again');
    const day = (name: string, date = '2024-04-30') => ({ date, rows: [{ serviceName: name, portNumber: '1' }] });
    await importDay(db, day('a', '2020-07-14'));
    await importDay(db, day('b', '2026-04-09'));
    await importDay(db, day('wrong'));
    await importDay(db, day('right'));
    db.close();
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const actual = registry
      .changes(ANY_CHANGE, PAGE)
      .results.map(({ date, before, after }) => [...[date, before?.serviceName, after?.serviceName]]);
    assert.deepEqual(actual, [
      ['2026-04-09', 'right', 'b'],
      ['2024-04-30', 'a', 'right'],
    ]);
  });

  test('does not compare the bundled list with files of IANA', async (t) => {
    const { path, db } = newDatabase(temporaryFolder(t), 'bundled');
    const day = (date: string, name: string, bundled = false) => {
      return { date, bundled, rows: [{ serviceName: name, portNumber: '1' }] };
    };
    await importDay(db, day('2026-08-05', 'bundled', true));
    await importDay(db, day('2024-04-30', 'a'));
    await importDay(db, day('2026-11-01', 'b'));
    db.close();
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const changes = registry.changes(ANY_CHANGE, PAGE).results;
    assert.deepEqual(
      changes.map(({ date, since, before, after }) => [date, since, before?.serviceName, after?.serviceName]),
      [['2026-11-01', '2024-04-30', 'a', 'b']],
    );
    const stood = ['2024-04-30', '2026-08-04', '2026-08-05', '2026-11-01', '2030-01-01'].map(
      (date) => registry.port(1, null, date).assignments[0]?.serviceName,
    );
    assert.deepEqual(stood, ['a', 'a', 'bundled', 'b', 'b']);
    assert.deepEqual(
      registry
        .snapshots(PAGE)
        .results.map(({ date, bundled, current, comparedWith }) => [...[date, bundled, current, comparedWith]]),
      [
        ['2026-11-01', false, true, '2024-04-30'],
        ['2026-08-05', true, false, null],
        ['2024-04-30', false, false, null],
      ],
    );
  });
});
