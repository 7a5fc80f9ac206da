import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { type CsvRecord, parseCsv } from '../../src/sources/csv-table.ts';
import { csvBytes } from '../support/iana-file.ts';
import { fc } from '../support/properties.ts';

const COLUMNS = [['a'], ['b', 'old b'], ['c']];

async function read(content: string | Buffer, columns: readonly (readonly string[])[] = COLUMNS): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const record of parseCsv({ name: 'table.csv', bytes: Buffer.from(content) }, columns))
    records.push(record);
  return records;
}

/** Returns the error for a file that is refused. */
function refusal(place: string): RegistryError {
  return new RegistryError('invalid_argument', `Cannot import table.csv: ${place}`);
}

describe('a table is parsed', () => {
  const twoRows = [
    { line: 2, cells: ['1', '2', '3'] },
    { line: 3, cells: ['4', '5', '6'] },
  ];
  const cases: readonly (readonly [title: string, content: string, records: readonly CsvRecord[]])[] = [
    ['with lines that end in CR LF', 'a,b,c\r\n1,2,3\r\n4,5,6\r\n', twoRows],
    ['with lines that end in LF', 'a,b,c\n1,2,3\n4,5,6\n', twoRows],
    ['with both line ends', 'a,b,c\n1,2,3\r\n4,5,6\n', twoRows],
    ['without an end of the last line', 'a,b,c\r\n1,2,3\r\n4,5,6', twoRows],
    ['with a byte order mark', '\uFEFFa,b,c\n1,2,3\n4,5,6\n', twoRows],
    ['with another name of a column', 'a,old b,c\n1,2,3\n4,5,6\n', twoRows],
    ['with a header and nothing else', 'a,b,c\r\n', []],
    ['with white space kept', 'a,b,c\n 1 ,\t, \n', [{ line: 2, cells: [' 1 ', '\t', ' '] }]],
    ['with empty cells', 'a,b,c\n,,\n"","",""\n', [2, 3].map((line) => ({ line, cells: ['', '', ''] }))],
    ['with doubled quotes', 'a,b,c\n"say ""x""","""",3\n', [{ line: 2, cells: ['say "x"', '"', '3'] }]],
    [
      'with line breaks inside cells, and lines counted',
      'a,b,c\r\n1,"2\n\n2",3\r\n4,"5\r\n5",6\r\n7,8,9\r\n',
      [
        { line: 2, cells: ['1', '2\n\n2', '3'] },
        { line: 5, cells: ['4', '5\r\n5', '6'] },
        { line: 7, cells: ['7', '8', '9'] },
      ],
    ],
    [
      'with characters of every kind',
      'a,b,c\nFORTÉ,日本,😀\uFFFD\n',
      [{ line: 2, cells: ['FORTÉ', '日本', '😀\uFFFD'] }],
    ],
  ];
  for (const [title, content, records] of cases) {
    test(title, async () => assert.deepEqual(await read(content), records));
  }
});

describe('a table is refused', () => {
  const before = 'a,b,c\r\n1,2,3\r\n4,"5\n5",6\r\n';
  const cases: readonly (readonly [title: string, content: string | Buffer, place: string])[] = [
    ['that is empty', '', 'line 1: expected a header line, got an empty file'],
    ['that is a byte order mark', '\uFEFF', 'line 1: expected a header line that begins with "a"'],
    ['that begins with an empty line', '\n1,2,3\n', 'line 1: expected "a" as header of column 1, got ""'],
    ['with another header', 'a,x,c\n1,2,3\n', 'line 1: expected "b" as header of column 2, got "x"'],
    ['with columns in another order', 'b,a,c\n1,2,3\n', 'line 1: expected "a" as header of column 1, got "b"'],
    ['without a column', 'a,b\n1,2\n', 'line 1: expected "c" as header of column 3, got ""'],
    ['with a column too many', 'a,b,c,d\n1,2,3,4\n', 'line 1: expected 3 columns, got 4'],
    ['that is a page', '<html lang="en">\n<p>No.</p>\n', 'line 1: expected a header line that begins with "a"'],
    [
      'that is a page of several lines',
      '<!DOCTYPE html>\n<html lang="en">\n',
      'line 1: expected "a" as header of column 1, got "<!DOCTYPE html>"',
    ],
    ['with a cell too few', `${before}7,8\r\n`, 'line 5: expected 3 cells, got 2'],
    ['with a cell too many', `${before}7,8,9,\r\n`, 'line 5: expected 3 cells, got 4'],
    ['with an empty line', `${before}\r\n7,8,9\r\n`, 'line 5: expected 3 cells, got 1'],
    ['cut inside a line', `${before}7,8`, 'line 5: expected 3 cells, got 2'],
    [
      'cut inside a quoted cell',
      `${before}7,"8\n8\n8`,
      'line 5: expected the end of a quoted cell, got the end of the file',
    ],
    [
      'with a quote inside a cell',
      `${before}7,8"8",9\r\n1,2,3\r\n`,
      'line 5: expected a quote only around a whole cell or doubled inside one',
    ],
    [
      'with text after a quoted cell',
      `${before}7,"8"8,9\r\n1,2,3\r\n`,
      'line 5: expected a comma or a line end after a closing quote',
    ],
    ['with a NUL byte', `${before}7,8,\0\r\n`, 'line 5: expected text, got a NUL byte'],
    ['in UTF-16', Buffer.from('\uFEFFa,b,c\n', 'utf16le'), 'line 1: expected text, got a NUL byte'],
    ['in Latin-1', Buffer.from(`${before}\u00E9,8,9\r\n`, 'latin1'), 'line 5: expected UTF-8, got invalid bytes'],
    [
      'cut inside a character, after a replacement character that is genuine',
      Buffer.from(`${before}\uFFFD,8,9\r\n1,2,\u00E9`).subarray(0, -1),
      'line 6: expected UTF-8, got invalid bytes',
    ],
  ];
  for (const [title, content, place] of cases) {
    test(title, async () => assert.rejects(read(content), refusal(place)));
  }

  test('with the line of its fault, at any distance from the start', async () => {
    const rows = '1,"2\n2",3\r\n'.repeat(40_000);
    await assert.rejects(
      read(`a,b,c\r\n${rows}7,8"\r\n`),
      refusal('line 80002: expected a quote only around a whole cell or doubled inside one'),
    );
    await assert.rejects(
      read(`a,b,c\r\n1,"2,3\r\n${'1,2,3\r\n'.repeat(40_000)}`),
      refusal('line 2: expected the end of a quoted cell, got the end of the file'),
    );
  });
});

test('any table written by csv-stringify is parsed to the same values', async () => {
  const character = fc.oneof(
    fc.constantFrom('"', ',', '\n', '\r', '\r\n', ' ', '\t', '\uFEFF', '\uFFFD', 'é', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text !== '\0'),
  );
  const cell = fc.string({ unit: character, maxLength: 8 });
  const table = fc
    .integer({ min: 2, max: 12 })
    .chain((width) =>
      fc.record({ width: fc.constant(width), rows: fc.array(fc.array(cell, { minLength: width, maxLength: width })) }),
    );
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('\r\n', '\n'), async ({ width, rows }, lineEnd) => {
      const header = Array.from({ length: width }, (_, index) => `column ${index}`);
      const records = await read(
        csvBytes([header, ...rows], lineEnd),
        header.map((name) => [name]),
      );
      assert.deepEqual(
        records.map(({ cells }) => cells),
        rows,
      );
    }),
  );
});
