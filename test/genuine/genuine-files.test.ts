import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { contentOf, type DatabaseContent } from '../support/database-content.ts';
import { testFacts } from '../support/facts.ts';
import { EMPTY_CELLS } from '../support/iana-file.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { KNOWN_FILES } from './known-files.ts';

const NEWEST = '2026-04-09';
const LARGEST_RSS_KB = 200 * 1024;
/** Writes the process's largest resident set, in kB, when it ends. */
const PRINT_RSS = 'process.on("exit",()=>console.error("maxRSS",process.resourceUsage().maxRSS))';

const ianaFiles = resolve(process.env.IANA_FILES || 'IANA_FILES is not set');
const dates = globSync('service-names-port-numbers-*.csv', { cwd: ianaFiles })
  .map((name) => name.slice('service-names-port-numbers-'.length, -'.csv'.length))
  .sort();

const pathOf = (date: string) => join(ianaFiles, `service-names-port-numbers-${date}.csv`);
/** The 12 columns, by their names in the database. */
const COLUMNS = Object.keys(EMPTY_CELLS).map((key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

// Fails the whole run: without the files nothing here would be tested.
const missing = Object.keys(KNOWN_FILES).filter((date) => !dates.includes(date));
assert.deepEqual(missing, [], `IANA_FILES must name a folder with the genuine files; these are not in ${ianaFiles}`);

let folder: string;
const contents = new Map<string, DatabaseContent>();
before(() => {
  folder = makeFolder();
});
after(() => removeFolder(folder));

const databaseOf = (date: string) => join(folder, `${date}.db`);

/** Imports a file through the command line, and returns its duration and its memory in words. */
async function importFile(date: string, database: string): Promise<string> {
  const start = performance.now();
  const { code, stdout, stderr } = await runPortolan(['seed', '--iana', pathOf(date)], {
    environment: { DATABASE: database },
    nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(PRINT_RSS)}`],
  });
  const seconds = (performance.now() - start) / 1000;
  assert.deepEqual([code, stdout.startsWith('Imported ')], [0, true], stderr);
  const kilobytes = Number(/^maxRSS (\d+)$/m.exec(stderr)?.[1]);
  assert.ok(kilobytes < LARGEST_RSS_KB, `${kilobytes} kB`);
  return `${stdout.trim()}; whole process ${seconds.toFixed(2)} s, ${(kilobytes / 1024).toFixed(0)} MB`;
}

for (const date of dates) {
  describe(`the file of ${date}`, () => {
    let rows: DatabaseContent['assignment'];
    before(async () => {
      const figures = await importFile(date, databaseOf(date));
      console.log(figures);
      contents.set(date, contentOf(databaseOf(date)));
      rows = contents.get(date)?.assignment ?? [];
    });
    const count = (matches: (row: Readonly<Record<string, unknown>>) => boolean) => rows.filter(matches).length;

    test('is stored unchanged, all 12 columns of all rows', () => {
      const [header, ...records] = parse(readFileSync(pathOf(date))) as string[][];
      assert.equal(header?.length, COLUMNS.length);
      assert.deepEqual(
        rows.map((row) => COLUMNS.map((column) => row[column])),
        records,
      );
    });

    test('has its date, number of rows and sha256', () => {
      const list = contents.get(date)?.list.find(({ name }) => name === 'assignments');
      const { sha256, rows: total } = KNOWN_FILES[date] ?? { sha256: list?.sha256, rows: rows.length };
      assert.deepEqual([list?.date, list?.row_count, list?.sha256, list?.bundled], [date, total, sha256, 0]);
    });

    test('has for each replaced name the new name as its alias', () => {
      const registry = new SqliteRegistry(databaseOf(date));
      const replacements = rows.flatMap((row) => {
        const [, old] = /replacement for\s+"([^"]+)"/.exec(String(row.description)) ?? [];
        return old === undefined
          ? []
          : [{ old, name: row.service_name, port: row.first_port, protocol: row.transport_protocol }];
      });
      const unmatched = replacements.filter(
        ({ old, name, port, protocol }) =>
          !runAllSteps(registry.service(old)).assignments.some(
            (one) => one.aliasOf === name && one.firstPort === port && (one.protocol ?? '') === protocol,
          ),
      );
      registry.close();
      assert.deepEqual(unmatched, []);
      assert.equal(replacements.length, KNOWN_FILES[date]?.aliases ?? replacements.length);
    });

    const known = KNOWN_FILES[date];
    if (known === undefined) return;
    test('has the expected counts', () => {
      const tally = (column: string, among = rows) =>
        Object.fromEntries(
          [...Map.groupBy(among, (row) => String(row[column]))].map(([key, group]) => [key, group.length]),
        );
      const spans = rows
        .filter((row) => row.first_port !== null)
        .map((row) => [Number(row.first_port), Number(row.last_port)] as const);
      const covered = new Set(
        spans.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index)),
      );
      const singles = new Set(rows.map((row) => String(row.port_number)).filter((cell) => /^\d+$/.test(cell)));
      assert.deepEqual(
        {
          sha256: known.sha256,
          rows: rows.length,
          protocols: tally('transport_protocol'),
          nameless: count((row) => row.service_name === ''),
          portless: count((row) => row.port_number === ''),
          ranges: count((row) => String(row.port_number).includes('-')),
          singlePorts: singles.size,
          coveredPorts: covered.size,
          states: tally(
            'state',
            rows.filter((row) => row.service_name === ''),
          ),
          aliases: count((row) => /This entry is an alias to "/.test(String(row.assignment_notes))),
        },
        known,
      );
    });
  });
}

test('the order in which files are imported does not matter', async () => {
  const database = join(folder, 'one-after-another.db');
  for (const date of [...dates].reverse()) {
    await importFile(date, database);
    assert.deepEqual(contentOf(database).assignment, contents.get(date)?.assignment);
  }
});

describe(`facts of the file of ${NEWEST}`, () => {
  let registry: SqliteRegistry;
  before(() => {
    registry = new SqliteRegistry(databaseOf(NEWEST));
  });
  after(() => registry.close());
  testFacts(() => registry);

  test('13 names are recorded as an unassigned but widespread use', () => {
    const recorded = contents
      .get(NEWEST)
      ?.assignment.filter((row) => row.state === 'recorded' && row.service_name !== '');
    assert.deepEqual(
      [recorded?.length, [...new Set(recorded?.map((row) => row.first_port))]],
      [13, [351, 352, 888, 1989, 1992, 3000, 3002]],
    );
  });
});
