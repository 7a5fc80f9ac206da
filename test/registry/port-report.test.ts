import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { composeSharedReport, type PortFacts, portReport } from '../../src/registry/report/port-report.ts';
import { type Assignment, type AssignmentCells, toAssignment } from '../../src/registry/rows/assignment.ts';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../src/registry/values/transport-protocol.ts';
import { fc } from '../support/properties.ts';

function reportOf(number: number, protocol: TransportProtocol | null, given: PortFacts) {
  return portReport(number, composeSharedReport(number, protocol, given));
}

const NOTHING: AssignmentCells = {
  serviceName: '',
  portNumber: '',
  transportProtocol: '',
  description: '',
  assignee: '',
  contact: '',
  registrationDate: '',
  modificationDate: '',
  reference: '',
  serviceCode: '',
  unauthorizedUseReported: '',
  assignmentNotes: '',
};

/** Returns an official row: name, ports, protocol, description, notes. */
function row(serviceName: string, ports: string, transportProtocol: string, description = '', assignmentNotes = '') {
  const [first, last = first] = ports.split('-').map(Number);
  const cells = { ...NOTHING, serviceName, portNumber: ports, transportProtocol, description, assignmentNotes };
  return toAssignment(cells, { firstPort: first ?? 0, lastPort: last ?? 0 });
}

function use(id: string, ports: string, more: Partial<Association> = {}): Association {
  const [first = 0, last = first] = ports.split('-').map(Number);
  return {
    id,
    name: id,
    usedBy: null,
    firstPort: first,
    lastPort: last,
    protocols: ['tcp'],
    category: 'other',
    confidence: 'observed',
    prominence: 1,
    origin: 'informal',
    note: null,
    sources: [],
    ...NO_OWN_DETAILS,
    ...more,
  };
}

function facts(more: Partial<PortFacts>): PortFacts {
  return {
    assignments: [],
    associations: [],
    otherNames: [],
    ephemeralRanges: [],
    blockedByBrowsers: false,
    checkCommands: [],
    registry: { date: '2026-04-09' },
    ...more,
  };
}

const RECORDED = 'This entry records an unassigned but widespread use';

test('rows are ordered: exact before range, named, assigned before recorded, primary before alias, prominence, name, protocol', () => {
  const ordered: Assignment[] = [
    { ...row('omega', '700', 'udp'), prominence: 3 },
    { ...row('psi', '700', 'udp'), prominence: 2 },
    row('alpha', '700', 'tcp'),
    row('alpha', '700', 'udp'),
    row('alpha', '700', ''),
    row('beta', '700', 'tcp'),
    row('a*lias', '700', 'tcp', '', 'This entry is an alias to "alpha".'),
    row('aaa', '700', 'tcp', '', RECORDED),
    row('', '700', 'sctp', 'Reserved'),
    row('', '700', 'dccp', 'Unassigned'),
    row('narrow', '699-700', 'tcp'),
    row('wide', '600-800', 'tcp'),
    row('', '690-710', '', 'Unassigned'),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (assignments) => {
      assert.deepEqual(reportOf(700, null, facts({ assignments })).assignments, ordered);
    }),
  );
});

test('uses are ordered: own, exact before range, prominence, confidence, the narrowest range, name', () => {
  const ordered = [
    use('z', '600-800', { origin: 'own' }),
    use('y', '700', { prominence: 3, confidence: 'disputed' }),
    use('x', '700', { confidence: 'documented' }),
    use('b', '700'),
    use('c', '700'),
    use('w', '600-800', { prominence: 2 }),
    use('v', '650-750', { confidence: 'documented' }),
    use('t', '650-750'),
    use('a', '640-750'),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (associations) => {
      assert.deepEqual(reportOf(700, null, facts({ associations })).associations, ordered);
    }),
  );
});

