import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { ANY_CHANGE } from '../../src/registry/history/history.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { ianaFileOf } from '../support/iana-file.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = { limit: 100, offset: 0 };

/** Opens a database, and returns a function that adds a file with one service on port 1 to its history. */
function setUp(t: TestContext, database: string) {
  const folder = temporaryFolder(t);
  const registry = new SqliteRegistry(database);
  t.after(() => registry.close());
  const add = (name: string, registrationDate: string, ...args: string[]) => {
    const file = join(folder, `${name}.csv`);
    writeFileSync(
      file,
      ianaFileOf([{ serviceName: name, portNumber: '1', transportProtocol: 'tcp', registrationDate }]),
    );
    return runPortolan(['import', '--iana', file, '--allow-small', ...args], { environment: { DATABASE: database } });
  };
  return { registry, add };
}

describe('portolan import', () => {
  test('orders files by their day, and serves the newest', async (t) => {
    const { registry, add } = setUp(t, join(temporaryFolder(t), 'portolan.db'));
    const second = await add('second', '2024-04-30');
    assert.deepEqual([second.code, second.stderr], [0, '']);
    assert.match(
      second.stdout,
      /^Imported second\.csv: 1 rows \(1 assigned\), 0 ranges, registry of 2024-04-30, \d+\.\d\d s\n$/,
    );
    const first = await add('first', '2020-07-14');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.match(
      first.stdout,
      /^Added to the history: first\.csv: 1 rows, registry of 2020-07-14; that of 2024-04-30 is still served, \d+\.\d\d s\n$/,
    );
    assert.equal(registry.info().date, '2024-04-30');
    assert.equal((await add('third', '2025-01-02', '--date', '2026-04-09')).code, 0);
    assert.deepEqual(
      [registry.info().date, registry.port(1, null).assignments[0]?.serviceName],
      ['2026-04-09', 'third'],
    );
    assert.deepEqual(
      registry
        .changes(ANY_CHANGE, PAGE)
        .results.map(({ since, date, before, after }) => [...[since, date, before?.serviceName, after?.serviceName]]),
      [
        ['2024-04-30', '2026-04-09', 'second', 'third'],
        ['2020-07-14', '2024-04-30', 'first', 'second'],
      ],
    );
    assert.match((await add('first', '2020-07-14')).stdout, /^Unchanged, in the history already: first\.csv: 1 rows/);
    assert.equal(registry.snapshots(PAGE).count, 3);
  });

  test('does not serve a file that is older than the bundled list, and compares neither', async (t) => {
    const database = await seededDatabase(t);
    const { registry, add } = setUp(t, database);
    const before = registry.info();
    assert.equal((await add('first', '2020-07-14')).code, 0);
    assert.deepEqual(registry.info(), before);
    assert.deepEqual(
      registry.snapshots(PAGE).results.map(({ date, bundled, current }) => [date, bundled, current]),
      [
        [before.date, true, true],
        ['2020-07-14', false, false],
      ],
    );
    assert.equal(registry.port(1, null, '2020-07-14').assignments[0]?.serviceName, 'first');
    assert.deepEqual(registry.changes(ANY_CHANGE, PAGE).results, []);
  });

  test('recognizes the bundled list by its content, and does not compare it with files of IANA', async (t) => {
    const database = join(temporaryFolder(t), 'portolan.db');
    const { registry, add } = setUp(t, database);
    assert.equal((await add('first', '2020-07-14')).code, 0);
    assert.equal((await add('second', '2027-01-01')).code, 0);
    const { file, date } = bundledLists().assignments;
    const args = ['import', '--iana', fileURLToPath(new URL(file, DATA_FOLDER))];
    const outcome = await runPortolan(args, { environment: { DATABASE: database } });
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.deepEqual(
      registry.snapshots(PAGE).results.map(({ date, bundled, current }) => [date, bundled, current]),
      [
        ['2027-01-01', false, true],
        [date, true, false],
        ['2020-07-14', false, false],
      ],
    );
    assert.equal(registry.changes(ANY_CHANGE, PAGE).count, 1);
  });

  test('refuses an invalid file or date, and does not change the history', async (t) => {
    const database = await seededDatabase(t);
    const { registry, add } = setUp(t, database);
    const refusals: readonly (readonly [number, RegExp, ...Parameters<typeof add>])[] = [
      [1, /^portolan: Cannot import dateless\.csv: expected a date in its rows; name one\n$/, 'dateless', ''],
      [2, /^error: cannot parse --date "2020": expected a day such as 2026-04-09\n/, 'a', '', '--date', '2020'],
    ];
    for (const [code, message, ...args] of refusals) {
      const outcome = await add(...args);
      assert.equal(outcome.code, code);
      assert.match(outcome.stderr, message);
    }
    const bare = await runPortolan(['import'], { environment: { DATABASE: database } });
    assert.deepEqual([bare.code, bare.stdout], [2, '']);
    assert.match(bare.stderr, /^error: required option '--iana <file>' not specified\n/);
    assert.equal(registry.snapshots(PAGE).count, 1);
  });
});
