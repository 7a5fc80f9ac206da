import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { LIST_NAMES } from '../../src/registry/rows/list-name.ts';
import { contentOf, executeSql } from '../support/database-content.ts';
import { ianaFile } from '../support/iana-file.ts';
import { infoOf, informalLines, LISTS, linesOf, prepareSeed } from '../support/seed-command.ts';
import { useSmallDatabase } from '../support/small-database.ts';

const BUNDLED_IANA = fileURLToPath(new URL(LISTS.assignments.file, DATA_FOLDER));
const FILE = ianaFile(1_000);

const template = useSmallDatabase();
const createSmall = (path: string): void => copyFileSync(template(), path);

describe('seed without a file', { concurrency: 2 }, () => {
  test('loads only the lists that are missing or have changed', async (t) => {
    const { database, seed } = await prepareSeed(t, createSmall);
    const before = contentOf(database);
    executeSql(
      database,
      `DELETE FROM list WHERE name = 'associations'; DELETE FROM association;
       UPDATE list SET sha256 = 'older', date = '2020-01-01', row_count = 1 WHERE name = 'check-commands'; DELETE FROM check_command`,
    );
    const lines = linesOf(await seed([]));
    assert.deepEqual(
      lines.map((line) => line.startsWith('Imported')),
      LIST_NAMES.map((list) => list === 'associations' || list === 'check-commands'),
    );
    const after = contentOf(database);
    const changed = after.list.filter((list) => !before.list.some((old) => old.imported_at === list.imported_at));
    assert.deepEqual(
      changed.map(({ name }) => name),
      ['associations', 'check-commands'],
    );
    assert.deepEqual({ ...after, list: [] }, { ...before, list: [] });
  });

  test("keeps an operator's import, and loads the other lists", async (t) => {
    const { database, seed } = await prepareSeed(t, createSmall);
    executeSql(database, "DELETE FROM list WHERE name = 'prominence'; DELETE FROM prominence");
    const { assignment } = contentOf(database);
    assert.deepEqual(linesOf(await seed([])), [
      `Kept assignments: an operator's import is loaded; to go back: seed --iana data/${LISTS.assignments.file}`,
      ...informalLines('Unchanged, loaded already:').slice(0, -1),
      informalLines('Imported').at(-1),
    ]);
    assert.deepEqual(contentOf(database).assignment, assignment);
    assert.equal(infoOf(database).origins[0]?.source, 'standard input');
  });
});

describe('seed with a file', { concurrency: 2 }, () => {
  test('makes it the current registry, even if it is older', async (t) => {
    const { database, seed, write } = await prepareSeed(t, createSmall);
    const args = ['--allow-small', '--iana', write('old.csv', FILE)];
    for (const date of ['2014-07-09', '2030-01-01', '2014-07-10']) {
      linesOf(await seed([...args, '--date', date]));
      assert.deepEqual([infoOf(database).date, infoOf(database).origins[0]?.source], [date, 'old.csv']);
    }
  });

  test('equal to the bundled one returns to it, unless --date differs', async (t) => {
    const { database, seed } = await prepareSeed(t, createSmall);
    linesOf(await seed(['--iana', BUNDLED_IANA, '--date', '2020-07-31']));
    assert.match(linesOf(await seed([]))[0] ?? '', /^Kept assignments: /);
    assert.equal(infoOf(database).date, '2020-07-31');
    linesOf(await seed(['--iana', BUNDLED_IANA]));
    assert.match(linesOf(await seed([]))[0] ?? '', /^Unchanged, loaded already: assignments: /);
    assert.equal(infoOf(database).date, LISTS.assignments.date);
  });

  test('of 10,000 rows is accepted, and reports its progress every 5,000 rows', async (t) => {
    const { seed, write } = await prepareSeed(t, createSmall);
    const outcome = await seed(['--iana', write('iana.csv', ianaFile(10_000))]);
    const counts = '10000 rows (9800 assigned, 100 reserved, 100 unassigned), 100 ranges';
    assert.deepEqual(linesOf(outcome), [`Imported iana.csv: ${counts}, registry of 2026-01-02, S s`]);
    assert.equal(outcome.stderr, 'iana.csv: 5000 rows\niana.csv: 10000 rows\n');
  });
});
