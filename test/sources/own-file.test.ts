import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { CATEGORIES, CONFIDENCES } from '../../src/registry/rows/association.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { parseOwnFile } from '../../src/sources/own-file.ts';
import type { OwnFormat } from '../../src/sources/own-formats.ts';
import { ownCsv, ownJson } from '../../src/text/own-files.ts';
import { fc } from '../support/properties.ts';

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((value) => value.trim() !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value));
const lead = fc.constantFrom('', "'", "'=", '=', '+', '-', '@', '[', '|', '<', ' ', '"', ',');
const anyText = fc.tuple(lead, text).map(([first, rest]) => first + rest);
const url = fc.webUrl({ validSchemes: ['http', 'https'] });
const port = fc.nat(65535);
const anyEntry = fc
  .record(
    {
      name: anyText,
      firstPort: port,
      lastPort: port,
      protocols: fc.subarray([...TRANSPORT_PROTOCOLS], { minLength: 1 }),
      category: fc.constantFrom(...CATEGORIES),
      confidence: fc.constantFrom(...CONFIDENCES),
      usedBy: anyText,
      note: fc.tuple(anyText, fc.constantFrom('', '\n', '\r\nx', '\tx')).map((parts) => parts.join('')),
      sources: fc.array(fc.record({ title: anyText, url: fc.option(url) }), { maxLength: 3 }),
      owner: anyText,
      contact: anyText,
      environment: anyText,
      link: url,
      tags: fc.uniqueArray(anyText, { maxLength: 3 }),
    },
    { requiredKeys: ['name', 'firstPort'] },
  )
  .map(({ lastPort = 0, ...entry }) => ({ ...entry, lastPort: Math.max(entry.firstPort, lastPort) }));

test('CSV and JSON preserve any entry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { maxLength: 4 }), async (inputs) => {
      const entries = inputs.map(parseOwnEntry);
      const stored = entries.map((entry, index) => {
        const made = {
          id: `own-${String(index).padStart(12, '0')}`,
          prominence: 3,
          origin: 'own',
          revision: 1,
        } as const;
        return { ...entry, ...made };
      });
      for (const [format, file] of [
        ['csv', ownCsv(stored)],
        ['json', ownJson(stored)],
      ] as const) {
        const rows = await parseOwnFile({ name: 'file', bytes: Buffer.from(file) }, format);
        const read = rows.map(({ id, entry }) => ({ id, entry }));
        const expected = stored.map(({ id }, index) => ({ id, entry: entries[index] }));
        assert.ok(isDeepStrictEqual(read, expected), `${format}: ${file}\n${JSON.stringify(read)}`);
      }
    }),
    { numRuns: 300 },
  );
});

const expectedPort = 'expected an integer from 0 to 65535';
const refused: readonly (readonly [name: string, content: string, sentence: string])[] = [
  [
    'a.csv',
    'name,firstPort\nok,1\nbad,70000\n',
    `line 3, column "firstPort": cannot read firstPort "70000": ${expectedPort}`,
  ],
  ['b.csv', 'name,firstPort,note\nx,1,"two\nlines"\n,5,\n', 'line 4, column "name": missing field "name"'],
  ['c.csv', 'name,fristPort\nx,1\n', 'line 1: unknown column "fristPort": did you mean firstPort?'],
  ['d.csv', 'name,name\nx,1\n', 'line 1: expected column "name" once'],
  ['e.csv', 'name,firstPort\nx\n', 'line 2: expected 2 cells, got 1'],
  ['deep.json', `${'['.repeat(99_999)}${']'.repeat(99_999)}`, 'line 1: expected JSON of at most 32 levels'],
  [
    'flat.json',
    `[[${'[1],'.repeat(9_999)}1]]`,
    `line 1, column 2: expected an object, got "${'[1],'.repeat(20).replace(/^/, '[').slice(0, 80)}…"`,
  ],
  [
    'deep.csv',
    `name,firstPort,tags\nx,1,${'['.repeat(99_999)}${']'.repeat(99_999)}\n`,
    `line 2, column "tags": cannot read tags "${'['.repeat(80)}…": expected a list of at most 20 different tags, each a text of 1 to 50 characters without control characters`,
  ],
  ['f.csv', '', 'line 1: expected a header line, got an empty file'],
  [
    'g.csv',
    'id,name,firstPort\nown-1,x,1\nown-1,y,2\n',
    'line 3, column "id": expected an id once, got that of line 2 again',
  ],
  [
    'a.json',
    '[\n  {"name": "ok", "firstPort": 1},\n  {"name": "bad",\n   "firstPort": "x"}\n]',
    `line 4, column 17: cannot read firstPort "x": ${expectedPort}`,
  ],
  ['b.json', '[\n {"name": "ok"}]', 'line 2, column 2: missing field "firstPort"'],
  [
    'c.json',
    '{"count": 1, "results": [{"nam": "x", "firstPort": 1}]}',
    'line 1, column 34: unknown field "nam": did you mean name?',
  ],
  ['d.json', '[{"name": "x",\n firstPort: 1}]', 'line 2, column 2: expected JSON'],
  ['e.json', '{"name": "x"}', 'line 1: expected a JSON array of entries'],
  ['f.json', '[1]', 'line 1, column 2: expected an object, got "1"'],
  [
    'a.services',
    'x 1/tcp\ny 70000/tcp',
    'line 2, column "port": expected a port and protocol such as 8443/tcp, got "70000/tcp"',
  ],
  ['b.services', 'x 1/ddp', 'line 1, column "port": expected the protocol tcp, udp, sctp or dccp, got "1/ddp"'],
  ['c.services', 'x', 'line 1, column "port": expected a port and protocol such as 8443/tcp, got ""'],
];
for (const [name, content, sentence] of refused) {
  test(`${name} is refused: ${sentence.slice(0, 150)}`, async () => {
    const format = name.split('.')[1] as OwnFormat;
    const message = `Cannot import ${name}: ${sentence}`;
    const reading = parseOwnFile({ name, bytes: Buffer.from(content) }, format);
    await assert.rejects(reading, new RegistryError('invalid_argument', message));
  });
}
