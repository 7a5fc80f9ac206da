import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { CATEGORIES, CONFIDENCES } from '../../src/registry/rows/association.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { parseColumnMap } from '../../src/sources/own/columns.ts';
import { parseOwnFile } from '../../src/sources/own/own-file.ts';
import type { OwnFormat } from '../../src/sources/own/own-formats.ts';
import type { Encoding } from '../../src/sources/text-encoding.ts';
import { ownCsv, ownJson } from '../../src/text/own-files.ts';
import { fc } from '../support/properties.ts';

/** The options without a default. */
interface Given {
  readonly encoding?: Encoding;
  readonly map?: readonly string[];
  readonly ignoreUnknown?: boolean;
}

function read(name: string, content: string | Buffer, given: Given = {}) {
  const { encoding = null, map = [], ignoreUnknown = false } = given;
  const format = (name.split('.')[1] ?? 'services') as OwnFormat;
  const options = { format, encoding, map: parseColumnMap(map), ignoreUnknown, mostRows: 1_000 };
  return parseOwnFile({ name, bytes: Buffer.from(content as string) }, options, async (step) => step());
}

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((value) => value.trim() !== '' && value.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value));
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
          approvedBy: null,
          approvedAt: null,
          revision: 1,
        } as const;
        return { ...entry, ...made };
      });
      for (const [format, file] of [
        ['csv', ownCsv(stored)],
        ['json', ownJson(stored)],
      ] as const) {
        const { rows } = await read(`file.${format}`, file);
        const found = rows.map(({ id, entry }) => ({ id, entry }));
        const expected = stored.map(({ id }, index) => ({ id, entry: entries[index] }));
        assert.ok(isDeepStrictEqual(found, expected), `${format}: ${file}\n${JSON.stringify(found)}`);
      }
    }),
    { numRuns: 300 },
  );
});

const expectedPort = 'expected an integer from 0 to 65535';
const expectedCell = 'expected a port from 0 to 65535, or a range such as 8000-8009';

