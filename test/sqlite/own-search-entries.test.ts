import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import type { OwnRow } from '../../src/registry/own/own-import.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { openForReading } from '../../src/sqlite/file/database.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const options = { isDryRun: false, scope: null, largestReport: 100_000 };

function row(line: number, name: string, firstPort: number): OwnRow {
  const entry = parseOwnEntry({ name, firstPort, environment: 'test' });
  return { line, id: null, entry, given: ['name', 'firstPort', 'environment'] };
}

test('each write updates the words and ports by which searches find own entries', (t) => {
  const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
  t.after(() => db.close());
  const writes = new OwnWrites(db);
  const find = db.prepare(
    'SELECT entry.name FROM search_words JOIN search_entry AS entry ON id = search_words.rowid WHERE search_words MATCH ?',
  );
  const at = db.prepare('SELECT name FROM search_span JOIN search_entry USING (id) WHERE search_span.first_port = ?');
  const inUse = db.prepare(
    "SELECT name FROM association WHERE row IN (SELECT rowid FROM association_words(?)) AND status <> 'retired'",
  );
  const check = (words: Readonly<Record<string, readonly string[]>>, ports: Readonly<Record<number, string[]>>) => {
    for (const [word, names] of Object.entries(words)) {
      assert.deepEqual(find.pluck().all(word), names, word);
      assert.deepEqual(inUse.pluck().all(word), names, word);
    }
    for (const [port, names] of Object.entries(ports)) assert.deepEqual(at.pluck().all(port), names, port);
    // It compares the index with the table, and throws where they differ.
    db.exec("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)");
    assert.deepEqual(db.prepare('SELECT * FROM outdated_search_entry').all(), []);
  };

  writes.importRows([row(1, 'anchor', 8001), row(2, 'beacon', 8002), row(3, 'capstan', 8003)], options, COMMAND_LINE);
  check({ anchor: ['anchor'], beacon: ['beacon'] }, { 8001: ['anchor'], 8003: ['capstan'] });

  const dryRun = { ...options, isDryRun: true };
  writes.importRows([row(1, 'davit', 8004)], dryRun, COMMAND_LINE);
  check({ davit: [] }, { 8004: [] });

  const [created] = writes.create([parseOwnEntry({ name: 'davit', firstPort: 8004 })], false, COMMAND_LINE);
  const id = created?.id ?? '';
  check({ davit: ['davit'] }, { 8004: ['davit'] });
  writes.update(id, { name: 'ensign', firstPort: 8005 }, null, false, COMMAND_LINE);
  check({ davit: [], ensign: ['ensign'] }, { 8004: [], 8005: ['ensign'] });
  writes.update(id, { status: 'retired' }, null, false, COMMAND_LINE);
  check({ ensign: [] }, { 8005: [] });
  writes.update(id, { status: 'active' }, null, false, COMMAND_LINE);
  check({ ensign: ['ensign'] }, { 8005: ['ensign'] });
  writes.remove(id, null, COMMAND_LINE);
  check({ ensign: [], anchor: ['anchor'] }, { 8005: [] });
});

test('an import leaves one segment of each full-text index', async (t) => {
  const db = openForReading(await seededDatabase(t));
  t.after(() => db.close());
  for (const index of ['search_words', 'assignment_words', 'association_words']) {
    // The upper bits of an id number the segment of its page; ids of up to 10 belong to the whole index.
    const sql = `SELECT count(DISTINCT id >> 37) FROM ${index}_data WHERE id > 10`;
    assert.equal(db.prepare(sql).pluck().get(), 1, index);
  }
});
