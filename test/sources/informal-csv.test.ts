import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CATEGORIES, CONFIDENCES } from '../../src/registry/rows/association.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import type { SourceFile } from '../../src/sources/csv-table.ts';
import {
  readAssociations,
  readBlockedPorts,
  readCheckCommands,
  readEphemeralRanges,
  readOtherNames,
  readProminence,
} from '../../src/sources/informal-csv.ts';
import { csvBytes } from '../support/iana-file.ts';

/** A list: its reader, and a row by column. */
interface List {
  readonly read: (file: SourceFile) => AsyncGenerator<unknown>;
  readonly row: Readonly<Record<string, string>>;
}

const ASSOCIATIONS: List = {
  read: readAssociations,
  row: {
    id: 'xsan-2',
    name: 'Xsan, "two"',
    used_by: '',
    first_port: '49152',
    last_port: '65535',
    protocols: 'udp|tcp',
    category: 'storage',
    confidence: 'documented',
    prominence: '3',
    note: 'Any port.',
    sources: 'Apple: ports <https://support.apple.com/1> | RFC 1 <http://rfc.example/1>',
  },
};
const EPHEMERAL_RANGES: List = {
  read: readEphemeralRanges,
  row: {
    system: 'linux',
    title: 'Linux',
    version: '4.2 and later',
    current: 'yes',
    first_port: '32768',
    last_port: '60999',
    how_to_read: 'sysctl x',
    how_to_change: '',
    note: '',
    source: 'Linux <https://docs.kernel.org/>',
  },
};
const CHECK_COMMANDS: List = {
  read: readCheckCommands,
  row: { system: 'linux', tool: 'ss', questions: 'tcp|any', command: 'ss :{port}', needs_root: 'no' },
};
const OTHER_NAMES: List = {
  read: readOtherNames,
  row: {
    name: 'name server',
    port: '53',
    protocols: 'udp|tcp',
    place: '2',
    sources: 'RFC 1035 <https://www.rfc-editor.org/rfc/rfc1035>',
  },
};
const PROMINENCE: List = {
  read: readProminence,
  row: {
    service_name: 'ssh',
    port: '22',
    protocol: 'tcp',
    prominence: '3',
    evidence: 'standard debian',
    sources: 'RFC 4253 <https://www.rfc-editor.org/rfc/rfc4253>',
  },
};
const BLOCKED_PORTS: List = { read: readBlockedPorts, row: { port: '6000', name: 'x11' } };

/** Reads a list of one row in which some cells differ. */
async function readRow({ read, row }: List, cells: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const rows: unknown[] = [];
  const bytes = csvBytes([Object.keys(row), Object.values({ ...row, ...cells })], '\n');
  for await (const one of read({ name: 'list.csv', bytes })) rows.push(one);
  return rows;
}

test('an association is parsed, protocols in their usual order, empty cells as null', async () => {
  assert.deepEqual(await readRow(ASSOCIATIONS), [
    {
      id: 'xsan-2',
      name: 'Xsan, "two"',
      usedBy: null,
      firstPort: 49152,
      lastPort: 65535,
      protocols: ['tcp', 'udp'],
      category: 'storage',
      confidence: 'documented',
      prominence: 3,
      origin: 'informal',
      note: 'Any port.',
      sources: [
        { title: 'Apple: ports', url: 'https://support.apple.com/1' },
        { title: 'RFC 1', url: 'http://rfc.example/1' },
      ],
      owner: null,
      contact: null,
      environment: null,
      link: null,
      tags: [],
      otherNames: [],
      justification: null,
      approvedBy: null,
      approvedAt: null,
      reviewBy: null,
      expiresAt: null,
      status: 'active',
      hosts: [],
      revision: null,
    },
  ]);
});

test('an association may lack a source', async () => {
  assert.deepEqual(((await readRow(ASSOCIATIONS, { sources: '' })) as { sources: unknown }[])[0]?.sources, []);
});

test('an ephemeral range is parsed', async () => {
  assert.deepEqual(await readRow(EPHEMERAL_RANGES), [
    {
      system: 'linux',
      title: 'Linux',
      firstPort: 32768,
      lastPort: 60999,
      version: '4.2 and later',
      current: true,
      howToRead: 'sysctl x',
      howToChange: null,
      note: null,
      source: { title: 'Linux', url: 'https://docs.kernel.org/' },
    },
  ]);
});

test('a check command is parsed', async () => {
  assert.deepEqual(await readRow(CHECK_COMMANDS, { needs_root: 'yes' }), [
    { system: 'linux', tool: 'ss', command: 'ss :{port}', needsRoot: true, questions: ['any', 'tcp'] },
  ]);
});

test('a blocked port is parsed, with or without a name', async () => {
  assert.deepEqual(await readRow(BLOCKED_PORTS), [{ port: 6000, name: 'x11' }]);
  assert.deepEqual(await readRow(BLOCKED_PORTS, { port: '0', name: '' }), [{ port: 0, name: null }]);
});