/** Files that are refused, each with the place and the sentence of every fault. */
const refused: readonly (readonly [name: string, content: string | Buffer, ...faults: [string, string][]])[] = [
  [
    'a.csv',
    'name,firstPort\nok,1\nbad,70000\n',
    ['line 3, column "firstPort"', `Cannot read "70000": ${expectedCell}`],
  ],
  [
    'b.csv',
    'name,firstPort,note\nx,1,"two\nlines"\n,5,\n',
    ['line 4, column "name"', 'Expected a value, got an empty cell'],
  ],
  [
    'c.csv',
    'name,fristPort\nx,1\n',
    ['line 1', 'Unknown column "fristPort": did you mean firstPort?'],
    ['line 1', 'Expected a column for firstPort, such as "Port"'],
  ],
  ['d.csv', 'name,name,port\nx,1,2\n', ['line 1', 'Expected column "name" once']],
  [
    'd2.csv',
    'name,port,Notes,Description\nx,1,2,3\n',
    ['line 1', 'Expected one column for note, got "Notes" and "Description"'],
  ],
  ['e.csv', 'name,firstPort\nx\n', ['line 2', 'Expected 2 cells, got 1']],
  ['e2.csv', 'name,firstPort\nx,1,y\n', ['line 2', 'Expected 2 cells, got 3']],
  ['q.csv', 'name;port\n"x"y;1\n', ['line 2', 'Expected a semicolon or a line end after a closing quote']],
  [
    'deep.csv',
    `name,firstPort,tags\nx,1,${'['.repeat(99_999)}${']'.repeat(99_999)}\n`,
    [
      'line 2, column "tags"',
      `Cannot read tags "${'['.repeat(80)}…": expected a list of at most 20 different tags, each a text of 1 to 50 characters without control or invisible characters`,
    ],
  ],
  ['f.csv', '', ['line 1', 'Expected a header line, got an empty file']],
  [
    'g.csv',
    'id,name,firstPort\nown-1,x,1\nown-1,y,2\n',
    ['line 3, column "id"', 'Expected an id once, got that of line 2 again'],
  ],
  [
    'twice.csv',
    'id,name,port,env\n,x,1,\n,x,1,prod\n,x,1,\nown-1,x,1,\n',
    ['line 4', 'Expected each entry once, got that of line 2 again'],
  ],
  [
    'twice.json',
    '[{"name": "x", "firstPort": 1},\n {"name": "x", "firstPort": 1, "lastPort": 1, "protocols": ["tcp"]}]',
    ['line 2, column 2', 'Expected each entry once, got that of line 1, column 2 again'],
  ],
  [
    'invisible.csv',
    'name,port,owner,env,tags,note\nbill\u200bing,1,pay\u202ements,a\u2066,b\u200b,\u202bok\u202c\n',
    ...[
      ['name', '"bill\u200bing": expected a text of 1 to 100'],
      ['owner', '"pay\u202ements": expected a text of 1 to 100'],
      ['environment', '"a\u2066": expected a text of 1 to 100'],
      ['tags', '"[\\"b\u200b\\"]": expected a list of at most 20 different tags, each a text of 1 to 50'],
    ].map(([field, detail]): [string, string] => [
      `line 2, column "${field === 'environment' ? 'env' : field}"`,
      `Cannot read ${field} ${detail} characters without control or invisible characters`,
    ]),
  ],
  ['wide.csv', `name,port${',x'.repeat(199)}\n`, ['line 1', 'Expected at most 200 columns, got 201']],
  [
    'all.csv',
    'Service;Port;Protocol;Wiki\n;80a;ip;wiki\nb;9-8;tcp;\nc;80/tcp;udp;\nd\n',
    ['line 2, column "Port"', `Cannot read "80a": ${expectedCell}`],
    [
      'line 2, column "Protocol"',
      'Cannot read "ip": expected tcp, udp, sctp, dccp, or several of them such as tcp/udp',
    ],
    ['line 2, column "Wiki"', 'Cannot read link "wiki": expected an address that begins with http:// or https://'],
    ['line 2, column "Service"', 'Expected a value, got an empty cell'],
    ['line 3, column "Port"', 'Cannot read "9-8": expected the lower port of a range first'],
    ['line 4, column "Protocol"', 'Cannot read "udp": expected tcp, as the column of the port says'],
    ['line 5', 'Expected 4 cells, got 1'],
  ],
  ['nul.csv', 'name,port\nx,1\n\0', ['line 3', 'Expected text, got a NUL byte']],
  [
    'latin.csv',
    Buffer.from('name,port\nx,1\nM\xfcnchen,2\n', 'latin1'),
    ['line 3', 'Expected UTF-8, got invalid bytes; if the file is in windows-1252, name this encoding'],
  ],
  [
    'half.csv',
    Buffer.from('\ufeffname,port\nx,1\n\ud800,2\n', 'utf16le'),
    ['line 3', 'Expected UTF-16, got invalid bytes'],
  ],
  [
    'odd.csv',
    Buffer.from('\ufeffname,port\nx,1', 'utf16le').subarray(0, -1),
    ['line 2', 'Expected UTF-16, got invalid bytes'],
  ],
  ['deep.json', `${'['.repeat(99_999)}${']'.repeat(99_999)}`, ['line 1', 'Expected JSON of at most 32 levels']],
  [
    'flat.json',
    `[[${'[1],'.repeat(9_999)}1]]`,
    ['line 1, column 2', `Expected an object, got "${'[1],'.repeat(20).replace(/^/, '[').slice(0, 80)}…"`],
  ],
  [
    'a.json',
    '[\n  {"name": "ok", "firstPort": 1},\n  {"name": "bad",\n   "firstPort": "x"},\n  5\n]',
    ['line 4, column 17', `Cannot read firstPort "x": ${expectedPort}`],
    ['line 5, column 3', 'Expected an object, got "5"'],
  ],
  ['b.json', '[\n {"name": "ok"}]', ['line 2, column 2', 'Missing field "firstPort"']],
  [
    'c.json',
    '{"count": 1, "results": [{"nam": "x", "name": "y", "firstPort": 1}]}',
    ['line 1, column 34', 'Unknown field "nam": did you mean name?'],
  ],
  ['d.json', '[{"name": "x",\n firstPort: 1}]', ['line 2, column 2', 'Expected JSON']],
  ['d2.json', '[{"name": "x", "firstPort": 1},]', ['line 1, column 32', 'Expected JSON']],
  ['d3.json', '{"results": [] "count": 0}', ['line 1, column 16', 'Expected JSON']],
  ['d4.json', '[', ['line 1, column 2', 'Expected JSON']],
  ['e.json', '{"name": "x"}', ['line 1', 'Expected a JSON array of entries']],
  [
    'e2.json',
    '{"results": [{"name": "x", "firstPort": 1}], "results": 5}',
    ['line 1', 'Expected a JSON array of entries'],
  ],
  ['f.json', '[1]', ['line 1, column 2', 'Expected an object, got "1"']],
  [
    'long.json',
    `[{"name": "${'x'.repeat(512 * 1024)}"}]`,
    ['line 1, column 2', 'Expected an entry of at most 524288 characters'],
  ],
  [
    'a.services',
    'x 1/tcp\ny 70000/tcp',
    ['line 2, column "port"', 'Expected a port and protocol such as 8443/tcp, got "70000/tcp"'],
  ],
  ['c.services', 'x', ['line 1, column "port"', 'Expected a port and protocol such as 8443/tcp, got ""']],
  [
    'd.services',
    Buffer.from('x 1/tcp\n\n# M\xfcnchen\n', 'latin1'),
    ['line 3', 'Expected UTF-8, got invalid bytes; if the file is in windows-1252, name this encoding'],
  ],
];
for (const [name, content, ...faults] of refused) {
  test(`${name} is refused: ${faults[0]?.[1].slice(0, 150)}`, async () => {
    const [[place, detail] = ['', '']] = faults;
    const more = faults.length - 1;
    const rest = more === 0 ? '' : `; and ${more} more ${more === 1 ? 'fault' : 'faults'}`;
    const message = `Cannot import ${name}: ${place}: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}${rest}`;
    const errors = faults.map(([parameter, sentence]) => ({ parameter, detail: sentence }));
    await assert.rejects(read(name, content), new RegistryError('invalid_argument', message, { errors }));
  });
}

