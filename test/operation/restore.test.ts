import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parseOwnPatch } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { ANY_ROW } from '../../src/registry/search/search-result.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate, SCHEMA_VERSION } from '../../src/sqlite/file/migrate.ts';
import { restoreDatabase } from '../../src/sqlite/import/restore.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';
import { contentOf, executeSql, ownUse } from '../support/database-content.ts';
import { makeEarlierDatabase } from '../support/earlier-schema.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

/** Creates two databases without lists. The first has a token. */
function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const [DATABASE, copy] = [join(folder, 'portolan.db'), join(folder, 'copy.db')];
  for (const path of [DATABASE, copy]) {
    const db = openForWriting(path);
    migrate(db);
    db.close();
  }
  bearer(DATABASE, 'write');
  return { folder, DATABASE, copy };
}

/** Changes of a backup, each with the reason for its refusal. */
const CHANGES: Readonly<Record<string, readonly [sql: string, detail: string]>> = {
  'a foreign trigger': [
    'CREATE TRIGGER zz AFTER INSERT ON association BEGIN DELETE FROM token; END',
    'expected the schema that Portolan creates: trigger "zz" is foreign',
  ],
  'a foreign view': ['CREATE VIEW aa AS SELECT 1', 'expected the schema that Portolan creates: view "aa" is foreign'],
  'a foreign table': ['CREATE TABLE a (b)', 'expected the schema that Portolan creates: table "a" is foreign'],
  'a foreign index': [
    'CREATE INDEX association_owner ON association (owner)',
    'expected the schema that Portolan creates: index "association_owner" is foreign',
  ],
  'a foreign virtual table': [
    'CREATE VIRTUAL TABLE v USING fts5(a)',
    'expected the schema that Portolan creates: table "v" is foreign',
  ],
  'missing triggers of the audit log': [
    'DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete',
    'expected the schema that Portolan creates: trigger "audit_no_delete" is missing',
  ],
  'another trigger in place of one of the audit log': [
    'DROP TRIGGER audit_no_update; CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END',
    'expected the schema that Portolan creates: trigger "audit_no_update" differs',
  ],
  'another column': [
    'ALTER TABLE token ADD COLUMN more TEXT',
    'expected the schema that Portolan creates: table "token" differs',
  ],
  'a link that runs a script': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET link = 'javascript:alert(1)' WHERE origin = 'own'`,
    'own entry "own-000000000001": cannot read link "javascript:alert(1)": expected an address that begins with http:// or https://',
  ],
  'a source of an informal use that runs a script': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET id = 'plex', origin = 'informal', revision = NULL,
      sources = '[{"title":"x","url":"javascript:alert(1)"}]'`,
    'informal use "plex": cannot read sources "[{\\"title\\":\\"x\\",\\"url\\":\\"javascript:alert(1)\\"}]": expected a list of at most 20 sources, each a source such as {"title": "Runbook", "url": "https://…"}',
  ],
  'a text that is too long': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET owner = printf('%.*c', 101, 'x') WHERE origin = 'own'`,
    `own entry "own-000000000001": cannot read owner "${'x'.repeat(80)}…": expected a text of 1 to 100 characters without control or invisible characters`,
  ],
  'an invalid port': [
    `PRAGMA ignore_check_constraints = ON; ${ownUse('000000000001', 9, 70_000, null)}`,
    'expected a whole backup of Portolan',
  ],
  'a value that no write stores': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET category = 'VPN' WHERE origin = 'own'`,
    'own entry "own-000000000001": category is not as a write stores it',
  ],
  'an approval that no admin gave': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET approved_by = 'admin', approved_at = '<b>' WHERE origin = 'own'`,
    'own entry "own-000000000001": approvedAt is not as a write stores it',
  ],
  'JSON of another type': [
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET protocols = '7' WHERE origin = 'own'`,
    `own entry "own-000000000001": cannot read protocols "7": expected a list of tcp, udp, sctp, dccp, each at most once`,
  ],
  'a pool without ports': [
    `INSERT INTO pool VALUES ('p', '[]', '["tcp"]', NULL)`,
    'pool "p": cannot read ranges: expected at least one',
  ],
  'a token whose name has a control character': [
    `INSERT INTO token (id, name, sha256, scope, created_at)
      VALUES ('token-000000000000', char(27) || '[2J', '${'0'.repeat(64)}', 'admin', 'x')`,
    `token "\\u001b[2J": cannot name a token "\\u001b[2J": expected 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first`,
  ],
  'a token that is bound to a name no owner can have': [
    `INSERT INTO token (id, name, sha256, scope, owners, created_at)
      VALUES ('token-000000000000', 'x', '${'0'.repeat(64)}', 'write', '[""]', 'x')`,
    'token "x": cannot bind a token to the owner "": expected at most 20 names of 1 to 100 characters without control or invisible characters',
  ],
  'an observed host that no host can be': [
    `INSERT INTO observed_snapshot VALUES ('a_b', 'sockets', NULL, '${'0'.repeat(64)}', 'x', 'x')`,
    'observed host "a_b": cannot parse host "a_b": expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org',
  ],
  'an observed host with an unknown source': [
    `PRAGMA ignore_check_constraints = ON;
     INSERT INTO observed_snapshot VALUES ('web-1', 'guess', NULL, '${'0'.repeat(64)}', '2026-11-30T10:00:00.000Z', '2026-11-30T10:00:00.000Z')`,
    'expected a whole backup of Portolan',
  ],
  'an observed host with a text as its time': [
    `INSERT INTO observed_snapshot VALUES ('web-1', 'sockets', NULL, '${'0'.repeat(64)}', 'x', '2026-11-30T10:00:00.000Z')`,
    'observed host "web-1": expected a time in UTC, got "x"',
  ],
  'an observed host with a text as the time of its environment': [
    `INSERT INTO observed_snapshot VALUES ('web-1', 'sockets', NULL, '${'0'.repeat(64)}', '2026-11-30T10:00:00.000Z', 'y')`,
    'observed host "web-1": expected a time in UTC, got "y"',
  ],
  'a long name of an observed process': [
    `INSERT INTO observed_snapshot VALUES ('web-1', 'sockets', NULL, '${'0'.repeat(64)}', '2026-11-30T10:00:00.000Z', '2026-11-30T10:00:00.000Z');
     INSERT INTO observed_socket (host, source, address_scope, protocol, port, process, first_seen)
     VALUES ('web-1', 'sockets', 'any', 'tcp', 22, '${'p'.repeat(256)}', '2026-11-30T10:00:00.000Z')`,
    `observed host "web-1": expected a name of a process of at most 255 characters, got ${JSON.stringify(`${'p'.repeat(80)}…`)}`,
  ],
  'more own entries on a port than the limit': [
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
     INSERT INTO association (id, name, first_port, last_port, protocols, category, confidence, origin, sources, revision)
     SELECT 'own-' || printf('%012x', i), 'n', 8080, 8080 + i % 2, '["tcp"]', 'other', 'documented', 'own', '[]', 1 FROM n`,
    'port 8080 has more than 1000 own entries',
  ],
  'schema version 0': ['PRAGMA user_version = 0', 'expected a whole backup of Portolan'],
};

const NO_TOKENS = { revived: [], added: [], all: false };

async function assertRefused({ DATABASE, copy }: ReturnType<typeof setUp>, detail: string): Promise<void> {
  const before = [contentOf(DATABASE), readdirSync(dirname(DATABASE))];
  const refusal = new RegistryError('invalid_argument', `Cannot use ${JSON.stringify(copy)}: ${detail}`);
  await assert.rejects(
    restoreDatabase(DATABASE, copy, async () => {}),
    ({ code, message }: RegistryError) => {
      assert.deepEqual([code, message], [refusal.code, refusal.message]);
      return true;
    },
  );
  assert.deepEqual([contentOf(DATABASE), readdirSync(dirname(DATABASE))], before);
}

describe('a changed backup', () => {
  for (const [title, [sql, detail]] of Object.entries(CHANGES)) {
    test(`is refused with ${title}, and changes nothing`, async (t) => {
      const files = setUp(t);
      executeSql(files.copy, sql);
      await assertRefused(files, detail);
    });
  }

  test('does not run its own triggers during the migration', async (t) => {
    const files = setUp(t);
    rmSync(files.copy);
    // A migration after this schema version updates every own entry.
    makeEarlierDatabase(files.copy, 2);
    executeSql(files.copy, 'CREATE TRIGGER zz AFTER UPDATE ON association BEGIN DELETE FROM list; END');
    await assertRefused(files, 'expected the schema that Portolan creates: trigger "zz" is foreign');
  });

  test('of an earlier schema is compared with that schema', async (t) => {
    const { folder, DATABASE } = setUp(t);
    let replaced = 0;
    for (let version = 1; version < SCHEMA_VERSION; version++) {
      const copy = join(folder, `${version}.db`);
      makeEarlierDatabase(copy, version);
      const added = version >= 4 && version === 4 ? ['ci'] : [];
      const { kept, ...restored } = (await restoreDatabase(DATABASE, copy, async () => {})) ?? {};
      assert.deepEqual(restored, { entries: 2, replaced, tokens: { ...NO_TOKENS, added } });
      assert.equal(kept?.isBackup, true);
      replaced = 2;
    }
  });

  test('gets its derived columns recomputed', async (t) => {
    const { DATABASE, copy } = setUp(t);
    rmSync(copy);
    makeEarlierDatabase(copy, SCHEMA_VERSION - 1);
    executeSql(
      copy,
      `UPDATE assignment SET name_words = 'nothing', state = 'reserved'; DELETE FROM association_span;
       UPDATE association SET name_words = 'nothing'; DELETE FROM search_entry;
       INSERT INTO association_words (association_words) VALUES ('delete-all')`,
    );
    await restoreDatabase(DATABASE, copy, async () => {});
    const { assignment, association } = contentOf(DATABASE);
    assert.deepEqual([assignment[0]?.state, assignment[0]?.name_words], ['assigned', 'ssh']);
    assert.deepEqual(
      association.map(({ name_words }) => name_words),
      ['quayside lamp', 'harbour crane'],
    );
    const registry = new SqliteRegistry(DATABASE);
    t.after(() => registry.close());
    const names = registry.port(20023, null).associations.map(({ name }) => name);
    const found = registry.search('harbour', ANY_ROW, { limit: 5, offset: 0 }).results.map(({ name }) => name);
    assert.deepEqual([names, found], [['quayside lamp'], ['harbour crane']]);
  });
});

test('names with invisible characters, which earlier versions accepted, are restored as they are', async (t) => {
  const { DATABASE, copy } = setUp(t);
  const [name, owner, pool] = ['\u200B', 'net\u2028work', 'team\u00ADpool'];
  executeSql(
    copy,
    `${ownUse('000000000001', 9, 9, null)} UPDATE association SET name = '${name}', owner = '${owner}', tags = '["a\u202Eb"]'
       WHERE origin = 'own';
     INSERT INTO pool VALUES ('${pool}', '[{"firstPort":20000,"lastPort":20009}]', '["tcp"]', '${owner}');
     INSERT INTO token (id, name, sha256, scope, owners, created_at)
       VALUES ('token-000000000000', 'x', '${'0'.repeat(64)}', 'write', '["${owner}"]', 'x')`,
  );
  await restoreDatabase(DATABASE, copy, async () => {});
  const registry = new SqliteRegistry(DATABASE);
  t.after(() => registry.close());
  const entry = registry.association('own-000000000001');
  assert.deepEqual([entry.name, entry.owner, entry.tags], [name, owner, ['a\u202Eb']]);
  assert.deepEqual(
    registry.pools().map((stored) => [stored.name, stored.owner]),
    [[pool, owner]],
  );
  // A change of other fields keeps the name; a new name must follow the rules of today.
  const writes = new WriteThread(DATABASE);
  t.after(() => writes.close());
  const changed = await writes.update(entry.id, parseOwnPatch({ firstPort: 10 }), null, false, COMMAND_LINE);
  assert.deepEqual([changed.name, changed.owner, changed.firstPort], [name, owner, 10]);
  assert.throws(() => parseOwnPatch({ name }), {
    message:
      'Cannot read name "\u200B": expected a text of 1 to 100 characters without control or invisible characters',
  });
});

test('a restored database has another id than the backup', async (t) => {
  const { DATABASE, copy } = setUp(t);
  const idOf = (path: string) => {
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    return registry.databaseId();
  };
  const ids = [idOf(DATABASE), idOf(copy)];
  await restoreDatabase(DATABASE, copy, async () => {});
  assert.equal(new Set([...ids, idOf(DATABASE)]).size, 3);
});

describe('the tokens of a backup', () => {
  test('are printed if the database does not have them, or not with the same properties', async (t) => {
    const { DATABASE, copy } = setUp(t);
    bearer(DATABASE, 'read');
    bearer(DATABASE, 'admin');
    assert.equal((await runPortolan(['backup', copy], { environment: { DATABASE } })).code, 0);
    bearer(copy, 'admin', { name: 'new' });
    bearer(copy, 'admin', { name: 'over', expiresAt: '2020-01-01T00:00:00.000Z' });
    executeSql(copy, `UPDATE token SET sha256 = '${'0'.repeat(64)}' WHERE name = 'read'`);
    executeSql(copy, "UPDATE token SET scope = 'admin' WHERE name = 'write'");
    const { code, stdout, stderr } = await runPortolan(['restore', copy], { environment: { DATABASE } });
    const warning =
      'Valid now, though the database did not have them: new, read, write. Revoke with portolan token revoke if they are unknown to you\n';
    const [line] = stdout.split('\n');
    const expected = `Restored ${JSON.stringify(copy)}: 0 own entries, in place of 0`;
    assert.deepEqual([code, line, stderr], [0, expected, warning]);
  });

  test('are all printed if the database does not exist', async (t) => {
    const { folder, copy } = setUp(t);
    for (const scope of ['write', 'admin'] as const) bearer(copy, scope);
    const environment = { DATABASE: join(folder, 'fresh.db') };
    const { code, stdout, stderr } = await runPortolan(['restore', copy], { environment });
    const lines = [`Restored ${JSON.stringify(copy)}: 0 own entries`, 'Valid tokens: admin, write', ''];
    assert.deepEqual([code, stdout, stderr], [0, lines.join('\n'), '']);
  });
});
