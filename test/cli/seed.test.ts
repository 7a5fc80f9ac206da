import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LIST_NAMES } from '../../src/registry/rows/list-name.ts';
import { contentOf } from '../support/database-content.ts';
import { startHttp } from '../support/http-server.ts';
import { ianaFile, ianaFileOf } from '../support/iana-file.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { infoOf, informalLines, LISTS, linesOf, prepareSeed } from '../support/seed-command.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FILE = ianaFile(1_000);
const COUNTS = '1000 rows (980 assigned, 10 reserved, 10 unassigned), 10 ranges';

describe('seed without a file', { concurrency: 2 }, () => {
  test('loads the bundled lists, and a second run changes nothing', async (t) => {
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
});

describe('seed with a file', { concurrency: 2 }, () => {
  test('reads it from a path, gzipped or not, from standard input or from a URL', async (t) => {
    const { write } = await prepareSeed(t);
    const url = `${await startHttp(t, (_request, response) => response.end(FILE))}/iana.csv`;
    const sources: readonly (readonly [place: string, name: string, input?: Uint8Array])[] = [
      [write('iana.csv', FILE), 'iana.csv'],
      [write('iana.csv.gz', gzipSync(FILE)), 'iana.csv.gz'],
      ['-', 'standard input', FILE],
      ['-', 'standard input', gzipSync(FILE)],
      [url, url],
    ];
    for (const [place, name, input] of sources) {
      const { database, seed } = await prepareSeed(t, putSeededDatabase);
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

  test('changes nothing the second time, even from another source and gzipped', async (t) => {
    const { database, seed, write } = await prepareSeed(t, putSeededDatabase);
    linesOf(await seed(['--iana', write('iana.csv', FILE), '--allow-small']));
    const before = contentOf(database);
    const line = `Unchanged, loaded already: standard input: ${COUNTS}, registry of 2026-01-02, S s`;
    assert.deepEqual(linesOf(await seed(['--iana', '-', '--allow-small'], { input: gzipSync(FILE) })), [line]);
    assert.deepEqual(contentOf(database), before);
  });

  test('requires --date if no row has a full date', async (t) => {
    const { database, seed, write } = await prepareSeed(t, putSeededDatabase);
    const args = ['--allow-small', '--iana', write('small.csv', ianaFileOf([{ registrationDate: '2008-05' }]))];
    const sentence = 'Cannot import small.csv: expected a date in its rows; name one';
    await assertFails(['seed', ...args], { DATABASE: database }, sentence);
    assert.deepEqual(linesOf(await seed([...args, '--date', '2026-04-09'])), [
      'Imported small.csv: 1 rows (1 reserved), 0 ranges, registry of 2026-04-09, S s',
    ]);
  });
});
