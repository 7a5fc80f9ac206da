import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openForOwnWrites, openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { executeSql } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a connection', () => {
  for (const open of [openForReading, openForWriting, openForOwnWrites]) {
    test(`after ${open.name} runs no function in a view of a manipulated file`, (t) => {
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

  test('for imports refuses rows that name a missing snapshot', (t) => {
    const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
    t.after(() => db.close());
    assert.equal(db.pragma('foreign_keys', { simple: true }), 1);
  });
});
