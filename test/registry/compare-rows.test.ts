import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows } from '../../src/registry/history/compare-rows.ts';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { EMPTY_CELLS } from '../support/iana-file.ts';

/** Parses a row from words: name, port, protocol, description, notes, assignee, contact; `-` for nothing. */
function row(words: string): AssignmentCells {
  const [serviceName = '', portNumber = '', transportProtocol = '', description = '', assignmentNotes = '', ...people] =
    words.split(',').map((word) => (word === '-' ? '' : word));
  const [assignee = '', contact = ''] = people;
  return {
    ...{ ...EMPTY_CELLS, serviceName, portNumber, transportProtocol },
    ...{ description, assignmentNotes, assignee, contact },
  };
}

function inWords(cells: AssignmentCells | null): string {
  return cells === null ? '' : `${cells.serviceName || '-'} ${cells.portNumber}/${cells.transportProtocol || '-'}`;
}

/** The rows before and after, and the expected changes; null for none. */
const CASES: readonly (readonly [
  words: string,
  before: readonly string[],
  after: readonly string[],
  changes: readonly (readonly [kind: string | null, before: string, after: string])[],
  /** Rows that both have. */
  both?: readonly string[],
])[] = [
  [
    'an assignment splits a stretch of Unassigned',
    ['-,288-307,-,Unassigned'],
    ['-,288-299,-,Unassigned', 'tacacss,300,tcp,TACACS', '-,300,udp,Reserved', '-,301-307,-,Unassigned'],
    [
      [null, '- 288-307/-', ''],
      [null, '', '- 288-299/-'],
      ['added', '', '- 300/udp'],
      ['added', '', 'tacacss 300/tcp'],
      [null, '', '- 301-307/-'],
    ],
  ],
  ['white space moves', ['a,1,tcp,x y'], ['a,1,tcp,x\n y '], [[null, 'a 1/tcp', 'a 1/tcp']]],
  ['a field changes', ['a,1,tcp,x'], ['a,1,tcp,y'], [['changed', 'a 1/tcp', 'a 1/tcp']]],
  ['a name changes', ['a,1,tcp,x'], ['b,1,tcp,y'], [['renamed', 'a 1/tcp', 'b 1/tcp']]],
  [
    'of two names one changes, and the other field too',
    ['a,1,tcp,first', 'b,1,tcp,second'],
    ['c,1,tcp,second', 'a,1,tcp,third'],
    [
      ['changed', 'a 1/tcp', 'a 1/tcp'],
      ['renamed', 'b 1/tcp', 'c 1/tcp'],
    ],
  ],
  [
    'of two new names the one with the same description takes the place of the old',
    ['old,1,tcp,same'],
    ['a,1,tcp,other', 'b,1,tcp,same'],
    [
      ['renamed', 'old 1/tcp', 'b 1/tcp'],
      ['added', '', 'a 1/tcp'],
    ],
  ],
  [
    'a name is given back, on both protocols',
    ['a,2,tcp,x', 'a,2,udp,x'],
    ['-,2,tcp,Reserved,De-assigned on 2025-02-13', '-,2,udp,De-registered'],
    [
      ['deregistered', 'a 2/tcp', '- 2/tcp'],
      ['deregistered', 'a 2/udp', '- 2/udp'],
    ],
  ],
  [
    'one row withdraws the port as a whole',
    ['imap4-ssl,585,tcp,IMAP4+SSL', 'imap4-ssl,585,udp,IMAP4+SSL'],
    ['-,585,-,De-registered'],
    [
      ['deregistered', 'imap4-ssl 585/tcp', '- 585/-'],
      ['deregistered', 'imap4-ssl 585/udp', ''],
    ],
  ],
  [
    'a port is free again',
    ['a,3,tcp,x'],
    ['-,3,tcp,Unassigned'],
    [
      ['removed', 'a 3/tcp', ''],
      [null, '', '- 3/tcp'],
    ],
  ],
  [
    'a row is gone',
    ['a,3,tcp,x', '-,4,udp,Reserved'],
    [],
    [
      ['removed', 'a 3/tcp', ''],
      ['removed', '- 4/udp', ''],
    ],
  ],
  [
    'Reserved gives way to a name',
    ['-,5,udp,Reserved'],
    ['a,5,udp,x'],
    [
      [null, '- 5/udp', ''],
      ['added', '', 'a 5/udp'],
    ],
  ],
  ['Unassigned is reserved', ['-,6,-,Unassigned'], ['-,6,-,Reserved'], [['changed', '- 6/-', '- 6/-']]],
  [
    'a port is given to somebody else',
    ['pando-pub,7680,tcp,Pando,-,[Laird_Popkin],[Laird_Popkin]'],
    ['ms-do,7680,tcp,Optimization,-,[Microsoft],[Narkis_Engler]'],
    [['replaced', 'pando-pub 7680/tcp', 'ms-do 7680/tcp']],
  ],
  [
    'somebody else takes over a service under the same words',
    ['a,1,tcp,x,-,[A],-'],
    ['b,1,tcp,x,-,[B],-'],
    [['replaced', 'a 1/tcp', 'b 1/tcp']],
  ],
  [
    'a port stays with one of its people, under another name',
    ['a,1,tcp,x,-,[Ann_Smith],[Ann_Smith]', 'c,2,tcp,x,-,[Bob],[Bob]', 'e,3,tcp,x,-,[Old_Ltd],[Eve][Carl]'],
    ['b,1,tcp,y,-,[Company],[ann_smith_3]', 'd,2,tcp,y,-,[Bob],[Dan]', 'f,3,tcp,y,-,[New_Ltd],[Carl]'],
    [
      ['renamed', 'a 1/tcp', 'b 1/tcp'],
      ['renamed', 'c 2/tcp', 'd 2/tcp'],
      ['renamed', 'e 3/tcp', 'f 3/tcp'],
    ],
  ],
  [
    'an earlier row without assignee and contact is not of another holder',
    ['a,1,tcp,x'],
    ['b,1,tcp,y,-,[B],[B]'],
    [['renamed', 'a 1/tcp', 'b 1/tcp']],
  ],
  [
    'of two new names the one of the same people takes the place of the old',
    ['old,1,tcp,x,-,[A],[A]'],
    ['a,1,tcp,y,-,[B],[B]', 'b,1,tcp,z,-,[A],[C]'],
    [
      ['renamed', 'old 1/tcp', 'b 1/tcp'],
      ['added', '', 'a 1/tcp'],
    ],
  ],
  [
    'a name and its alias give way to somebody else',
    ['sql*net,66,tcp,x,This entry is an alias to "sql-net".,[A],[A]', 'sql-net,66,tcp,x,-,[A],[A]'],
    ['b,66,tcp,y,-,[B],[B]'],
    [
      ['replaced', 'sql-net 66/tcp', 'b 66/tcp'],
      ['replaced', 'sql*net 66/tcp', ''],
    ],
  ],
  [
    'an alias is gone, the name stays',
    ['www,80,tcp,x,This entry is an alias to "http".', 'www,80,sctp,x'],
    [],
    [
      ['replaced', 'www 80/tcp', ''],
      ['removed', 'www 80/sctp', ''],
    ],
    ['http,80,tcp,x', '-,80,sctp,Unassigned', 'far,81-90,-,y'],
  ],
  [
    'ports are held by a range, or by a row for every protocol',
    ['a,5005,tcp,x', 'b,6000-6009,udp,x', 'c,7000,tcp,x', '-,7001,tcp,Reserved', '-,5006,udp,Reserved'],
    ['d,5000-5010,tcp,y', 'e,6009,-,y', 'f,7001-7002,-,y'],
    [
      ['replaced', 'a 5005/tcp', ''],
      ['replaced', 'b 6000-6009/udp', ''],
      ['removed', 'c 7000/tcp', ''],
      ['replaced', '- 7001/tcp', ''],
      ['removed', '- 5006/udp', ''],
      ['added', '', 'd 5000-5010/tcp'],
      ['added', '', 'e 6009/-'],
      ['added', '', 'f 7001-7002/-'],
    ],
  ],
  [
    'names without a port are distinguished by protocol too',
    ['rdp,-,-,Reliable Data Protocol', 'x,-,tcp,one'],
    ['rdp,-,-,Remote Desktop', 'x,-,udp,one'],
    [
      ['changed', 'rdp /-', 'rdp /-'],
      ['removed', 'x /tcp', ''],
      ['added', '', 'x /udp'],
    ],
  ],
];

for (const [words, before, after, changes, both = []] of CASES) {
  test(`${words}`, () => {
    const all = [...both, ...after].map(row);
    const found = compareRows(before.map(row), after.map(row), all);
    const actual = found.map((change) => [change.kind, inWords(change.before), inWords(change.after)]);
    const sorted = (list: readonly unknown[]) => list.map((item) => JSON.stringify(item)).sort();
    assert.deepEqual(sorted(actual), sorted(changes));
    const backwards = compareRows([...before].reverse().map(row), [...after].reverse().map(row), all.reverse());
    assert.deepEqual(sorted(backwards), sorted(found), 'the order of the rows does not matter');
  });
}
