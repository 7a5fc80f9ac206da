import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('snapshots have at most four states; closing one allows another', (t) => {
  const path = join(temporaryFolder(t), 'portolan.db');
  openEmptyDatabase(path).close();
  executeSql(
    path,
    `INSERT INTO list (name, origin, source, date, imported_at, row_count, sha256, bundled)
     VALUES ('assignments', 'iana', 'test.csv', '2026-04-09', '2026-11-28T00:00:00.000Z', 0, '0', 0)`,
  );
  const registry = new SqliteRegistry(path);
  t.after(() => registry.close());
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
