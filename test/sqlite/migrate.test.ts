import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bundledLists } from '../../src/cli/actions/bundled.ts';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { checkSchema, migrate, SCHEMA_VERSION } from '../../src/sqlite/file/migrate.ts';
import { contentOf, executeSql } from '../support/database-content.ts';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The SHA-256 of each migration at its release: a database never runs a migration of the same name again. */
const LANDED: Readonly<Record<string, string>> = {
  '0001_registry.sql': '5f107948cef4684933ae84ba688ff7ff52e9208004e33c30649f9448a69d3086',
  '0002_search.sql': 'c20d8719d3a2e28e7127985dabea3a435040ceb7b8ab5f38b66175a08d6a9617',
  '0003_own_entries.sql': 'df2147795a83bbd136955cd80fddb3b92b341504c1903961ff779eb3be690fa6',
  '0004_tokens.sql': 'c4c999f60d4b19b70e2036651ce226a78196baff9de1b3c233c689c7e19cdb03',
  '0005_audit.sql': 'dd843105050ff82fd90c09264114fffa334d8ded9fb403aef3f4cfa614dd17f4',
  '0006_pools.sql': 'afd49aaa20dc540b786d3c54257e4c9d6fd4e91e4d8210bbba14a5b0a7418590',
  '0007_registry_version.sql': '12d9db1866f2a350c53ecf7edf3bf3c81384f57a121c8c651cd6bd1dce763669',
  '0008_import_count.sql': '6a293f28a1a4ecd75355a9ec2c8362f1defbdb65391e80be884154a0b32a8d83',
  '0009_download.sql': 'ef0d7aa26ddb0d8ce4ff09ccbfabddbe78dec2753ea768c4eacf277711122bec',
  '0010_history.sql': '688e88b6a3ff73cd062319d68fd58559667cd60d91499d582684cf4ebc6e7f46',
  '0011_update.sql': '57b5fe8a18e2eb089b16f82a3ec2edf6e6f24c90b5ad86dde2a0d5fa23e76ccf',
  '0012_change_span.sql': '7d863885a206f9ea40fcb8d7773bf4229ca7d5338b0947525438c89e7303cc45',
  '0013_replaced.sql': 'ecf38b0bceb3446003108e58d73bd7996c0d620b2b4543cc36e204ffb91caa96',
  '0014_names.sql': 'b0f11a424042f6eaac642c603213ba5c74b7c819cbe03d2ae950d1a608f4d348',
  '0016_search_entries.sql': '3f98b19887e2772c8deb5ae6dc0e5b85af60aa82b0a8c831688ced7062fce22e',
  '0015_name_place.sql': 'd3b26f5f2caa22ad588aaab3d04b09b09797710914182cbac8c19636d8879c39',
  '0017_evidence.sql': '7abd52837a12799a029024e621016c3d10180f6ecfd4aa5b2bc6fde45e5b5f61',
  '0018_audit_chain.sql': '63af3c84cc19f7a1454d791905b4d13548ab7793f8e7808cb7c489059ebb42b0',
  '0019_retired.sql': '0106f5ce50bebf59828c79590b8d73c50ff48db6ec6933ec5c3d74c88153be57',
  '0020_released_ports.sql': '8db8f3e9fc85c9085ecd540d0532da0acc13b8fb4c8dacaf012e83b0756ecf0f',
  '0021_database_id.sql': '2ebfcae7dd9d57f4b276e542dca35100849a5293714b31dce108bf69bfb619dc',
  '0022_token_rights.sql': 'f725374358c669004869fc1f1971170bea541988c3ef397b59499721f9ea143a',
  '0023_audit_token.sql': '00fa64ad0200bca14c20df8b26415debfffdf8c7e73d06a2082dd427b55ae1dd',
  '0024_search_updates.sql': 'f9d4d8bbb5aefa91a40d68172bb669b13a419e693ad10b601491f8abe2ad4b4f',
  '0025_list_words.sql': '9d05ce51ba588b2d2d6e8b97942525400c4f75ecf2aa70a82b4019b781908f84',
  '0026_released_environments.sql': '611cbd80faf1d4d77a4786dc5d7411546bbf1ff62f37b2b884972053a7b666e4',
  '0027_shared_node.sql': '71a3197bff2a74e1c774ac3dca843f900f897b5a294b89197fcab0540ba5335a',
  '0028_observations.sql': 'c03e4a9dcf39134ff7253c8bc15e6eeb6111bba6240c837d2516106bf0a6d118',
  '0029_observed_indexes.sql': '3431264a7b80bf62cd8a3e998d1b6686117902793acf3f100a005c1118883dff',
  '0030_observed_coverage.sql': '83714e3fd6822277258238ff6c12464c5f15eb35073512618e896eab0b443c67',
  '0031_observed_since.sql': '5898135f333ccec4541ccbe20e6b1371216f41ac95b8a2f7c43ceb90b724da19',
  '0032_token_hosts.sql': 'b4e04340c66400c48ff091969b90943cbac422f65ff289c363615422d8b38948',
  '0033_observed_version.sql': '3e71784845df6dc1e75225887e48a1636da525deca64b0a660f5b0e4ad8af15d',
  '0034_association_list.sql': '98d165192f135ef1dbc6330047ea008fc232c09fe65b2f0e5ad7d9ba223cf2e7',
  '0035_audit_list.sql': '1a10bb33cb2455074f65deba734d6f4174ed0f1aa91ba6b3d1d07a29c90e21a2',
};

/** Returns the statements that created a database, in their order. */
function schemaOf(db: ReturnType<typeof openForWriting>): unknown[] {
  return db.prepare('SELECT sql FROM sqlite_schema ORDER BY rowid').pluck().all();
}

describe('migrate', () => {
  test('creates the schema in a new file, and does nothing the second time', (t) => {
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

  test('has files numbered from 0001 without gaps', () => {
    const numbers = readdirSync(join(PROJECT, 'migrations'))
      .sort()
      .map((name) => /^(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1]);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => String(index + 1).padStart(4, '0')),
    );
  });

  test('has only steps that were never edited after their release', () => {
    const files = readdirSync(join(PROJECT, 'migrations')).sort();
    const hashes = files.map((name) => [name, sha256(readFileSync(join(PROJECT, 'migrations', name)))]);
    assert.deepEqual(Object.fromEntries(hashes), LANDED);
  });

  test('leaves the database unchanged when a step fails', (t) => {
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

  test('is suggested by the error for an older database', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    openForWriting(path).close();
    const db = openForReading(path);
    t.after(() => db.close());
    const message = `The database has schema version 0, but this Portolan works with version ${SCHEMA_VERSION}: start Portolan to migrate it, or set DATABASE to another file`;
    assert.throws(() => checkSchema(db), new RegistryError('unavailable', message));
  });

  test('by three processes at once creates one complete database', async (t) => {
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
    const missing = 'The database is missing: start Portolan again or run its seed command to create a new one';
    assert.throws(() => openForReading(path), new RegistryError('unavailable', missing));
    executeSql(path, 'VACUUM');
    const empty = 'The database is empty: start Portolan again or run its seed command to fill it';
    assert.throws(() => openForReading(path), new RegistryError('unavailable', empty));
  });

  test('for reading is read-only', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const writer = openForWriting(path);
    migrate(writer);
    writer.close();
    const db = openForReading(path);
    t.after(() => db.close());
    assert.throws(() => db.exec('DELETE FROM list'), { code: 'SQLITE_READONLY' });
  });

  test('is reported as locked immediately without a timeout', (t) => {
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
