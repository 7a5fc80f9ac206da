import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import type { OwnRow } from '../../src/registry/own/own-import.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { Decider } from '../../src/sqlite/replay/decide.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const ENTRIES = 10_000;

/** The most CPU time of a decision, as a multiple of that of the write. With a savepoint, it was 6. */
const MOST = 3;

function rowsWith(note: string): OwnRow[] {
  return Array.from({ length: ENTRIES }, (_, index) => {
    const entry = parseOwnEntry({ name: `entry-${index}`, firstPort: index, note });
    return { line: index + 2, id: null, entry, given: ['name', 'note'] };
  });
}

/** Returns the CPU time of this process that an action takes, in milliseconds. */
function cpuOf(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test(`an import of ${ENTRIES} changes is decided in the time in which it is written`, async (t) => {
  const db = openForOwnWrites(await seededDatabase(t));
  t.after(() => db.close());
  const writes = new OwnWrites(db);
  const write = (note: string, isDryRun = false) =>
    writes.importRows(rowsWith(note), { isDryRun, scope: null, largestReport: Number.POSITIVE_INFINITY }, COMMAND_LINE);
  write('first');
  const written = cpuOf(() => write('second'));
  const decider = new Decider(db);
  const decided = cpuOf(() => {
    const { value, rows } = decider.decide(() => write('third'));
    assert.deepEqual([value.counts.changed, rows.length], [ENTRIES, ENTRIES]);
  });
  const dry = cpuOf(() => {
    const { value, rows } = decider.decide(() => write('third', true));
    assert.deepEqual([value.counts.changed, rows.length], [ENTRIES, 0]);
  });
  t.diagnostic(`written in ${Math.round(written)} ms, decided in ${Math.round(decided)} and ${Math.round(dry)} ms`);
  assert.ok(decided < MOST * written && dry < MOST * written, `${written} ms, ${decided} ms, ${dry} ms`);
  assert.equal(write('second').counts.unchanged, ENTRIES);
});
