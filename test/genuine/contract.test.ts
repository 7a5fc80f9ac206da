import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importIntoHistory } from '../../src/cli/actions/seed.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { request } from '../support/contract.ts';
import { createTestApp } from '../support/registry.ts';
import { parseServices } from '../support/services-file.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { sourceOf } from '../support/write-source.ts';
import { KNOWN_FILES } from './known-files.ts';

const ianaFiles = resolve(process.env.IANA_FILES || 'IANA_FILES is not set');
const DATES = Object.keys(KNOWN_FILES).sort();
/** Names of files up to 2025 that are longer than RFC 6335 allows. */
const LONG_NAMES = [
  [3283, 'Apple Remote Desktop (Net Assistant)'],
  [3679, 'Escale (Newton Dock)'],
] as const;

/** Imports files one after the other into a new database. */
async function importAll(database: string, dates: readonly string[]): Promise<string> {
  const { log, error } = console;
  Object.assign(console, { log: () => {}, error: () => {} });
  try {
    for (const date of dates) {
      await importIntoHistory(sourceOf(database), {
        iana: join(ianaFiles, `service-names-port-numbers-${date}.csv`),
        date,
      });
    }
  } finally {
    Object.assign(console, { log, error });
  }
  return database;
}

let folder: string;
before(() => {
  folder = makeFolder();
});
after(() => removeFolder(folder));

async function serve(name: string, dates: readonly string[]) {
  const registry = new SqliteRegistry(await importAll(join(folder, name), dates));
  after(() => registry.close());
  return createTestApp(registry);
}

/** Requests all pages of a list; each response is checked against the contract. */
async function readAll(app: Awaited<ReturnType<typeof serve>>, path: string): Promise<number> {
  let rows = 0;
  for (let next: string | null = path; next !== null; ) {
    const { status, body }: { status: number; body: { results: unknown[]; next: string | null } } =
      await request(app).get(next);
    assert.equal(status, 200, next);
    rows += body.results.length;
    next = body.next?.replace(/^https?:\/\/[^/]+/, '') ?? null;
  }
  return rows;
}

describe('responses from genuine files follow the contract', () => {
  for (const date of DATES) {
    test(`every row of ${date}`, async () => {
      const app = await serve(`${date}.db`, [date]);
      assert.equal(await readAll(app, '/assignments?limit=1000'), KNOWN_FILES[date]?.rows);
    });
  }

  test('every change, and each form of a port and service as of a past day', async () => {
    const app = await serve('all.db', DATES);
    assert.ok((await readAll(app, '/registry/changes?limit=1000')) > 1000);
    for (const [port, name] of LONG_NAMES) {
      for (const format of ['json', 'text', 'csv']) {
        for (const path of [`/ports/${port}`, `/services/${encodeURIComponent(name)}`]) {
          const { status, text } = await request(app).get(`${path}?asOf=2024-12-31&format=${format}`);
          assert.deepEqual([status, text.includes(name)], [200, true], path);
        }
      }
    }
  });

  test('exports of names have the number of omitted names', async () => {
    const app = await serve('old.db', ['2024-04-30']);
    for (const path of ['/export/services', '/export/nmap-services']) {
      const { text } = await request(app).get(path);
      const [first, second = ''] = text.split('\n');
      assert.equal(first, '# Left out: 4 names that hold a blank, a control character or #; /export/csv has all names');
      assert.match(second, /^tcpmux\s+1\/tcp\t/);
    }
    const services = parseServices((await request(app).get('/export/services')).text);
    assert.deepEqual([services.get('3283/tcp'), services.get('3679/udp')], [undefined, undefined]);
    const csv = (await request(app).get('/export/csv')).text;
    const dictionary = (await request(app).get('/export/logstash')).text;
    for (const [port, name] of LONG_NAMES) {
      assert.ok(csv.includes(`\n${name},${port},tcp,`));
      assert.ok(dictionary.includes(`"${port}/tcp": ${JSON.stringify(name)}\n`));
    }
  });
});