describe('the state of a port and protocol', () => {
  const cases = [
    ['no row', [], 'unlisted'],
    ['a row for another protocol', [row('x', '700', 'udp')], 'unlisted'],
    ['a row without protocol', [row('x', '700', '')], 'assigned'],
    ['exact before range', [row('', '700', 'tcp', 'Reserved'), row('x', '690-710', 'tcp')], 'reserved'],
    ['named before unnamed', [row('', '700', 'tcp', 'Reserved'), row('x', '700', '')], 'assigned'],
    ['assigned before recorded', [row('a', '700', 'tcp', '', RECORDED), row('b', '700', 'tcp')], 'assigned'],
    ['recorded alone', [row('a', '700', 'tcp', '', RECORDED)], 'recorded'],
    ['named in the words of the unnamed', [row('a', '700', 'tcp', 'Reserved for a future enhancement')], 'assigned'],
    ['unassigned', [row('', '700', 'tcp', 'Unassigned')], 'unassigned'],
    ['unassigned in small letters', [row('', '700', 'tcp', 'unassigned')], 'unassigned'],
    ['unassigned with a past', [row('', '700', 'tcp', 'Unassigned [was netstat]')], 'unassigned'],
    ['unassigned with a date', [row('', '700', 'tcp', 'Unassigned (FRP-Released 12/7/00)')], 'unassigned'],
    ['unassigned in brackets', [row('', '700', 'tcp', '(unassigned) Possibly assigned')], 'unassigned'],
    ['reserved', [row('', '700', 'tcp', 'Reserved')], 'reserved'],
    ['reserved for IANA', [row('', '700', 'tcp', 'Reserved - IANA')], 'reserved'],
    ['de-registered', [row('', '700', 'tcp', 'De-registered')], 'deregistered'],
    ['removed', [row('', '700', 'tcp', 'Removed')], 'deregistered'],
    ['deprecated', [row('', '700', 'tcp', 'Deprecated')], 'deregistered'],
    ['decommissioned', [row('', '700', 'tcp', 'Decomissioned Port 04/14/00, ms')], 'deregistered'],
    ['de-commissioned', [row('', '700', 'tcp', 'De-Commissioned Port')], 'deregistered'],
    ['any private use', [row('', '700', 'tcp', 'any private mail system')], 'assigned'],
    ['possibly used', [row('', '700', 'tcp', 'Possibly used by Sun Solaris????')], 'recorded'],
    ['words not met before', [row('', '700', 'tcp', 'Withheld')], 'reserved'],
  ] as const;
  for (const [name, assignments, state] of cases) {
    test(name, () => assert.equal(reportOf(700, null, facts({ assignments })).states.tcp, state));
  }

  test('is the same for any requested protocol', () => {
    const assignments = [row('x', '700', 'udp'), row('', '690-710', '', 'Unassigned')];
    const expected = { tcp: 'unassigned', udp: 'assigned', sctp: 'unassigned', dccp: 'unassigned' };
    for (const protocol of [null, ...TRANSPORT_PROTOCOLS]) {
      assert.deepEqual(reportOf(700, protocol, facts({ assignments })).states, expected);
    }
  });
});

test("IANA's phrases about aliases are removed from description and notes, with the white space before them", () => {
  const historic =
    'This entry is now historic, not usable for use with many\n      common service discovery mechanisms.';
  const alias = 'This entry is an alias to "alpha".';
  const replaced = 'IANA assigned this well-formed service name as a replacement for "a*lpha".';
  const cases = [
    [`${alias}\n${historic}`, 'alpha', null],
    [`First.\n\n \t${alias}  ${historic}`, 'alpha', 'First.'],
    [`First.  ${alias} Then:\n  more\n`, 'alpha', 'First. Then:\n  more'],
    [` ${historic} `, null, historic],
    ['This entry is an alias to "alpha"', null, 'This entry is an alias to "alpha"'],
    ['   ', null, null],
  ] as const;
  for (const [cell, aliasOf, notes] of cases) {
    const { aliasOf: found, notes: rest } = row('a', '1', 'tcp', '', cell);
    assert.deepEqual([found, rest], [aliasOf, notes], cell);
  }
  assert.equal(row('a', '1', 'tcp', `Alpha\n   two  ${replaced}\n${replaced}`).description, 'Alpha two');
});

