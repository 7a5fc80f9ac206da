import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { type Connection, openForOwnWrites, openForWriting } from '../../src/sqlite/file/database.ts';
import { createToken, revokeToken } from '../../src/sqlite/tables/tokens.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

/** The levels of `PRAGMA synchronous`: at NORMAL a power cut may undo commits of the last seconds. */
const [NORMAL, FULL] = [1, 2];

const TOKEN = {
  name: 'ops',
  sha256: '0'.repeat(64),
  scope: 'read',
  owners: [],
  pools: [],
  hosts: [],
  createdAt: '2026-11-28',
  expiresAt: null,
  revokedAt: null,
};

const WRITES: Readonly<Record<string, (db: Connection) => void>> = {
  'own entries are written': (db) => new OwnWrites(db),
  'own entries are imported': (db) =>
    new OwnWrites(db).importRows([], { isDryRun: false, scope: null, largestReport: 0 }, COMMAND_LINE),
  'a token is created': (db) => createToken(db, { ...TOKEN, scope: 'read' }, COMMAND_LINE),
  'a token is revoked': (db) => revokeToken(db, 'read', COMMAND_LINE),
};

describe('a commit is on the disk before it is acknowledged when', () => {
  for (const [title, write] of Object.entries(WRITES)) {
    for (const open of [openForWriting, openForOwnWrites]) {
      test(`${title}, after ${open.name}`, (t) => {
        const path = join(temporaryFolder(t), 'portolan.db');
        openEmptyDatabase(path).close();
        bearer(path, 'read');
        const db = open(path);
        t.after(() => db.close());
        assert.equal(db.pragma('synchronous', { simple: true }), NORMAL);
        write(db);
        assert.equal(db.pragma('synchronous', { simple: true }), FULL);
      });
    }
  }
});
