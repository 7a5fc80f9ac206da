import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundledLists, DATA_FOLDER } from '../../src/cli/bundled.ts';
import { LIST_NAMES } from '../../src/registry/registry.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { contentOf, executeSql } from '../support/database-content.ts';
import { startHttp } from '../support/http-server.ts';
import { ianaFile, ianaFileOf } from '../support/iana-file.ts';
import { assertFails, type Outcome, type ProcessOptions, runPortolan } from '../support/portolan-process.ts';
import { makeFolder, removeFolder, temporaryFolder } from '../support/temporary-folder.ts';

const LISTS = bundledLists();
const BUNDLED_IANA = fileURLToPath(new URL(LISTS.assignments.file, DATA_FOLDER));
const FILE = ianaFile(1_000);
const COUNTS = '1000 rows (980 assigned, 10 reserved, 10 unassigned), 10 ranges';

let template: string;
before(async () => {
  template = makeFolder();
  writeFileSync(join(template, 'own.csv'), ianaFile(500));
  const args = ['seed', '--allow-small', '--iana', join(template, 'own.csv')];
  assert.equal((await runPortolan(args, { environment: { DATABASE: join(template, 'portolan.db') } })).code, 0);
});
after(() => removeFolder(template));

/** A database with an operator's file and the bundled lists, and the command that seeds it. */
function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const database = join(folder, 'portolan.db');
  copyFileSync(join(template, 'portolan.db'), database);
  const seed = async (args: readonly string[], options: ProcessOptions = {}): Promise<Outcome> =>
    runPortolan(['seed', ...args], { ...options, environment: { DATABASE: database } });
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, database, seed, write };
}

/** The lines of standard output, with S for the seconds, which differ from run to run. */
function linesOf({ code, stdout }: Outcome): string[] {
  assert.equal(code, 0);
  return stdout
    .replaceAll(/\b\d+\.\d\d s$/gm, 'S s')
    .trimEnd()
    .split('\n');
}

function infoOf(database: string) {
  const registry = new SqliteRegistry(database);
  try {
    return registry.info();
  } finally {
    registry.close();
  }
}

/** The lines for bundled lists other than the official one. */
function informalLines(verb: string): string[] {
  const lists = Object.entries(LISTS).filter(([list]) => list !== 'assignments');
  return lists.map(([list, { rows, date }]) => `${verb} ${list}: ${rows} rows, list of ${date}`);
}

describe('seed without a file', { concurrency: 2 }, () => {
  test('loads the bundled lists, and a second time changes nothing', async (t) => {
    const database = join(temporaryFolder(t), 'sub', 'portolan.db');
    const seed = () => runPortolan(['seed'], { environment: { DATABASE: database } });
    const [first = '', ...others] = linesOf(await seed());
    const { rows, date } = LISTS.assignments;
    const [, total, states = '', day] =
      /^Imported assignments: (\d+) rows \((.+)\), \d+ ranges, registry of (\S+), S s$/.exec(first) ?? [];
    assert.deepEqual([total, day], [String(rows), date]);
    const byState = states.split(', ').map((part) => Number.parseInt(part, 10));
    assert.equal(
      byState.reduce((sum, count) => sum + count),
      rows,
    );
    assert.deepEqual(others, informalLines('Imported'));
    const expected = LIST_NAMES.map((list) => ({
      list,
      origin: LISTS[list].origin,
      source: LISTS[list].source,
      date: LISTS[list].date,
      rows: LISTS[list].rows,
      sha256: LISTS[list].sha256,
    }));
    assert.deepEqual(
      infoOf(database).origins.map(({ importedAt: _, ...list }) => list),
      expected,
    );

    const before = contentOf(database);
    const [again = '', ...otherAgain] = linesOf(await seed());
    assert.equal(again, first.replace('Imported', 'Unchanged, loaded already:'));
    assert.deepEqual(otherAgain, informalLines('Unchanged, loaded already:'));
    assert.deepEqual(contentOf(database), before);
  });

  test('loads each list that is missing or has changed by itself', async (t) => {
    const { database, seed } = setUp(t);
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
    const { database, seed } = setUp(t);
    executeSql(database, "DELETE FROM list WHERE name = 'blocked-by-browsers'; DELETE FROM blocked_port");
    const { assignment } = contentOf(database);
    assert.deepEqual(linesOf(await seed([])), [
      `Kept assignments: an operator's import is loaded; to go back: seed --iana data/${LISTS.assignments.file}`,
      ...informalLines('Unchanged, loaded already:').slice(0, -1),
      informalLines('Imported').at(-1),
    ]);
    assert.deepEqual(contentOf(database).assignment, assignment);
    assert.equal(infoOf(database).origins[0]?.source, 'own.csv');
  });
});

