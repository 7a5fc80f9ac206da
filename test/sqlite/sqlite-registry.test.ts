import assert from 'node:assert/strict';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { STEP_CHARACTERS } from '../../src/registry/report-source.ts';
import { ANY_ROW } from '../../src/registry/search/search-result.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { parseIanaCsv } from '../../src/sources/iana-csv.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { migrate } from '../../src/sqlite/file/migrate.ts';
import { importList } from '../../src/sqlite/import/imports.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { openEmptyDatabase } from '../support/empty-database.ts';
import { ianaFileOf } from '../support/iana-file.ts';
import { fc } from '../support/properties.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Rows = Parameters<typeof ianaFileOf>[0];

/** Creates a database with only these official rows. */
async function makeDatabase(path: string, rows: Rows, date = '2026-04-09'): Promise<void> {
  const db = openEmptyDatabase(path);
  const list = { list: 'assignments', origin: 'iana', source: 'test.csv', date, sha256: date, bundled: false } as const;
  await importList(db, list, parseIanaCsv({ name: 'test.csv', bytes: ianaFileOf(rows) }), 0);
  db.close();
}

/** Returns a registry of these official rows. */
async function registryOf(t: TestContext, rows: Rows): Promise<SqliteRegistry> {
  const path = join(temporaryFolder(t), 'portolan.db');
  await makeDatabase(path, rows);
  const registry = new SqliteRegistry(path);
  t.after(() => registry.close());
  return registry;
}

