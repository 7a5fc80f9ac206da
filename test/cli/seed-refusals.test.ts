import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { LARGEST_SOURCE } from '../../src/sources/open-source.ts';
import { contentOf, type DatabaseContent } from '../support/database-content.ts';
import { startHttp } from '../support/http-server.ts';
import { csvBytes, IANA_HEADER, ianaFile } from '../support/iana-file.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const FILE = ianaFile(200);

/** Creates a file of 200 rows with given cells in the last row, on line 201. */
function withLastRow(cells: Partial<AssignmentCells>): Buffer {
  return ianaFile(200, { 200: cells });
}

describe('an invalid file keeps the old data and is reported in one sentence', { concurrency: 2 }, () => {
  let folder: string;
  let old: DatabaseContent;
  const databaseOf = () => join(folder, 'portolan.db');
  before(async () => {
    folder = makeFolder();
    await putSeededDatabase(databaseOf());
    writeFileSync(join(folder, 'old.csv'), FILE);
    const outcome = await runPortolan(['seed', '--iana', join(folder, 'old.csv'), '--allow-small'], {
      environment: { DATABASE: databaseOf() },
    });
    assert.equal(outcome.code, 0);
    old = contentOf(databaseOf());
  });
  after(() => removeFolder(folder));

  const port = 'line 201, column "Port Number": expected a port number from 0 to 65535 or a range of them';
  const quoted = withLastRow({ description: 'one\ntwo' });
  const files: readonly (readonly [title: string, bytes: Buffer, place: string])[] = [
    [
      'an error page',
      Buffer.from('<!DOCTYPE html>\n<html lang="en">'),
      'line 2: expected IANA\'s registry "service-names-port-numbers", got <html>',
    ],
    ['an empty file', Buffer.alloc(0), 'line 1: expected a header line, got an empty file'],
    [
      'a wrong header',
      csvBytes([IANA_HEADER.with(0, 'Name')]),
      'line 1: expected "Service Name" as header of column 1, got "Name"',
    ],
    [
      'a record of 11 cells',
      Buffer.concat([FILE, Buffer.from('a,1,tcp,,,,,,,,\r\n')]),
      'line 202: expected 12 cells, got 11',
    ],
    [
      'a file cut inside a quoted cell',
      quoted.subarray(0, quoted.indexOf('one\n') + 5),
      'line 201: expected the end of a quoted cell, got the end of the file',
    ],
    ['a NUL byte', withLastRow({ contact: '\0' }), 'line 201: expected text, got a NUL byte'],
    ['a port of 70000', withLastRow({ portNumber: '70000' }), `${port}, got "70000"`],
    [
      'a reversed range',
      withLastRow({ portNumber: '20-10' }),
      'line 201, column "Port Number": expected the lower port of a range first, got "20-10"',
    ],
    [
      'an unknown protocol',
      withLastRow({ transportProtocol: 'quic' }),
      'line 201, column "Transport Protocol": expected tcp, udp, sctp, dccp or an empty cell, got "quic"',
    ],
    [
      'other characters than UTF-8',
      Buffer.from(withLastRow({ assignee: 'é' }).toString(), 'latin1'),
      'line 201: expected UTF-8, got invalid bytes',
    ],
    ['no rows', csvBytes([IANA_HEADER]), 'expected at least 1 rows, got 0'],
  ];
  for (const [index, [title, bytes, place]] of files.entries()) {
    test(title, async () => {
      const name = `bad-${index}.csv`;
      writeFileSync(join(folder, name), bytes);
      const args = ['seed', '--allow-small', '--iana', join(folder, name)];
      await assertFails(args, { DATABASE: databaseOf() }, `Cannot import ${name}: ${place}`);
      assert.deepEqual(contentOf(databaseOf()), old);
    });
  }

  test('fewer than 10,000 rows', async () => {
    writeFileSync(join(folder, 'short.csv'), ianaFile(9_999));
    const sentence = 'Cannot import short.csv: expected at least 10000 rows, got 9999';
    await assertFails(['seed', '--iana', join(folder, 'short.csv')], { DATABASE: databaseOf() }, sentence);
    assert.deepEqual(contentOf(databaseOf()), old);
  });

  test('a file that is damaged near its end', async () => {
    const bytes = ianaFile(12_000, { 12000: { description: 'one\ntwo' } });
    writeFileSync(join(folder, 'cut.csv'), bytes.subarray(0, bytes.indexOf('one\n') + 5));
    const sentence = 'Cannot import cut.csv: line 12001: expected the end of a quoted cell, got the end of the file';
    await assertFails(['seed', '--iana', join(folder, 'cut.csv')], { DATABASE: databaseOf() }, sentence);
    assert.deepEqual(contentOf(databaseOf()), old);
  });

  test('a URL that answers 404, with more than 32 MiB, or not at all', async (t) => {
    const url = await startHttp(t, (request, response) => {
      if (request.url === '/large') response.end(gzipSync(Buffer.alloc(LARGEST_SOURCE + 1)));
      else response.writeHead(404).end();
    });
    const cases = [
      [`${url}/gone`, `Cannot download ${url}/gone: expected status 200, got 404`],
      [`${url}/large`, `Cannot read ${url}/large: expected at most 32 MiB`],
      [
        'http://127.0.0.1:1/',
        'Cannot download http://127.0.0.1:1/: HTTP clients block its port, as browsers do (WHATWG Fetch standard): the server needs another one',
      ],
      ['http://', 'Cannot download: expected an address such as https://host/file.csv'],
      [join(folder, 'gone.csv'), `Cannot read ${JSON.stringify(join(folder, 'gone.csv'))}: no such file`],
    ] as const;
    for (const [place, sentence] of cases) {
      await assertFails(['seed', '--iana', place], { DATABASE: databaseOf() }, sentence);
      assert.deepEqual(contentOf(databaseOf()), old);
    }
  });
});
