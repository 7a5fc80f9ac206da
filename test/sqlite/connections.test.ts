import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openForOwnWrites, openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { executeSql } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a connection', () => {
  for (const open of [openForReading, openForWriting, openForOwnWrites]) {
    test(`runs no function of a view that somebody put into the file, after ${open.name}`, (t) => {
      const path = join(temporaryFolder(t), 'portolan.db');
      openEmptyDatabase(path).close();
      executeSql(path, "CREATE VIEW foreign_view AS SELECT rtreedepth(x'0000')");
      const db = open(path);
      t.after(() => db.close());
      assert.throws(() => db.prepare('SELECT * FROM foreign_view').all(), {
        message: 'unsafe use of rtreedepth()',
      });
    });
  }

  test('that imports keeps rows from naming a snapshot that does not exist', (t) => {
    const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    assert.equal(db.pragma('foreign_keys', { simple: true }), 1);
  });
});
