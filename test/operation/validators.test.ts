import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import request from 'supertest';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { prepareDatabase, withDatabase } from '../../src/cli/actions/prepare.ts';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import { READERS } from '../../src/sources/list-readers.ts';
import { importList } from '../../src/sqlite/import/imports.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { createTestApp } from '../support/registry.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The paths to request before and after an import: one of each kind of answer, and ports of all ranges. */
const PATHS = [
  ...[0, 22, 79, 80, 81, 82, 443, 6667, 8080, 49151, 49152, 60257, 65535].flatMap((port) => [
    `/ports/${port}`,
    `/ports/${port}/udp?format=text`,
    `/ports/${port}?format=csv`,
  ]),
  '/ports?ports=78-80',
  '/ports?ports=80-82',
  '/services/ssh',
  '/services/NGINX%20Proxy%20Manager%20administration',
  '/search?q=ssh',
  '/search?q=nginx',
  '/assignments?q=ssh',
  '/associations?port=80',
  '/associations?port=81',
  '/associations/nginx-proxy-manager-admin',
  '/associations/xsan-filesystem-access',
  '/ranges',
  '/ephemeral-ranges',
  '/registry',
  '/chart.bin',
  '/export/services',
  '/export/services?origin=iana,informal',
  '/export/nmap-services',
  '/export/logstash?origin=informal',
  '/export/csv',
  '/export/ndjson',
  '/graphql?query={port(number:81){associations{note}}}',
  '/graphql?query={port(number:80){associations{note}}}',
];

/** The date of a changed list. */
const NEXT_DAY = '2027-01-01';

const OF_PORT_81 = ['/ports/81', '/ports?ports=80-82', '/associations?port=81'];
const OF_PROXY = ['/services/NGINX%20Proxy%20Manager%20administration', '/associations/nginx-proxy-manager-admin'];

async function startProduct(t: TestContext, seed: (path: string) => Promise<unknown> = putSeededDatabase) {
  const database = join(temporaryFolder(t), 'portolan.db');
  await seed(database);
  const registry = new SqliteRegistry(database);
  t.after(() => registry.close());
  const app = await createTestApp(registry);
  /** Requests the body and validator of every path. */
  const requestAll = async () => {
    const answers = new Map<string, { etag: string; body: string }>();
    for (const path of PATHS) {
      const response = await request(app).get(path).buffer(true);
      assert.equal(response.status, 200, path);
      answers.set(path, { etag: response.get('ETag') ?? '', body: response.text ?? String(response.body) });
    }
    return answers;
  };
  /** Imports a bundled list with one text replaced, and returns the paths whose validators have changed. */
  const changedBy = async (list: 'assignments' | 'associations', from: string, to: string): Promise<string[]> => {
    const before = await requestAll();
    const known = bundledLists()[list];
    const text = readFileSync(new URL(known.file, DATA_FOLDER), 'utf8');
    assert.equal(text.split(from).length, 2, `${from} does not stand once in ${known.file}`);
    const file = { name: 'changed.csv', bytes: Buffer.from(text.replace(from, to)) };
    const { origin } = known;
    const fresh = { list, origin, source: file.name, date: NEXT_DAY, sha256: sha256(file.bytes), bundled: false };
    await withDatabase(database, (db) => importList(db, fresh, READERS[list](file) as never, 1));
    const after = await requestAll();
    const changed = PATHS.filter((path) => before.get(path)?.etag !== after.get(path)?.etag);
    const different = PATHS.filter((path) => before.get(path)?.body !== after.get(path)?.body);
    // The validator of an export depends on its lists: it may change although the file does not.
    const isExport = (path: string) => path.startsWith('/export/');
    const unfounded = changed.filter((path) => !different.includes(path) && !isExport(path));
    assert.deepEqual(unfounded, [], 'validators changed and their answers did not');
    const missed = different.filter((path) => !changed.includes(path));
    assert.deepEqual(missed, [], 'answers changed and their validators did not');
    return changed;
  };
  return { database, requestAll, changedBy };
}

test('an import of informal uses changes only the validators of the changed ports', async (t) => {
  const { changedBy } = await startProduct(t);
  const changed = await changedBy(
    'associations',
    '2,,Nginx Proxy Manager: Guide',
    '2,A note.,Nginx Proxy Manager: Guide',
  );
  const expected = [
    ...OF_PORT_81,
    ...OF_PROXY,
    '/search?q=nginx',
    '/registry',
    // The validator of an export depends on its lists, one of which has changed.
    '/export/services?origin=iana,informal',
    '/export/logstash?origin=informal',
    '/export/ndjson',
    '/graphql?query={port(number:81){associations{note}}}',
  ];
  assert.deepEqual(changed.sort(), expected.sort());
});

test('an import of the official rows changes only the validators of answers with its date or its rows', async (t) => {
  const { changedBy } = await startProduct(t);
  const changed = await changedBy(
    'assignments',
    'ssh,22,tcp,The Secure Shell (SSH) Protocol',
    'ssh,22,tcp,Secure Shell',
  );
  const dated = PATHS.filter((path) => path.startsWith('/ports') && !path.endsWith('=csv'));
  const ofSsh = ['/ports/22?format=csv', '/services/ssh', '/search?q=ssh', '/assignments?q=ssh'];
  const ofOfficialNames = ['services', 'services?origin=iana,informal', 'nmap-services', 'csv', 'ndjson'];
  const expected = [...dated, ...ofSsh, '/registry', ...ofOfficialNames.map((name) => `/export/${name}`)];
  assert.deepEqual(changed.sort(), expected.sort());
});

test('an import of the loaded lists changes no validator', async (t) => {
  const { database, requestAll } = await startProduct(t);
  const before = await requestAll();
  await prepareDatabase(database);
  assert.deepEqual(await requestAll(), before);
});

test('ports that differ only in the number have different validators', async (t) => {
  const database = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(database);
  const registry = new SqliteRegistry(database);
  t.after(() => registry.close());
  const app = await createTestApp(registry);
  const ports = [49152, 60256, 60257, 60258, 65535];
  const tags = new Set<string>();
  for (const port of ports) {
    const tag = (await request(app).get(`/ports/${port}`)).get('ETag') ?? '';
    // A weak validator, as the response may have several content codings.
    assert.match(tag, /^W\/"[^"]+"$/);
    tags.add(tag);
    await request(app).get(`/ports/${port}`).set('If-None-Match', tag).expect(304);
    await request(app).head(`/ports/${port}`).expect('ETag', tag);
  }
  assert.equal(tags.size, ports.length);
  for (const tag of tags) await request(app).get('/ports/60259').set('If-None-Match', tag).expect(200);
});

test('two servers with equal data, imported at different times, send equal validators', async (t) => {
  const [first, second] = [await startProduct(t), await startProduct(t, prepareDatabase)];
  const [one, other] = [await first.requestAll(), await second.requestAll()];
  const different = PATHS.filter((path) => one.get(path)?.etag !== other.get(path)?.etag);
  // The only resource that has the time of the import.
  assert.deepEqual(different, ['/registry']);
});