describe('the rows of a port', () => {
  test('are the same if those of 64 ports are read together, which excludes own entries', async (t) => {
    const DATABASE = await seededDatabase(t);
    executeSql(DATABASE, ownUse('000000000001', 8080, 8085, null));
    const registries = [true, false].map((cachesReports) => new SqliteRegistry(DATABASE, [], { cachesReports }));
    t.after(() => registries.map((registry) => registry.close()));
    const [together, alone] = registries as [SqliteRegistry, SqliteRegistry];
    for (const first of [0, 2048, 8000, 49_000, 65_000]) {
      for (const port of [...Array(512).keys()].reverse().map((place) => first + place)) {
        assert.deepEqual(together.port(port, null), alone.port(port, null));
      }
    }
  });

  test('show the version that was read last, also within its age', async (t) => {
    const DATABASE = await seededDatabase(t);
    const registry = new SqliteRegistry(DATABASE);
    t.after(() => registry.close());
    const usesAt = (port: number) =>
      registry.sharedReports([{ firstPort: port, lastPort: port, protocol: null }])[0]?.associations.length;
    const now = performance.now();
    // Stands still, so that no version grows old.
    t.mock.method(performance, 'now', () => now);
    const before = [usesAt(1), usesAt(1)];
    executeSql(DATABASE, ownUse('000000000001', 1, 1, null));
    // The response cache reads the version, and stores responses under it.
    registry.version();
    assert.deepEqual([...before, usesAt(1)], [0, 0, 1]);
  });

  test('are read in a step with those of few other ports that are not in memory', async (t) => {
    const registry = new SqliteRegistry(await seededDatabase(t), []);
    t.after(() => registry.close());
    const queries = [...Array(128).keys()].map((block) => {
      return { firstPort: block * 64, lastPort: block * 64, protocol: null };
    });
    const counts: number[] = [];
    for (let done = 0; done < queries.length; done += counts.at(-1) ?? 0)
      counts.push(registry.sharedReports(queries.slice(done), null, undefined, STEP_CHARACTERS).length);
    assert.ok(Math.max(...counts) <= 32, String(counts));
    assert.equal(registry.sharedReports(queries, null, undefined, STEP_CHARACTERS).length, queries.length);
  });

  test('are found by number and by range, both ends included', async (t) => {
    const registry = await registryOf(t, [
      { serviceName: 'x11', portNumber: '6000-6063', transportProtocol: 'tcp' },
      { serviceName: 'one', portNumber: '6010', transportProtocol: 'udp' },
      { serviceName: 'all', portNumber: '0-65535' },
      { serviceName: 'portless', transportProtocol: 'tcp' },
    ]);
    const namesAt = (port: number) => registry.port(port, null).assignments.map(({ serviceName }) => serviceName);
    assert.deepEqual([0, 5999, 6000, 6010, 6063, 6064, 65535].map(namesAt), [
      ['all'],
      ['all'],
      ['x11', 'all'],
      ['one', 'x11', 'all'],
      ['x11', 'all'],
      ['all'],
      ['all'],
    ]);
  });

  test('are those whose ports contain it, for any ranges', async (t) => {
    const port = fc.oneof(
      fc.integer({ min: 0, max: 65535 }),
      fc.integer({ min: 100, max: 120 }),
      fc.constantFrom(0, 65535),
    );
    const span = fc.tuple(port, port).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    await fc.assert(
      fc.asyncProperty(fc.array(span, { maxLength: 12 }), fc.array(port, { maxLength: 12 }), async (spans, asked) => {
        const path = join(temporaryFolder(t), 'portolan.db');
        const named = spans.map(([first, last], index) => ({
          serviceName: `s${index}`,
          portNumber: `${first}-${last}`,
        }));
        await makeDatabase(path, named);
        const registry = new SqliteRegistry(path);
        for (const number of [...asked, ...spans.flat()]) {
          const found = registry.port(number, null).assignments.map(({ serviceName }) => serviceName);
          const expected = named.filter(
            (_, index) => (spans[index]?.[0] ?? 0) <= number && number <= (spans[index]?.[1] ?? 0),
          );
          assert.deepEqual(found.sort(), expected.map(({ serviceName }) => serviceName).sort());
        }
        registry.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('a service', () => {
  const rows: Rows = [
    { serviceName: 'ssh', transportProtocol: 'tcp' },
    { serviceName: 'SSH', portNumber: '22', transportProtocol: 'udp' },
    { serviceName: 'ssh', portNumber: '22', transportProtocol: 'tcp' },
    { serviceName: 'cl/1', portNumber: '172' },
    { portNumber: '99', description: 'Reserved' },
  ];

  test('is found in any letter case: rows in order of port, then those without a port', async (t) => {
    const registry = await registryOf(t, rows);
    const { name, assignments } = runAllSteps(registry.service('sSh'));
    assert.deepEqual(
      assignments.map((row) => [row.serviceName, row.firstPort, row.protocol]),
      [
        ['ssh', 22, 'tcp'],
        ['SSH', 22, 'udp'],
        ['ssh', null, 'tcp'],
      ],
    );
    assert.equal(name, 'ssh');
    assert.equal(runAllSteps(registry.service('CL/1')).name, 'cl/1');
  });

  test('that does not exist is an error with the nearest names', async (t) => {
    const registry = await registryOf(t, [{ serviceName: 'ssh' }, { serviceName: 'shell' }, { serviceName: 'http' }]);
    const cases = [
      ['sshh', ['ssh']],
      ['', []],
      ['%', []],
      ["' OR 1=1 --", []],
    ] as const;
    for (const [name, suggestions] of cases) {
      const message = `Cannot find service ${JSON.stringify(name)}: no such service name`;
      assert.throws(
        () => runAllSteps(registry.service(name)),
        new RegistryError('not_found', message, { suggestions }),
      );
    }
  });
});

describe('the nearest names', () => {
  test('are at most five, for a service and for a search', async (t) => {
    const names = ['tide1', 'tide2', 'tide3', 'tide4', 'tide5', 'tide6'];
    const registry = await registryOf(
      t,
      names.map((serviceName) => ({ serviceName })),
    );
    const expected = names.slice(0, 5);
    assert.throws(() => runAllSteps(registry.service('tide0')), { code: 'not_found', suggestions: expected });
    const { suggestions } = registry.search('tide0', ANY_ROW, { limit: 1, offset: 0 });
    assert.deepEqual(suggestions, expected);
  });

  test('include entries written since the last query', async (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    await makeDatabase(path, [{ serviceName: 'http' }]);
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const nearest = () => registry.search('bilings', ANY_ROW, { limit: 1, offset: 0 }).suggestions;
    assert.deepEqual(nearest(), []);
    executeSql(path, ownUse('000000000001', 9, 9, null));
    assert.deepEqual(nearest(), ['billing']);
    executeSql(path, "DELETE FROM association WHERE id = 'own-000000000001'");
    assert.deepEqual(nearest(), []);
  });
});

describe('the database file of the registry', () => {
  test('may be missing or empty, and be created later', async (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    const says = (message: string) => {
      const error = new RegistryError('unavailable', message);
      for (const question of [() => registry.check(), () => registry.info(), () => registry.port(80, null)])
        assert.throws(question, error);
    };
    says('The database is missing: start Portolan again or run its seed command to create a new one');
    const db = openForWriting(path);
    migrate(db);
    db.close();
    says('No registry is loaded yet: run the seed command');
    await makeDatabase(path, [{ serviceName: 'http', portNumber: '80' }]);
    registry.check();
    assert.equal(registry.port(80, null).assignments[0]?.serviceName, 'http');
  });

  test('is opened again when it is replaced', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'portolan.db');
    await makeDatabase(path, [], '2020-01-01');
    copyFileSync(path, join(folder, 'other.db'));
    executeSql(join(folder, 'other.db'), "UPDATE list SET date = '2021-01-01'");
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    assert.equal(registry.info().date, '2020-01-01');
    renameSync(join(folder, 'other.db'), path);
    registry.check();
    assert.equal(registry.info().date, '2021-01-01');
    rmSync(path);
    assert.throws(() => registry.check(), { code: 'unavailable' });
  });

  test('is checked once a second, so that later queries use the new file', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'portolan.db');
    await makeDatabase(path, [], '2020-01-01');
    await makeDatabase(join(folder, 'other.db'), [], '2021-01-01');
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    let now = performance.now();
    t.mock.method(performance, 'now', () => now);
    assert.equal(registry.info().date, '2020-01-01');
    renameSync(join(folder, 'other.db'), path);
    now += 1_000.1;
    assert.equal(registry.info().date, '2021-01-01');
  });

  test('shows an import to an open registry', async (t) => {
    const path = join(temporaryFolder(t), 'portolan.db');
    await makeDatabase(path, [], '2020-01-01');
    const registry = new SqliteRegistry(path);
    t.after(() => registry.close());
    assert.equal(registry.port(1, null).registry.date, '2020-01-01');
    await makeDatabase(path, [{ serviceName: 'tcpmux', portNumber: '1' }], '2021-01-01');
    assert.deepEqual(
      [registry.port(1, null).registry.date, registry.port(1, null).assignments.length],
      ['2021-01-01', 1],
    );
  });
});
