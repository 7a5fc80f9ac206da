import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importIntoHistory } from '../../src/cli/actions/seed.ts';
import { ANY_CHANGE } from '../../src/registry/history/history.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { sourceOf } from '../support/write-source.ts';

const DATES = ['2014-07-09', '2020-07-14', '2024-04-30', '2026-04-09'];
const ianaFiles = resolve(process.env.IANA_FILES || 'IANA_FILES is not set');
const LARGEST = { limit: 100_000, offset: 0 };

/** Returns all permutations of a list. */
function ordersOf<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((first) => ordersOf(things.filter((other) => other !== first)).map((rest) => [first, ...rest]));
}

let folder: string;
before(() => {
  folder = makeFolder();
});
after(() => removeFolder(folder));

const databaseOf = (order: readonly string[]) => join(folder, `${order.join('+')}.db`);

/** Imports files one after the other. Starts from the database of a common prefix. */
async function importAll(order: readonly string[]): Promise<string> {
  const database = databaseOf(order);
  const [date = '', before] = [order.at(-1), order.slice(0, -1)];
  if (before.length > 0) copyFileSync(databaseOf(before), database);
  const { log, error } = console;
  Object.assign(console, { log: () => {}, error: () => {} });
  try {
    await importIntoHistory(sourceOf(database), {
      iana: join(ianaFiles, `service-names-port-numbers-${date}.csv`),
      date,
    });
  } finally {
    Object.assign(console, { log, error });
  }
  return database;
}

function historyOf(database: string) {
  const registry = new SqliteRegistry(database);
  try {
    const snapshots = registry.snapshots(LARGEST).results.map(({ importedAt: _, ...known }) => known);
    return { snapshots, changes: registry.changes(ANY_CHANGE, LARGEST) };
  } finally {
    registry.close();
  }
}

describe('the four years', () => {
  test('give the same history in each of 24 orders', async () => {
    const histories: ReturnType<typeof historyOf>[] = [];
    const orders = ordersOf(DATES);
    for (const length of [1, 2, 3, 4]) {
      const beginnings = new Set(orders.map((order) => order.slice(0, length).join('+')));
      for (const beginning of beginnings) {
        const database = await importAll(beginning.split('+'));
        if (length === DATES.length) histories.push(historyOf(database));
      }
    }
    const [first, ...others] = histories;
    assert.equal(others.length, 23);
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(
      first?.snapshots.map(({ date, current, comparedWith, changes }) => ({ date, current, comparedWith, ...changes })),
      [
        {
          ...{ date: '2026-04-09', current: true, comparedWith: '2024-04-30' },
          ...{ added: 58, removed: 0, changed: 62, renamed: 10, deregistered: 10, replaced: 2 },
        },
        {
          ...{ date: '2024-04-30', current: false, comparedWith: '2020-07-14' },
          ...{ added: 195, removed: 0, changed: 123, renamed: 16, deregistered: 10, replaced: 4 },
        },
        {
          ...{ date: '2020-07-14', current: false, comparedWith: '2014-07-09' },
          ...{ added: 638, removed: 0, changed: 199, renamed: 26, deregistered: 19, replaced: 11 },
        },
        {
          ...{ date: '2014-07-09', current: false, comparedWith: null },
          ...{ added: 0, removed: 0, changed: 0, renamed: 0, deregistered: 0, replaced: 0 },
        },
      ],
    );
  });

  test('have, as of each day, each port and name as if only the file of that day had been imported', () => {
    const whole = new SqliteRegistry(databaseOf(DATES));
    const back = new SqliteRegistry(databaseOf(DATES.toReversed()));
    try {
      for (const date of DATES) {
        const alone = new SqliteRegistry(databaseOf([date]));
        const names = new Set<string>();
        for (let port = 0; port <= 49_152; port += 23) {
          const { registry: _, ...expected } = alone.port(port, null);
          for (const one of [whole, back]) {
            const { registry, ...report } = one.port(port, null, date);
            assert.deepEqual([registry.date, report], [date, expected]);
          }
          for (const { serviceName } of expected.assignments) if (serviceName !== null) names.add(serviceName);
        }
        for (const name of names) {
          assert.deepEqual(runAllSteps(whole.service(name, date)), {
            ...runAllSteps(alone.service(name)),
            retired: [],
          });
        }
        alone.close();
      }
    } finally {
      whole.close();
      back.close();
    }
  });

  test('tell what happened to names', () => {
    const registry = new SqliteRegistry(databaseOf(DATES));
    try {
      const changesOf = (name: string) =>
        runAllSteps(registry.service(name)).retired.map(({ date, kind, firstPort, protocol, after }) => {
          return `${date} ${kind} ${firstPort}/${protocol} ${after?.serviceName ?? after?.description ?? '-'}`;
        });
      assert.deepEqual(changesOf('netconf-beep'), [
        '2026-04-09 deregistered 831/tcp Reserved',
        '2026-04-09 deregistered 831/udp Reserved',
      ]);
      assert.deepEqual(changesOf('pando-pub'), [
        '2024-04-30 replaced 7680/tcp ms-do',
        '2024-04-30 replaced 7680/udp ms-do',
      ]);
      assert.deepEqual(changesOf('sai_sentlm'), ['2020-07-14 replaced 2640/tcp -', '2020-07-14 replaced 2640/udp -']);
      // The company has another name, its contact is the same person.
      assert.deepEqual(changesOf('fox-skytale').slice(0, 1), ['2026-04-09 renamed 4319/tcp skytale']);
      assert.deepEqual(changesOf('ssh'), []);
      assert.deepEqual(changesOf('Apple Remote Desktop (Net Assistant)').slice(0, 1), [
        '2026-04-09 renamed 3283/tcp net-assistant',
      ]);
    } finally {
      registry.close();
    }
  });
});
