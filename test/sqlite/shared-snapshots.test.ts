import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Creates a database with the date of a list, and no rows. */
function createDatabase(path: string): void {
  openEmptyDatabase(path).close();
  executeSql(
    path,
    `INSERT INTO list (name, origin, source, date, imported_at, row_count, sha256, bundled)
     VALUES ('assignments', 'iana', 'test.csv', '2026-04-09', '2026-11-28T00:00:00.000Z', 0, '0', 0)`,
  );
}

function openRegistry(t: TestContext): { readonly path: string; readonly registry: SqliteRegistry } {
  const path = join(temporaryFolder(t), 'portolan.db');
  createDatabase(path);
  const registry = new SqliteRegistry(path);
  t.after(() => registry.close());
  return { path, registry };
}

/** Opens a snapshot, and counts the uses of port 9. */
function countUses(registry: SqliteRegistry): number {
  const snapshot = registry.snapshot();
  const { length } = snapshot.port(9, null).associations;
  snapshot.close();
  return length;
}

test('snapshots have at most four states; closing one allows another', (t) => {
  const { path, registry } = openRegistry(t);
  let entries = 0;
  const openNext = () => {
    executeSql(path, ownUse(`00000000000${++entries}`, 9, 9, null));
    return registry.snapshot();
  };
  const open = [openNext(), openNext(), openNext(), openNext()];
  // Answers that begin in the same state share its snapshot.
  open.push(registry.snapshot());
  const message = 'Cannot answer now: clients are still reading responses from too many earlier states of the registry';
  assert.throws(openNext, { code: 'unavailable', message });
  open.shift()?.close();
  open.push(registry.snapshot());
  const uses = open.map((snapshot) => snapshot.port(9, null).associations.length);
  assert.deepEqual(uses, [2, 3, 4, 4, 5]);
  for (const snapshot of open) snapshot.close();
});

test('a snapshot over the connection of a closed one has the current state', (t) => {
  const { path, registry } = openRegistry(t);
  for (const entries of [1, 2, 3]) {
    executeSql(path, ownUse(`00000000000${entries}`, 9, 9, null));
    assert.equal(countUses(registry), entries);
  }
});

test('a closed snapshot holds no state: the write-ahead log can be reset', (t) => {
  const { path, registry } = openRegistry(t);
  assert.equal(countUses(registry), 0);
  const db = openForWriting(path);
  t.after(() => db.close());
  db.exec(ownUse('000000000001', 9, 9, null));
  assert.deepEqual(db.pragma('wal_checkpoint(TRUNCATE)'), [{ busy: 0, log: 0, checkpointed: 0 }]);
});

test('a snapshot prepares no statement again', (t) => {
  const { registry } = openRegistry(t);
  countUses(registry);
  const prepare = t.mock.method(Database.prototype, 'prepare');
  countUses(registry);
  assert.equal(prepare.mock.callCount(), 0);
});

test('the connections of closed snapshots are closed with their file', { skip: process.platform !== 'linux' }, (t) => {
  const { path, registry } = openRegistry(t);
  const isOpen = (file: string) =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === file;
      } catch {
        return false;
      }
    });
  executeSql(path, ownUse('000000000001', 9, 9, null));
  assert.equal(countUses(registry), 1);
  const late = registry.snapshot();
  executeSql(path, ownUse('000000000002', 9, 9, null));
  assert.equal(countUses(registry), 2);
  createDatabase(`${path}.new`);
  for (const ending of ['-wal', '-shm']) rmSync(path + ending);
  renameSync(`${path}.new`, path);
  registry.check();
  late.close();
  assert.equal(countUses(registry), 0, 'the new file has no entries');
  assert.equal(isOpen(`${path} (deleted)`), false);
  registry.close();
  assert.equal(isOpen(path), false);
});
