import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { EXPORTS } from '../../src/render/export-files.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { INFORMAL_ROWS, OFFICIAL_ROWS } from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { ianaFile } from '../support/iana-file.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { createTestApp, useProduct } from '../support/registry.ts';
import { namedPorts, parseServices } from '../support/services-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const product = useProduct();

async function download(path: string): Promise<string> {
  const { status, text } = await request(product.app).get(path);
  assert.equal(status, 200);
  return text;
}

test('logstash is YAML with the same names', async () => {
  const services = parseServices(await download('/export/services'));
  // The library takes 5 s to find repeated keys: the lines are counted instead.
  const text = await download('/export/logstash');
  const dictionary = parseYaml(text, { uniqueKeys: false });
  assert.equal(text.split('\n').length - 1, services.size);
  assert.equal(dictionary['443/tcp'], 'https');
  assert.deepEqual(dictionary, Object.fromEntries([...services].map(([place, { name }]) => [place, name])));
});

test('ndjson has the whole report of every port with a name', async () => {
  for (const [origin, rows] of [
    ['iana', OFFICIAL_ROWS],
    ['informal', INFORMAL_ROWS],
  ] as const) {
    const lines = (await download(`/export/ndjson?origin=${origin}`)).split('\n').slice(0, -1);
    const ports = [...new Set(namedPorts(rows).map((place) => Number(place.split('/')[0])))].sort((a, b) => a - b);
    assert.deepEqual(
      lines,
      ports.map((port) => JSON.stringify(product.registry.port(port, null))),
    );
  }
});

describe('csv', () => {
  test('is byte for byte the imported file', async () => {
    const file = readFileSync(new URL(bundledLists().assignments.file, DATA_FOLDER));
    const text = await download('/export/csv');
    assert.ok(file.equals(Buffer.from(text)));
  });

  test('keeps any cell; other formats leave out what they cannot represent', async (t) => {
    const file = ianaFile(10_000, {
      1: { serviceName: '=1+1', description: 'a "quoted" cell, with a comma' },
      2: { serviceName: 'a b', description: ' two\nlines\r\nand a third # hash ' },
      3: { serviceName: 'evil\n1/tcp', description: '\u2028\u001b[31m' },
      4: { serviceName: '#no', assignmentNotes: '\n' },
      5: { serviceName: 'ü"\\', description: "+cmd|' /C calc'!A0" },
    });
    const database = join(temporaryFolder(t), 'portolan.db');
    const { code } = await runPortolan(['seed', '--iana', '-'], { input: file, environment: { DATABASE: database } });
    assert.equal(code, 0);
    const registry = new SqliteRegistry(database);
    t.after(() => registry.close());
    const app = await createTestApp(registry);
    assert.ok(file.equals(Buffer.from((await request(app).get('/export/csv')).text)));
    const { text } = await request(app).get('/export/services');
    const head = '# Left out: 3 names that hold a blank, a control character or #; /export/csv has all names';
    assert.equal(text.split('\n')[0], head);
    const services = parseServices(text);
    const places = ['1/tcp', '2/tcp', '3/tcp', '4/tcp', '5/tcp'];
    const names = places.map((place) => services.get(place)?.name);
    assert.deepEqual(names, ['=1+1', undefined, undefined, undefined, 'ü"\\']);
    const nmap = (await request(app).get('/export/nmap-services')).text.split('\n');
    const calc = "+cmd|' /C calc'!A0";
    assert.deepEqual(nmap.slice(0, 3), [
      head,
      '=1+1\t1/tcp\t# a "quoted" cell, with a comma',
      `ü"\\\t5/tcp\t# ${calc}`,
    ]);
    const dictionary = parseYaml((await request(app).get('/export/logstash')).text, { uniqueKeys: false });
    assert.deepEqual([dictionary['3/tcp'], dictionary['5/tcp']], ['evil\n1/tcp', 'ü"\\']);
  });
});

describe('every export', () => {
  for (const { path, mediaType, fileName } of EXPORTS) {
    test(`${path} has an ETag and a file name, and no body for HEAD and 304`, async () => {
      const get = await request(product.app).get(path);
      const { etag = '' } = get.headers;
      assert.equal(get.type, mediaType);
      assert.ok(
        [`attachment; filename=${fileName}`, `attachment; filename="${fileName}"`].includes(
          get.headers['content-disposition'] ?? '',
        ),
      );
      const same = await request(product.app).get(path).set('If-None-Match', etag);
      assert.deepEqual([same.status, same.text, same.headers.etag], [304, '', etag]);
      assert.equal((await request(product.app).head(path).set('If-None-Match', '"other"')).status, 200);
      const head = await request(product.app).head(path);
      assert.deepEqual([head.status, head.text, head.headers.etag, head.type], [200, undefined, etag, mediaType]);
      assert.equal((await request(product.app).get(path).set('Accept', 'text/html')).status, 406);
      assert.equal((await request(product.app).head(path).set('Accept', `${mediaType};q=0.5, text/html`)).status, 200);
    });
  }

  test('has a different ETag for other origins', async () => {
    const tags = ['iana', 'informal', 'own', 'iana,informal', 'iana,informal,own'].map(
      async (origin) => (await request(product.app).head(`/export/services?origin=${origin}`)).headers.etag,
    );
    assert.equal(new Set(await Promise.all(tags)).size, 5);
  });
});
