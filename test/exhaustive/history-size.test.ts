import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Day, importDay, newDatabase } from '../support/days.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MONTHS = 60;
const ROWS = 14_000;
/** IANA changes about as many in a month: 142 of those of April 2024 were others in April 2026. */
const CHANGED_A_MONTH = 25;
const MOST_GROWTH = 0.3;

const dayOf = (month: number) => new Date(Date.UTC(2021, month, 9)).toISOString().slice(0, 10);

/** Returns the registry in a month; each month changes other rows than the one before. */
function stateOf(month: number): Day {
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    serviceName: `s${index}`,
    portNumber: String(index),
    transportProtocol: 'tcp',
    description: `A service of some company, made for a test, number ${index}`,
    assignee: `[Some_Person_${index % 700}]`,
    contact: `[Some_Person_${index % 700}]`,
    registrationDate: '2008-02',
    modificationDate: '',
  }));
  for (let past = 0; past <= month; past++) {
    for (let count = 0; count < CHANGED_A_MONTH; count++) {
      const row = rows[(past * 131 + count * 457) % ROWS];
      if (row !== undefined) row.modificationDate = dayOf(past);
    }
  }
  return { date: dayOf(month), rows };
}

test('the history grows with changes: sixty monthly imports add less than 30 % to the file', async (t) => {
  const { db } = newDatabase(temporaryFolder(t), 'monthly');
  t.after(() => db.close());
  const pages = (name: string) => Number(db.pragma(name, { simple: true }));
  const size = () => pages('page_count') - pages('freelist_count');
  await importDay(db, stateOf(MONTHS));
  const before = size();
  for (let month = 0; month < MONTHS; month++) await importDay(db, stateOf(month));
  const growth = size() / before - 1;
  console.log(`${MONTHS} snapshots: ${(growth * 100).toFixed(1)} % more`);
  assert.ok(growth > 0 && growth < MOST_GROWTH, `${(growth * 100).toFixed(1)} %`);
  assert.equal(
    db.prepare('SELECT count(*) FROM registry_change WHERE kind IS NOT NULL').pluck().get(),
    MONTHS * CHANGED_A_MONTH,
  );
});
