import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { SCHEMA_VERSION } from '../../src/sqlite/file/migrate.ts';
import { executeSql } from '../support/database-content.ts';
import { MIGRATIONS, makeEarlierDatabase, writtenRows } from '../support/earlier-schema.ts';
import { assertFails, type Outcome, runPortolan, startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tokenNamed } from '../support/tokens.ts';

const EARLIER = MIGRATIONS.slice(0, -1).map((_, index) => index + 1);

const NOTHING_TO_MIGRATE = 'Nothing to do: the database has the schema of this version\n';

function migrationMessage(version: number, database: string): string {
  const copy = JSON.stringify(`${database}.schema-${version}`);
  return `Migrated the database from schema ${version} to ${SCHEMA_VERSION}; ${copy} is as it was before`;
}

function versionOf(path: string): unknown {
  const db = new Database(path);
  try {
    return [db.pragma('user_version', { simple: true }), db.pragma('integrity_check', { simple: true })];
  } finally {
    db.close();
  }
}

describe('a database of an earlier schema', () => {
  for (const version of EARLIER) {
    // `seed` also imports the bundled lists, which takes a hundred times longer than most migrations.
    const command = version === EARLIER.at(0) || version === EARLIER.at(-1) ? 'seed' : 'migrate';
    test(`${version} is migrated once by two concurrent processes of ${command}, and loses nothing`, async (t) => {
      const folder = temporaryFolder(t);
      const database = join(folder, 'portolan.db');
      makeEarlierDatabase(database, version);
      chmodSync(database, 0o600);
      const before = writtenRows(database);
      const run = () => runPortolan([command], { environment: { DATABASE: database } });
      const outcomes: Outcome[] = await Promise.all([run(), run()]);
      assert.deepEqual(
        outcomes.map(({ code }) => code),
        [0, 0],
      );
      const migrated = `${migrationMessage(version, database)}\n`;
      if (command === 'seed') assert.deepEqual(outcomes.map(({ stderr }) => stderr).sort(), ['', migrated]);
      else assert.deepEqual(outcomes.map(({ stdout }) => stdout).sort(), [migrated, NOTHING_TO_MIGRATE]);
      assert.deepEqual(versionOf(database), [SCHEMA_VERSION, 'ok']);
      assertKeeps(before, writtenRows(database));
      const copy = `${database}.schema-${version}`;
      assert.deepEqual(readdirSync(folder).sort(), ['portolan.db', `portolan.db.schema-${version}`]);
      assert.deepEqual([versionOf(copy), statSync(copy).mode & 0o777], [[version, 'ok'], 0o600]);
      assert.deepEqual(writtenRows(copy), before);
    });
  }

  test('is served with all its entries, and the copy can be restored', async (t) => {
    const database = join(temporaryFolder(t), 'portolan.db');
    makeEarlierDatabase(database, SCHEMA_VERSION - 1);
    const server = await startServer(t, { DATABASE: database });
    const logged = server
      .log()
      .split('\n')
      .filter((line) => line.includes('Migrated'));
    assert.deepEqual(
      logged.map((line) => JSON.parse(line).msg),
      [migrationMessage(SCHEMA_VERSION - 1, database)],
    );
    const Authorization = `Bearer ${tokenNamed('ci')}`;
    const list = async <Row>(path: string): Promise<Row[]> => {
      const answer = await fetch(server.url + path, { headers: { Authorization } });
      return ((await answer.json()) as { results: Row[] }).results;
    };
    const names = async (path: string) => (await list<{ name: string }>(path)).map(({ name }) => name).sort();
    const OWN = '/associations?origin=own';
    assert.deepEqual(await names(OWN), ['harbour crane', 'quayside lamp']);
    assert.deepEqual(await names('/search?q=quayside'), ['quayside lamp']);
    assert.deepEqual(await names('/pools'), ['payments']);
    const official = await list<{ description: string }>('/assignments?port=22');
    assert.deepEqual(
      official.map(({ description }) => description),
      ["Our mirror's own words"],
    );
    assert.deepEqual(
      (await list<{ id: number }>('/audit')).map(({ id }) => id),
      [41],
    );
    const written = await fetch(`${server.url}/associations`, {
      method: 'POST',
      headers: { Authorization, 'Content-Type': 'application/json' },
      body: '{"name":"new","firstPort":4}',
    });
    assert.equal(written.status, 201);
    const copy = `${database}.schema-${SCHEMA_VERSION - 1}`;
    // Simulates a downgrade from a newer version, for which this copy is needed.
    executeSql(database, 'PRAGMA user_version = 999');
    const { code } = await runPortolan(['restore', copy], { environment: { DATABASE: database } });
    assert.equal(code, 0);
    assert.deepEqual(await names(OWN), ['harbour crane', 'quayside lamp']);
  });

  test('is not migrated if it cannot be copied', async (t) => {
    const folder = temporaryFolder(t);
    const database = join(folder, 'portolan.db');
    makeEarlierDatabase(database, 3);
    mkdirSync(`${database}.schema-3`);
    const before = writtenRows(database);
    const sentence = `Cannot write ${JSON.stringify(`${database}.schema-3`)}: EISDIR`;
    await assertFails(['seed'], { DATABASE: database }, sentence);
    assert.deepEqual([versionOf(database), writtenRows(database)], [[3, 'ok'], before]);
    assert.deepEqual(readdirSync(folder).sort(), ['portolan.db', 'portolan.db.schema-3']);
  });
});

/** Checks that every row still exists, with the same value in every column that it had. */
function assertKeeps(before: ReturnType<typeof writtenRows>, after: ReturnType<typeof writtenRows>): void {
  for (const [table, rows] of Object.entries(before)) {
    for (const row of rows) {
      // The bundled list has changed since, and is loaded again.
      if (table === 'list' && row.bundled === 1) continue;
      const [key = ''] = Object.keys(row);
      const now = after[table]?.find((other) => other[key] === row[key]);
      assert.deepEqual(now && Object.fromEntries(Object.keys(row).map((column) => [column, now[column]])), row, table);
    }
  }
}