test('faults of the header are listed with those of the rows, unless a column is missing that each row needs', async () => {
  const faultsOf = (table: string) =>
    read('a.csv', table).then(
      () => assert.fail('no fault'),
      ({ errors }: RegistryError) => errors?.map(({ parameter }) => parameter),
    );
  const header = 'name,port,Squad';
  assert.deepEqual(await faultsOf(`${header},Floor\nx,70000,a,b\n,80,a,b\n`), [
    'line 1',
    'line 1',
    'line 2, column "port"',
    'line 3, column "name"',
  ]);
  assert.deepEqual(await faultsOf(`${header},port\nx,70000,a,80\n`), ['line 1', 'line 1', 'line 2, column "port"']);
  assert.deepEqual(await faultsOf('name,Squad\nx,a\n'), ['line 1', 'line 1']);
});

test('the first 100 faults are listed, and the others counted', async () => {
  const table = `name,port\n${'x,y\n'.repeat(150)}`;
  await assert.rejects(read('a.csv', table), (error: RegistryError) => {
    assert.match(error.message, /^Cannot import a\.csv: line 2, column "port": .*; and 149 more faults$/);
    assert.deepEqual([error.errors?.length, error.errors?.at(-1)?.parameter], [100, 'line 101, column "port"']);
    return true;
  });
});

const SHEET = [
  ['Service', 'Port', 'Protocol', 'Team', 'ENV', 'Description', 'Contact', 'Wiki', 'Labels'],
  ['billing', '8443', 'TCP', 'payments', 'prod', 'The API', '#pay', 'https://wiki.example/b', 'pci, internal'],
  ['rtp', '8000-8009', 'TCP/UDP', '', '', '', '', '', ''],
  ['dns', '53', 'both', '', '', '', '', '', 'a; b'],
  ['web', '80 – 81', 'tcp,udp', '', '', '', '', '', ''],
  ['six', '443/tcp', 'tcp6', '', '', '', '', '', ''],
];
const READ = [
  [2, 'billing', 8443, 8443, 'tcp', 'payments', 'prod', 'The API', '#pay', 'https://wiki.example/b', 'pci|internal'],
  [3, 'rtp', 8000, 8009, 'tcp,udp', null, null, null, null, null, ''],
  [4, 'dns', 53, 53, 'tcp,udp', null, null, null, null, null, 'a|b'],
  [5, 'web', 80, 81, 'tcp,udp', null, null, null, null, null, ''],
  [6, 'six', 443, 443, 'tcp', null, null, null, null, null, ''],
];

function write(separator: string): string {
  const lines = SHEET.map((cells) => cells.map((cell) => `"${cell}"`).join(separator));
  return `${[...lines, separator.repeat(8), '', ''].join('\r\n')}`;
}

