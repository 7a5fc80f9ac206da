import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';
import type { ListRows } from '../../src/registry/rows/list-rows.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { VERSION_AGE_MS } from '../../src/registry/values/registry-version.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate } from '../../src/sqlite/file/migrate.ts';
import { countAssignments, importList, type NewList, storedList } from '../../src/sqlite/import/imports.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { contentOf } from '../support/database-content.ts';
import { EMPTY_CELLS } from '../support/iana-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Official = ListRows['assignments'];

function official(serviceName: string, port: number, lastPort = port): Official {
  const cells = { ...EMPTY_CELLS, serviceName, portNumber: String(port), transportProtocol: 'tcp' };
  return { cells, span: { firstPort: port, lastPort } };
}

function use(id: string): Association {
  const ports = { firstPort: 1, lastPort: 2, protocols: ['tcp'] } as const;
  return {
    id,
    name: id,
    usedBy: null,
    ...ports,
    category: 'other',
    confidence: 'observed',
    prominence: 1,
    origin: 'informal',
    note: null,
    sources: [],
    ...NO_OWN_DETAILS,
  };
}

/** Yields the rows of a list, then throws the failure, if there is one. */
async function* source<Row>(rows: readonly Row[], failure?: Error): AsyncGenerator<Row> {
  yield* rows;
  if (failure !== undefined) throw failure;
}

function listOf(sha256: string, date: string | null = '2026-04-09'): NewList<'assignments'> {
  return { list: 'assignments', origin: 'iana', source: 'test.csv', date, sha256, bundled: false };
}

const INFORMAL: NewList<'associations'> = {
  list: 'associations',
  origin: 'informal',
  source: 'uses.csv',
  date: '2026-01-01',
  sha256: 'u',
  bundled: true,
};

/** Returns a migrated database with one official row. */
async function setUp(t: TestContext) {
  const path = join(temporaryFolder(t), 'portolan.db');
  const db = openForWriting(path, 0);
  t.after(() => db.close());
  migrate(db);
  await importList(db, listOf('old'), source([official('old', 7)]), 1);
  return { path, db };
}

describe('an import', () => {
  test('replaces the rows of its list and returns a summary', async (t) => {
    const { path, db } = await setUp(t);
    const before = Date.now();
    const result = await importList(
      db,
      listOf('new'),
      source([official('a', 1), official('b', 2), official('', 3)]),
      3,
    );
    assert.deepEqual(result, { changed: true, rows: 3, date: '2026-04-09' });
    assert.deepEqual(countAssignments(db), { states: { assigned: 2, reserved: 1 }, ranges: 0 });
    assert.deepEqual(
      contentOf(path).assignment.map(({ id, service_name }) => [id, service_name]),
      [
        [1, 'a'],
        [2, 'b'],
        [3, ''],
      ],
    );
    const { importedAt = '', ...stored } = storedList(db, 'assignments') ?? {};
    assert.deepEqual(stored, { ...listOf('new'), rows: 3 });
    assert.ok(new Date(importedAt).toISOString() === importedAt && Date.parse(importedAt) >= before);
  });

  test('of the same file and day changes nothing, and does not read the file', async (t) => {
    const { path, db } = await setUp(t);
    const before = contentOf(path);
    for (const date of ['2026-04-09', null]) {
      const unread = source<Official>([], new Error('was read'));
      const result = await importList(db, listOf('old', date), unread, 1);
      assert.deepEqual(result, { changed: false, rows: 1, date: '2026-04-09' });
      assert.deepEqual(contentOf(path), before);
    }
  });

  test('of the same file for another day changes the day', async (t) => {
    const { db } = await setUp(t);
    assert.equal((await importList(db, listOf('old', '2026-05-01'), source([official('old', 7)]), 1)).changed, true);
    assert.equal(storedList(db, 'assignments')?.date, '2026-05-01');
  });

  test('without a day uses the newest date of all rows', async (t) => {
    const { db } = await setUp(t);
    let newest = '';
    async function* rows() {
      yield official('a', 1);
      newest = '2025-12-31';
    }
    await importList(db, { ...listOf('new', null), newestDate: () => newest }, rows(), 1);
    assert.equal(storedList(db, 'assignments')?.date, '2025-12-31');
  });

  test('reports its progress after each row', async (t) => {
    const { db } = await setUp(t);
    const progress: number[] = [];
    await importList(db, listOf('new'), source([official('a', 1), official('b', 2)]), 1, (rows) => progress.push(rows));
    assert.deepEqual(progress, [1, 2]);
  });

  test('is invisible to readers until it is complete', async (t) => {
    const { path, db } = await setUp(t);
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const namesAt = (port: number) => registry.port(port, null).assignments.map(({ serviceName }) => serviceName);
    const seen: unknown[] = [];
    async function* rows() {
      yield official('new', 8);
      seen.push(namesAt(7), namesAt(8));
    }
    await importList(db, listOf('new'), rows(), 1);
    // A cached report may be returned until its version is read again.
    await delay(Math.ceil(VERSION_AGE_MS));
    assert.deepEqual([...seen, namesAt(7), namesAt(8)], [['old'], [], [], ['new']]);
  });

  test('of informal uses does not change own entries', async (t) => {
    const { path, db } = await setUp(t);
    await importList(db, INFORMAL, source([use('a')]), 1);
    db.prepare("UPDATE association SET origin = 'own', revision = 1").run();
    await importList(db, { ...INFORMAL, sha256: 'v' }, source([use('b')]), 1);
    assert.deepEqual(
      contentOf(path).association.map(({ id, origin }) => [id, origin]),
      [
        ['a', 'own'],
        ['b', 'informal'],
      ],
    );
  });
});

