import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseIana } from '../../src/sources/iana-file.ts';
import { contentOf } from '../support/database-content.ts';
import { ianaXmlOf } from '../support/iana-xml.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { KNOWN_FILES } from './known-files.ts';

const ianaFiles = resolve(process.env.IANA_FILES || 'IANA_FILES is not set');

for (const date of Object.keys(KNOWN_FILES)) {
  test(`the rows of ${date} are the same in XML and in IANA's CSV`, async (t) => {
    const name = `service-names-port-numbers-${date}.csv`;
    const bytes = readFileSync(join(ianaFiles, name));
    const rows = (await Array.fromAsync(parseIana({ name, bytes }).rows)).map(({ cells }) => cells);
    const folder = temporaryFolder(t);
    const xml = join(folder, 'iana.xml');
    writeFileSync(xml, ianaXmlOf(rows, date));
    const databases = { xml: join(folder, 'xml.db'), csv: join(folder, 'csv.db') };
    for (const [form, file] of [
      ['xml', xml],
      ['csv', join(ianaFiles, name)],
    ] as const) {
      await putSeededDatabase(databases[form]);
      const { code, stderr } = await runPortolan(['seed', '--iana', file], {
        environment: { DATABASE: databases[form] },
      });
      assert.equal(code, 0, stderr);
    }
    const [fromXml, fromCsv] = [contentOf(databases.xml), contentOf(databases.csv)];
    assert.deepEqual(fromXml.assignment, fromCsv.assignment);
    assert.equal(fromXml.list.find((list) => list.name === 'assignments')?.date, date);
  });
}