async function readSheet(content: string | Buffer, given: Given = {}) {
  const { rows } = await read('ports.csv', content, given);
  return rows.map(({ line, entry }) => [
    line,
    entry.name,
    entry.firstPort,
    entry.lastPort,
    entry.protocols.join(),
    entry.owner,
    entry.environment,
    entry.note,
    entry.contact,
    entry.link,
    entry.tags.join('|'),
  ]);
}

for (const [title, content] of [
  ['commas', write(',')],
  ['semicolons', write(';')],
  ['tabs', write('\t')],
  ['UTF-8 with a mark', `\ufeff${write(',')}`],
  ['UTF-16LE with a mark', Buffer.from(`\ufeff${write('\t')}`, 'utf16le')],
  ['UTF-16BE with a mark', Buffer.from(`\ufeff${write('\t')}`, 'utf16le').swap16()],
  ['UTF-16LE without a mark', Buffer.from(write(';'), 'utf16le')],
  ['UTF-16BE without a mark', Buffer.from(write(';'), 'utf16le').swap16()],
] as const) {
  test(`a team's sheet is read as it is: ${title}`, async () => {
    assert.deepEqual(await readSheet(content), READ);
  });
}

test('windows-1252 is read where it is named', async () => {
  const bytes = Buffer.from('name,port\n\x80 M\xfcnchen \x96 \x99,1\n', 'latin1');
  const { rows } = await read('a.csv', bytes, { encoding: 'windows-1252' });
  assert.deepEqual(
    rows.map(({ entry }) => entry.name),
    ['€ München – ™'],
  );
});

test('columns are mapped, left out or ignored', async () => {
  const table = 'Squad,Thing,Port,Notes,Comment,Ticket\nops,x,1,a,b,c\n';
  const map = ['Squad=owner,thing=name', 'Comment=-'];
  const { rows } = await read('a.csv', table, { map, ignoreUnknown: true });
  assert.deepEqual(
    rows.map(({ entry, given }) => [entry.owner, entry.name, entry.note, given]),
    [['ops', 'x', 'a', ['name', 'firstPort', 'note', 'owner']]],
  );
  const errors = [
    { parameter: 'line 1', detail: 'Unknown column "Ticket": map it to one of id, ' },
    { parameter: 'line 1', detail: 'Expected a column "missing", which is mapped to a field' },
  ];
  await assert.rejects(read('a.csv', table, { map: [...map, 'missing=note'] }), (error: RegistryError) => {
    const found = error.errors?.map(({ parameter, detail }) => ({ parameter, detail: detail.split('name')[0] }));
    assert.deepEqual(found, errors);
    return true;
  });
});

for (const [map, sentence] of [
  ['Team', 'Cannot map a column with "Team": expected a header and a field, such as Team=owner'],
  ['Team=onwer', 'Cannot map a column with "Team=onwer": did you mean owner?'],
] as const) {
  test(`the mapping ${map} is refused`, () => {
    assert.throws(() => parseColumnMap([map]), new RegistryError('invalid_argument', sentence, { parameter: 'map' }));
  });
}

test('only columns of CSV can be mapped', async () => {
  const message = 'Cannot map columns of a.json: expected CSV, got json';
  await assert.rejects(
    read('a.json', '[]', { map: ['Team=owner'] }),
    new RegistryError('invalid_argument', message, { parameter: 'map' }),
  );
});

test('services(5): other protocols and lines without a name are skipped, words are in any case', async () => {
  const lines = [
    'tcpmux\t\t1/TCP\t\t\t\t# TCP port service multiplexer',
    'rtmp\t\t1/ddp\t\t\t# Routing Table Maintenance Protocol',
    '                 24/tcp    any private mail system',
    'x11             6000-6063/tcp   # X Window System',
    'at-echo\t\t204/udp',
  ];
  const { rows, skipped } = await read('services', lines.join('\n'));
  assert.deepEqual(skipped, [2, 3]);
  assert.deepEqual(
    rows.map(({ line, entry }) => [
      line,
      entry.name,
      entry.firstPort,
      entry.lastPort,
      entry.protocols.join(),
      entry.note,
    ]),
    [
      [1, 'tcpmux', 1, 1, 'tcp', 'TCP port service multiplexer'],
      [5, 'at-echo', 204, 204, 'udp', null],
      [4, 'x11', 6000, 6063, 'tcp', 'X Window System'],
    ],
  );
});