describe('the summary', () => {
  const ephemeralRanges = [{ system: 'linux', title: 'Linux', firstPort: 32768, lastPort: 60999 }];
  const cases = [
    [
      'unassigned',
      700,
      facts({ assignments: [row('', '700-710', '', 'Unassigned')] }),
      'Port 700 has no official assignment: the registry says "Unassigned" through the range 700-710.',
    ],
    ['unlisted', 700, facts({}), 'Port 700 has no official assignment: the registry lists nothing for it.'],
    [
      'reserved on one, another word on the other',
      700,
      facts({ assignments: [row('', '700', 'tcp', 'Reserved'), row('', '700', 'udp', 'Removed')] }),
      'Port 700 has no official assignment: the registry says "Reserved" on tcp and "Removed" on udp.',
    ],
    [
      'the exact port on one, a range on the others',
      700,
      facts({ assignments: [row('', '700', 'tcp', 'Reserved'), row('', '690-710', '', 'Unassigned')] }),
      'Port 700 has no official assignment: the registry says "Reserved" on tcp and "Unassigned" through the range 690-710.',
    ],
    [
      'several names',
      700,
      facts({
        assignments: [
          row('a', '700', 'tcp', 'First'),
          row('b', '700', 'tcp', 'First'),
          row('c', '700', 'udp', 'Third'),
        ],
      }),
      'Port 700 is assigned to a (First) and b on tcp; to c (Third) on udp.',
    ],
    [
      'a named range',
      700,
      facts({ assignments: [row('x11', '700-763', 'tcp', 'X Window System')] }),
      'Port 700 is assigned to x11 (X Window System) on tcp through the range 700-763.',
    ],
    [
      'an own entry',
      700,
      facts({ associations: [use('billing', '700', { origin: 'own' }), use('old', '700')] }),
      'Port 700 has the own entry billing; it has no official assignment: the registry lists nothing for it. Informally associated: old.',
    ],
    [
      'many uses',
      700,
      facts({ associations: [...'abcdefgh'].map((id) => use(id, '700')) }),
      'Port 700 has no official assignment: the registry lists nothing for it. Informally associated: a, b, c, d, e, f and 2 more.',
    ],
    [
      'an ephemeral port with a name',
      40000,
      facts({ ephemeralRanges, assignments: [row('s', '40000', 'tcp')] }),
      "Port 40000 is assigned to s on tcp. Linux (32768-60999) uses it for outgoing connections, so it may also be a client's ephemeral port.",
    ],
    [
      'a long description',
      700,
      facts({ assignments: [row('a', '700', '', 'x'.repeat(200))] }),
      `Port 700 is assigned to a (${'x'.repeat(99)}…).`,
    ],
  ] as const;
  for (const [name, number, given, expected] of cases) {
    test(`of ${name}`, () => assert.equal(reportOf(number, null, given).summary, expected));
  }

  test('names the most prominent use first, however many others there are', () => {
    const others = Array.from({ length: 30 }, (_, index) => use(`use ${index}`, `60000-${61000 + index}`));
    const associations = [...others, use('Xsan', '49152-65535', { prominence: 3 })];
    const { summary } = reportOf(60257, null, facts({ associations }));
    assert.match(summary, /Informally associated: Xsan \(on 49152-65535\), use 0 .* and 25 more/);
  });

  test('never calls a dynamic port assigned or registered', () => {
    const { summary } = reportOf(60257, null, facts({ ephemeralRanges, associations: [use('xsan', '49152-65535')] }));
    assert.doesNotMatch(summary, /\bassigned\b|\bregistered\b/i);
    assert.match(summary, /no official assignment.*most likely a client's ephemeral port.*xsan/);
  });
});
