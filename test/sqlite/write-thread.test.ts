import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { ANY_WRITE } from '../../src/registry/audit.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { ANY_ASSOCIATION } from '../../src/registry/search/search-result.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';
import { executeSql } from '../support/database-content.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function setUp(t: TestContext) {
  const path = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(path);
  const own = new WriteThread(path);
  const registry = new SqliteRegistry(path);
  t.after(async () => {
    await own.close();
    registry.close();
  });
  const create = (name: string) => own.create([parseOwnEntry({ name, firstPort: 5 })], false, COMMAND_LINE);
  const names = () =>
    registry
      .associations({ ...ANY_ASSOCIATION, origin: 'own' }, { limit: 100, offset: 0 })
      .results.map(({ name }) => name)
      .sort();
  return { path, own, registry, create, names };
}

describe('a write', () => {
  test('is visible to readers once it is acknowledged', async (t) => {
    const { create, names } = await setUp(t);
    await create('seen');
    assert.deepEqual(names(), ['seen']);
  });

  test('is refused with the reason while the database is missing, and succeeds when it is back', async (t) => {
    const { path, create, names } = await setUp(t);
    await create('before');
    renameSync(path, `${path}.away`);
    const missing = { code: 'unavailable', message: /^The database is missing: / };
    await assert.rejects(create('lost'), missing);
    renameSync(`${path}.away`, path);
    await create('after');
    assert.deepEqual(names(), ['after', 'before'].sort());
  });

  test('goes to the new file if the open file was replaced', async (t) => {
    const { path, create, registry } = await setUp(t);
    await create('old');
    const other = `${path}.other`;
    await putSeededDatabase(other);
    registry.close();
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    renameSync(other, path);
    await create('new');
    const fresh = new SqliteRegistry(path);
    t.after(() => fresh.close());
    assert.deepEqual(
      fresh
        .associations({ ...ANY_ASSOCIATION, origin: 'own' }, { limit: 9, offset: 0 })
        .results.map(({ name }) => name),
      ['new'],
    );
  });

  test('is refused if the schema has changed in the meantime', async (t) => {
    const { path, create } = await setUp(t);
    await create('known');
    executeSql(path, 'PRAGMA user_version = 999');
    await assert.rejects(create('unknown'), { code: 'unavailable', message: /^The database has schema version 999/ });
  });

  test('waits for another writer, and fails if that takes too long', async (t) => {
    const { path, create, names } = await setUp(t);
    const db = openForWriting(path);
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    const waiting = create('waited');
    setTimeout(() => db.exec('COMMIT'), 300);
    await waiting;
    db.exec('BEGIN IMMEDIATE');
    await assert.rejects(create('late'), {
      code: 'unavailable',
      message: /^The database is locked by another process/,
    });
    db.exec('COMMIT');
    assert.deepEqual(names(), ['waited']);
  });

  test('is atomic: a write that violates the schema leaves no row and no audit entry', async (t) => {
    const { own, create, names, registry } = await setUp(t);
    const bad = { ...parseOwnEntry({ name: 'bad', firstPort: 5 }), lastPort: 70000 };
    const good = parseOwnEntry({ name: 'good', firstPort: 5 });
    const results = await Promise.allSettled([create('a'), own.create([good, bad], false, COMMAND_LINE), create('b')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(names(), ['a', 'b']);
    assert.equal(runAllSteps(registry.audit(ANY_WRITE, { limit: 9, offset: 0 })).count, 2);
  });

  test('works again after the thread was closed', async (t) => {
    const { own, create, names } = await setUp(t);
    await own.close();
    await create('a');
    const [first] = await Promise.all([create('b'), own.close()]);
    assert.equal(first[0]?.name, 'b');
    await create('c');
    assert.deepEqual(names(), ['a', 'b', 'c']);
  });
});
