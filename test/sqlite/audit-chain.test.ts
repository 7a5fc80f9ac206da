import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { checkAudit } from '../../src/sqlite/file/audit-check.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { applyMigrations, migrate } from '../../src/sqlite/file/migrate.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';
import { MIGRATIONS, makeEarlierDatabase } from '../support/earlier-schema.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { PROJECT } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

/** The schema version before the audit log was a chain. */
const BEFORE_CHAIN = MIGRATIONS.findIndex((name) => name.endsWith('_audit_chain.sql'));

const INSERT_EARLIER = `INSERT INTO audit (at, token, request_id, action, kind, key, "after")
  VALUES ('2020-01-01T00:00:00.000Z', ?, ?, 'create', 'pool', ?, '{"name": "with  blanks"}')`;

describe('the migration to a chain', () => {
  test('hashes the existing rows, keeps their texts, and groups consecutive rows of a request', (t) => {
    const db = openForWriting(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    applyMigrations(db, 0, BEFORE_CHAIN);
    db.pragma(`user_version = ${BEFORE_CHAIN}`);
    const insert = db.prepare(INSERT_EARLIER);
    for (const [token, request] of [
      ['a', 'r1'],
      ['a', 'r1'],
      ['b', 'r1'],
      ['a', 'r1'],
      ['a', null],
      ['a', null],
    ])
      insert.run(token, request, 'p');
    for (let row = 0; row < 250; row++) insert.run('a', null, `pool ${row}`);
    migrate(db);
    const rows = db.prepare('SELECT id, event, "after", hash FROM audit ORDER BY id').all() as Record<
      string,
      unknown
    >[];
    assert.deepEqual(
      rows.slice(0, 7).map(({ event }) => event),
      [1, 1, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(new Set(rows.map(({ after }) => after)), new Set(['{"name": "with  blanks"}']));
    const { rows: count, head, broken } = checkAudit(db);
    assert.deepEqual([count, head?.id, head?.hash, broken], [256, 256, rows.at(-1)?.hash, null]);
    assert.equal(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'earlier_audit'").pluck().get(), 0);
  });

  test('continues with the next id, also after a gap in the ids', (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    makeEarlierDatabase(path, BEFORE_CHAIN);
    const db = openForWriting(path);
    t.after(() => db.close());
    migrate(db);
    bearer(path, 'read');
    const { rows, head, broken } = checkAudit(db);
    assert.deepEqual([rows, head?.id, broken], [2, 42, null]);
  });
});

describe('the chain of the audit log', () => {
  test('stays one chain when threads and connections write at the same time', async (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const db = openEmptyDatabase(path);
    const [one, other] = [new WriteThread(path), new WriteThread(path)];
    t.after(async () => {
      await Promise.all([one.close(), other.close()]);
      db.close();
    });
    const entry = (firstPort: number) => parseOwnEntry({ name: 'busy', firstPort });
    const by = { token: 'ci', tokenId: 'token-000000000001', owners: [], pools: [], hosts: [], requestId: 'r' };
    const writes = Array.from({ length: 20 }, (_, index) => [
      one.create([entry(index), entry(100 + index)], false, by),
      other.create([entry(1000 + index)], false, by),
    ]).flat();
    for (let index = 0; index < 5; index++) bearer(path, 'read', { name: `token-${index}` });
    await Promise.all(writes);
    const { rows, broken } = checkAudit(db);
    assert.deepEqual([rows, broken], [65, null]);
    const events = db.prepare('SELECT count(*) FROM audit GROUP BY event').pluck().all() as number[];
    assert.deepEqual(
      [events.length, events.filter((size) => size === 2).length, events.filter((size) => size === 1).length],
      [45, 20, 25],
    );
  });

  test('has one event for an import, and one for each write of a thread', (t) => {
    const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    const row = (firstPort: number) => ({
      line: 1,
      id: null,
      entry: parseOwnEntry({ name: 'a', firstPort }),
      given: [],
    });
    const options = { isDryRun: false, scope: null, largestReport: 10_000 };
    const writes = new OwnWrites(db);
    writes.importRows([row(1), row(2), row(3)], options, COMMAND_LINE);
    writes.importRows([row(4)], options, COMMAND_LINE);
    assert.deepEqual(db.prepare('SELECT event FROM audit ORDER BY id').pluck().all(), [1, 1, 1, 4]);
  });
});

test('docs/audit.md describes the form of a hash', () => {
  const text = readFileSync(join(PROJECT, 'docs/audit.md'), 'utf8');
  const [, example = ''] = /```text\n(\{.*\})\n```/.exec(text) ?? [];
  const [, hash] = /Its hash is `(\w{64})`/.exec(text) ?? [];
  assert.equal(createHash('sha256').update(example).digest('hex'), hash);
});
