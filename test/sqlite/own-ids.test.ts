import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Creates an empty database, and a writer of own entries. */
function setUp(t: TestContext) {
  const db = openEmptyDatabase(join(temporaryFolder(t), 'portolan.db'));
  t.after(() => db.close());
  return { db, writes: new OwnWrites(db) };
}

/** Replaces the random source of ids: it returns these numbers, one per call. */
function draw(t: TestContext, ...numbers: readonly number[]): void {
  const left = [...numbers];
  const next = (): ReturnType<typeof crypto.randomUUID> => {
    const number = left.shift() ?? assert.fail('more numbers were drawn');
    return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  };
  const { mock } = t.mock.method(crypto, 'randomUUID', next);
  syncBuiltinESMExports();
  t.after(() => {
    mock.restore();
    syncBuiltinESMExports();
  });
}

const entry = parseOwnEntry({ name: 'tide tables', firstPort: 8124 });

test('the id of an own entry is never reused, not even after it is deleted', (t) => {
  const { writes } = setUp(t);
  draw(t, 0xa, 0xa, 0xb, 0xa, 0xb, 0xc);
  const idOf = () => writes.create([entry], false, COMMAND_LINE)[0]?.id ?? '';
  const ids = [idOf(), idOf()];
  for (const id of ids) writes.remove(id, null, COMMAND_LINE);
  ids.push(idOf());
  assert.deepEqual(ids, ['own-00000000000a', 'own-00000000000b', 'own-00000000000c']);
});

test('importing the id of a deleted entry does not restore the entry', (t) => {
  const { writes } = setUp(t);
  const [before] = writes.create([entry], false, COMMAND_LINE);
  const id = before?.id ?? '';
  writes.remove(id, null, COMMAND_LINE);
  const row = { line: 2, id, entry, given: ['name', 'firstPort'] } as const;
  const options = { isDryRun: false, scope: null, largestReport: 10_000 };
  const [step] = writes.importRows([row], options, COMMAND_LINE).steps;
  assert.equal(step?.action, 'added');
  assert.match(step.entry.id ?? '', /^own-[0-9a-f]{12}$/);
  assert.notEqual(step.entry.id, id);
});
