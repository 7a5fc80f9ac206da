import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { revokeToken, storedTokens } from '../../src/sqlite/tables/tokens.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

test('revoking a revoked token changes nothing, and adds no second audit entry', (t) => {
  const path = join(temporaryFolder(t), 'portolan.db');
  const db = openEmptyDatabase(path);
  t.after(() => db.close());
  const revokedAt = '2026-11-25T00:00:00.000Z';
  bearer(path, 'read', { name: 'old', revokedAt });
  const before = storedTokens(db);
  const rows = () => db.prepare("SELECT count(*) FROM audit WHERE kind = 'token'").pluck().get();
  assert.equal(rows(), 1);
  assert.equal(revokeToken(db, 'old', COMMAND_LINE).revokedAt, revokedAt);
  assert.deepEqual(storedTokens(db), before);
  assert.equal(rows(), 1);
});