test('another name is parsed', async () => {
  assert.deepEqual(await readRow(OTHER_NAMES), [
    {
      name: 'name server',
      port: 53,
      protocols: ['tcp', 'udp'],
      place: 2,
      sources: [{ title: 'RFC 1035', url: 'https://www.rfc-editor.org/rfc/rfc1035' }],
    },
  ]);
});

test('a prominence is parsed', async () => {
  assert.deepEqual(await readRow(PROMINENCE), [
    {
      serviceName: 'ssh',
      port: 22,
      protocol: 'tcp',
      prominence: 3,
      evidence: ['debian', 'standard'],
      sources: [{ title: 'RFC 4253', url: 'https://www.rfc-editor.org/rfc/rfc4253' }],
    },
  ]);
});

describe('an invalid cell is refused with its location and the expected value', () => {
  const someText = 'some text, got ""';
  const reference = 'Title <https://…>, with " | " between several';
  const port = 'a port number from 0 to 65535';
  const informalId = 'small letters, digits and single hyphens, not beginning with own-';
  const cases: readonly (readonly [list: List, column: string, cell: string, expectation: string])[] = [
    [ASSOCIATIONS, 'id', '', someText],
    [ASSOCIATIONS, 'id', 'Xsan', `${informalId}, got "Xsan"`],
    [ASSOCIATIONS, 'id', 'a--b', `${informalId}, got "a--b"`],
    [ASSOCIATIONS, 'id', 'own-0123456789ab', `${informalId}, got "own-0123456789ab"`],
    [ASSOCIATIONS, 'name', '', someText],
    [ASSOCIATIONS, 'first_port', '', `${port}, got ""`],
    [ASSOCIATIONS, 'first_port', '70000', `${port}, got "70000"`],
    [ASSOCIATIONS, 'first_port', '65535-', `${port}, got "65535-"`],
    [ASSOCIATIONS, 'protocols', '', someText],
    [ASSOCIATIONS, 'protocols', 'tcp|quic', 'tcp, udp, sctp, dccp, with | between, got "tcp|quic"'],
    [ASSOCIATIONS, 'protocols', 'tcp|tcp', 'tcp, udp, sctp, dccp, with | between, got "tcp|tcp"'],
    [ASSOCIATIONS, 'category', 'games', `one of ${CATEGORIES.join(', ')}, got "games"`],
    [ASSOCIATIONS, 'confidence', '', `one of ${CONFIDENCES.join(', ')}, got ""`],
    [ASSOCIATIONS, 'prominence', '', 'one of 1, 2, 3, got ""'],
    [ASSOCIATIONS, 'prominence', '4', 'one of 1, 2, 3, got "4"'],
    [OTHER_NAMES, 'name', ' dns', 'a text of one line without blanks around it, got " dns"'],
    [OTHER_NAMES, 'place', '0', 'a number from 1 to 99, got "0"'],
    [PROMINENCE, 'protocol', 'tcp|udp', 'one of tcp, udp, sctp, dccp, got "tcp|udp"'],
    [
      PROMINENCE,
      'evidence',
      'debian|rfc',
      'debian, firewalld, windows, macos, linux, image, standard, rfc, with a blank between, got "debian|rfc"',
    ],
    [ASSOCIATIONS, 'sources', 'https://example.org/', `${reference}, got "https://example.org/"`],
    [ASSOCIATIONS, 'sources', 'A <javascript:alert(1)>', `${reference}, got "A <javascript:alert(1)>"`],
    [EPHEMERAL_RANGES, 'system', 'hp-ux', 'small letters and digits, got "hp-ux"'],
    [EPHEMERAL_RANGES, 'title', '', someText],
    [EPHEMERAL_RANGES, 'current', 'true', 'one of yes, no, got "true"'],
    [EPHEMERAL_RANGES, 'source', '', 'Title <https://…>, got ""'],
    [CHECK_COMMANDS, 'tool', '', someText],
    [CHECK_COMMANDS, 'questions', 'all', 'any, tcp, udp, sctp, dccp, with | between, got "all"'],
    [CHECK_COMMANDS, 'command', 'ss', 'a command with {port} in it, got "ss"'],
    [CHECK_COMMANDS, 'needs_root', '', 'one of yes, no, got ""'],
    [BLOCKED_PORTS, 'port', '65536', `${port}, got "65536"`],
    [BLOCKED_PORTS, 'port', '1-2', `${port}, got "1-2"`],
  ];
  for (const [list, column, cell, expectation] of cases) {
    test(`${column} "${cell}" of ${list.read.name}`, async () => {
      const message = `Cannot import list.csv: line 2, column "${column}": expected ${expectation}`;
      await assert.rejects(readRow(list, { [column]: cell }), new RegistryError('invalid_argument', message));
    });
  }

  test('a reversed range', async () => {
    const message =
      'Cannot import list.csv: line 2, column "last_port": expected no lower port than first_port, got "49152"';
    const reversed = readRow(ASSOCIATIONS, { first_port: '65535', last_port: '49152' });
    await assert.rejects(reversed, new RegistryError('invalid_argument', message));
  });
});
