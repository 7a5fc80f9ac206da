import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bundledLists } from '../../src/cli/bundled.ts';
import { RegistryError } from '../../src/registry/registry-error.ts';
import { openForReading, openForWriting } from '../../src/sqlite/database.ts';
import { checkSchema, migrate, SCHEMA_VERSION } from '../../src/sqlite/migrate.ts';
import { contentOf, executeSql } from '../support/database-content.ts';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The statements that made a database, in the order in which they ran. */
function schemaOf(db: ReturnType<typeof openForWriting>): unknown[] {
  return db.prepare('SELECT sql FROM sqlite_schema ORDER BY rowid').pluck().all();
}

describe('migrate', () => {
  test('makes the whole schema on a new file, and a second time does nothing', (t) => {
    const db = openForWriting(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    const files = readdirSync(join(PROJECT, 'migrations')).filter((name) => name.endsWith('.sql'));
    assert.equal(migrate(db), files.length);
    assert.equal(db.pragma('user_version', { simple: true }), SCHEMA_VERSION);
    const schema = schemaOf(db);
    assert.equal(migrate(db), 0);
    assert.deepEqual(schemaOf(db), schema);
    assert.doesNotThrow(() => checkSchema(db));
  });

  test('numbers its files from 0001 without a gap', () => {
    const numbers = readdirSync(join(PROJECT, 'migrations'))
      .sort()
      .map((name) => /^(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1]);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => String(index + 1).padStart(4, '0')),
    );
  });

  test('leaves a database as it was when a step fails', (t) => {
    const db = openForWriting(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    db.exec('CREATE TABLE blocked_port (obstacle)');
    const schema = schemaOf(db);
    assert.throws(() => migrate(db), { message: 'table blocked_port already exists' });
    assert.deepEqual(schemaOf(db), schema);
    assert.equal(db.pragma('user_version', { simple: true }), 0);
    db.exec('DROP TABLE blocked_port');
    assert.equal(migrate(db), SCHEMA_VERSION);
  });

  test('refuses a newer database and does not change it', (t) => {
    const db = openForWriting(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    migrate(db);
    db.pragma('user_version = 999');
    const schema = schemaOf(db);
    const message = `The database has schema version 999, but this Portolan works with version ${SCHEMA_VERSION}: run the newer Portolan that made it, or set DATABASE to another file`;
    assert.throws(() => migrate(db), new RegistryError('unavailable', message));
    assert.throws(() => checkSchema(db), new RegistryError('unavailable', message));
    assert.deepEqual(schemaOf(db), schema);
  });

  test('is asked for by whoever reads an older database', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    openForWriting(path).close();
    const db = openForReading(path);
    t.after(() => db.close());
    const message = `The database has schema version 0, but this Portolan works with version ${SCHEMA_VERSION}: start Portolan to migrate it, or set DATABASE to another file`;
    assert.throws(() => checkSchema(db), new RegistryError('unavailable', message));
  });

  test('by three processes at once makes one whole database', async (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const seed = () => runPortolan(['seed'], { environment: { DATABASE: path } });
    const outcomes = await Promise.all([seed(), seed(), seed()]);
    assert.deepEqual(
      outcomes.map(({ code, stderr }) => ({ code, stderr })),
      Array(3).fill({ code: 0, stderr: '' }),
    );
    const imported = outcomes.flatMap(({ stdout }) => stdout.match(/^Imported [a-z-]+/gm) ?? []);
    assert.deepEqual(
      imported.sort(),
      Object.keys(bundledLists())
        .map((list) => `Imported ${list}`)
        .sort(),
    );
    assert.equal(contentOf(path).assignment.length, bundledLists().assignments.rows);
  });
});

describe('a file that is opened', () => {
  const cases: readonly (readonly [title: string, sql: string, message: string])[] = [
    [
      "another program's",
      'CREATE TABLE note (text)',
      'The database is not one of Portolan: set DATABASE to another file',
    ],
    [
      "another program's with its own mark",
      'PRAGMA application_id = 7; CREATE TABLE note (text)',
      'The database is not one of Portolan: set DATABASE to another file',
    ],
  ];
  for (const [title, sql, message] of cases) {
    test(`is refused when it is ${title}`, (t) => {
      const path = join(temporaryFolder(t), 'other.db');
      executeSql(path, sql);
      for (const open of [openForReading, openForWriting]) {
        assert.throws(() => open(path), new RegistryError('unavailable', message));
      }
    });
  }

  test('is refused for reading when it is missing or empty', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const missing = 'The database is missing: start Portolan again or run its seed command to make a new one';
    assert.throws(() => openForReading(path), new RegistryError('unavailable', missing));
    executeSql(path, 'VACUUM');
    const empty = 'The database is empty: start Portolan again or run its seed command to fill it';
    assert.throws(() => openForReading(path), new RegistryError('unavailable', empty));
  });

  test('for reading cannot be changed', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const writer = openForWriting(path);
    migrate(writer);
    writer.close();
    const db = openForReading(path);
    t.after(() => db.close());
    assert.throws(() => db.exec('DELETE FROM list'), { code: 'SQLITE_READONLY' });
  });

  test('is told to be locked at once when nobody waits', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const first = openForWriting(path);
    t.after(() => first.close());
    first.pragma('journal_mode = DELETE');
    first.exec('BEGIN EXCLUSIVE');
    const locked = new RegistryError(
      'unavailable',
      'The database is locked by another process: try again when it is done',
    );
    assert.throws(() => openForWriting(path, 0), locked);
    assert.throws(() => openForReading(path), locked);
    first.exec('ROLLBACK');
    openForReading(path).close();
  });
});