describe('seed with a file', { concurrency: 2 }, () => {
  test('takes it from a path, packed or not, from standard input or from an address', async (t) => {
    const { write } = setUp(t);
    const url = `${await startHttp(t, (_request, response) => response.end(FILE))}/iana.csv`;
    const ways: readonly (readonly [place: string, name: string, input?: Uint8Array])[] = [
      [write('iana.csv', FILE), 'iana.csv'],
      [write('iana.csv.gz', gzipSync(FILE)), 'iana.csv.gz'],
      ['-', 'standard input', FILE],
      ['-', 'standard input', gzipSync(FILE)],
      [url, url],
    ];
    for (const [place, name, input] of ways) {
      const { database, seed } = setUp(t);
      const outcome = await seed(['--iana', place, '--allow-small'], input && { input });
      assert.deepEqual(linesOf(outcome), [`Imported ${name}: ${COUNTS}, registry of 2026-01-02, S s`]);
      assert.equal(outcome.stderr, '');
      const { date, origins } = infoOf(database);
      assert.deepEqual([date, origins[0]?.source, origins[0]?.rows], ['2026-01-02', name, 1_000]);
      assert.deepEqual(
        origins.map(({ list }) => list),
        LIST_NAMES,
      );
    }
  });

  test('twice changes nothing the second time, in whatever form it comes', async (t) => {
    const { database, seed, write } = setUp(t);
    linesOf(await seed(['--iana', write('iana.csv', FILE), '--allow-small']));
    const before = contentOf(database);
    const line = `Unchanged, loaded already: standard input: ${COUNTS}, registry of 2026-01-02, S s`;
    assert.deepEqual(linesOf(await seed(['--iana', '-', '--allow-small'], { input: gzipSync(FILE) })), [line]);
    assert.deepEqual(contentOf(database), before);
  });

  test('makes it the current one, whatever its age', async (t) => {
    const { database, seed, write } = setUp(t);
    const args = ['--allow-small', '--iana', write('old.csv', FILE)];
    for (const date of ['2014-07-09', '2030-01-01', '2014-07-10']) {
      linesOf(await seed([...args, '--date', date]));
      assert.deepEqual([infoOf(database).date, infoOf(database).origins[0]?.source], [date, 'old.csv']);
    }
  });

  test('that is the bundled one goes back to it, unless it is given another date', async (t) => {
    const { database, seed } = setUp(t);
    linesOf(await seed(['--iana', BUNDLED_IANA, '--date', '2020-07-31']));
    assert.match(linesOf(await seed([]))[0] ?? '', /^Kept assignments: /);
    assert.equal(infoOf(database).date, '2020-07-31');
    linesOf(await seed(['--iana', BUNDLED_IANA]));
    assert.match(linesOf(await seed([]))[0] ?? '', /^Unchanged, loaded already: assignments: /);
    assert.equal(infoOf(database).date, LISTS.assignments.date);
  });

  test('of 10,000 rows is taken, and its progress told every 5,000', async (t) => {
    const { seed, write } = setUp(t);
    const outcome = await seed(['--iana', write('iana.csv', ianaFile(10_000))]);
    const counts = '10000 rows (9800 assigned, 100 reserved, 100 unassigned), 100 ranges';
    assert.deepEqual(linesOf(outcome), [`Imported iana.csv: ${counts}, registry of 2026-01-02, S s`]);
    assert.equal(outcome.stderr, 'iana.csv: 5000 rows\niana.csv: 10000 rows\n');
  });

  test('without a full date is taken only with --date', async (t) => {
    const { database, seed, write } = setUp(t);
    const args = ['--allow-small', '--iana', write('small.csv', ianaFileOf([{ registrationDate: '2008-05' }]))];
    const sentence = 'Cannot import small.csv: expected a date in its rows; name one';
    await assertFails(['seed', ...args], { DATABASE: database }, sentence);
    assert.deepEqual(linesOf(await seed([...args, '--date', '2026-04-09'])), [
      'Imported small.csv: 1 rows (1 reserved), 0 ranges, registry of 2026-04-09, S s',
    ]);
  });
});