describe('an import that fails changes nothing', () => {
  const cause = new RegistryError('invalid_argument', 'Cannot import test.csv: line 3: …');
  const cases: readonly (readonly [
    title: string,
    rows: readonly Official[],
    failure: Error | undefined,
    error: object,
  ])[] = [
    ['when reading its rows fails', [official('a', 1), official('b', 2)], cause, cause],
    ['when reading the first row fails', [], cause, cause],
    [
      'when a row does not fit the schema',
      [official('a', 1), official('b', 2, 70000)],
      undefined,
      { code: 'SQLITE_CONSTRAINT_CHECK' },
    ],
    ['when a range is reversed', [official('a', 9, 8)], undefined, { code: 'SQLITE_CONSTRAINT_CHECK' }],
    [
      'when there are too few rows',
      [official('a', 1)],
      undefined,
      new RegistryError('invalid_argument', 'Cannot import test.csv: expected at least 2 rows, got 1'),
    ],
  ];
  for (const [title, rows, failure, error] of cases) {
    test(title, async (t) => {
      const { path, db } = await setUp(t);
      const before = contentOf(path);
      await assert.rejects(importList(db, listOf('new'), source(rows, failure), 2), error);
      assert.equal(db.inTransaction, false);
      assert.deepEqual(contentOf(path), before);
      const good = await importList(db, listOf('new'), source([official('a', 1)]), 1);
      assert.equal(good.changed, true);
    });
  }

  test('for a duplicate id', async (t) => {
    const { path, db } = await setUp(t);
    const before = contentOf(path);
    const twice = importList(db, INFORMAL, source([use('a'), use('a')]), 1);
    await assert.rejects(twice, { code: 'SQLITE_CONSTRAINT_UNIQUE' });
    assert.deepEqual(contentOf(path), before);
  });

  test('while another process writes', async (t) => {
    const { path, db } = await setUp(t);
    const before = contentOf(path);
    const other = openForWriting(path);
    t.after(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const locked = new RegistryError(
      'unavailable',
      'The database is locked by another process: try again when it is done',
    );
    await assert.rejects(importList(db, listOf('new'), source([official('a', 1)]), 1), locked);
    other.exec('ROLLBACK');
    assert.deepEqual(contentOf(path), before);
  });
});
