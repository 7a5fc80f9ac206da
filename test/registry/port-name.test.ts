import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portNames } from '../../src/registry/report/port-names.ts';
import { type Assignment, toAssignment } from '../../src/registry/rows/assignment.ts';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';
import { EMPTY_CELLS } from '../../src/registry/rows/cells.ts';

const USE: Association = {
  id: 'a-use',
  name: 'A use',
  usedBy: null,
  firstPort: 1000,
  lastPort: 1000,
  protocols: ['tcp'],
  category: 'other',
  confidence: 'documented',
  prominence: 1,
  origin: 'informal',
  note: null,
  sources: [],
  ...NO_OWN_DETAILS,
};

test('a range of 256 ports gets names, one of 257 does not', () => {
  assert.equal(portNames([], [{ ...USE, lastPort: 1255 }]).length, 256);
  assert.deepEqual(portNames([], [{ ...USE, lastPort: 1256 }]), []);
});

test('own uses come before informal ones, the narrowest range first; other names are aliases, each once', () => {
  const uses: Association[] = [
    { ...USE, id: 'wide', name: 'Wide', lastPort: 1001 },
    { ...USE, id: 'narrow', protocols: ['tcp', 'udp'] },
    { ...USE, id: 'ours', name: 'Ours', origin: 'own', lastPort: 1001 },
  ];
  const summary = portNames([], [...uses, ...uses]).map(({ port, protocol, name, aliases, description }) =>
    [`${port}/${protocol}`, name, ...aliases, description].join(' '),
  );
  assert.deepEqual(summary, ['1000/tcp Ours narrow wide Ours', '1000/udp narrow A use', '1001/tcp Ours wide Ours']);
});

test('an own use has its name if that is one word, else its id; an informal use always has its id', () => {
  const cases = [
    ['billing-api', 'own', 'billing-api'],
    ['Zahlung/API:2', 'own', 'Zahlung/API:2'],
    ['billing api', 'own', 'a-use'],
    ['billing#api', 'own', 'a-use'],
    ['billing\u00a0api', 'own', 'a-use'],
    ['billing-api', 'informal', 'a-use'],
  ] as const;
  for (const [name, origin, expected] of cases) {
    assert.equal(portNames([], [{ ...USE, name, origin }])[0]?.name, expected, name);
  }
});

test('an exact port, prominence and origin decide which name is the best; historic malware never is', () => {
  const official = (serviceName: string, prominence: 1 | 2 | 3, lastPort = 1000, aliasOf = ''): Assignment => {
    const assignmentNotes = aliasOf === '' ? '' : `This entry is an alias to "${aliasOf}".`;
    const cells = { ...EMPTY_CELLS, serviceName, transportProtocol: 'tcp', assignmentNotes };
    return toAssignment(cells, { firstPort: 1000, lastPort }, prominence);
  };
  const malware: Association = { ...USE, id: 'worm', category: 'malware' };
  const cases: readonly (readonly [assignments: Assignment[], associations: Association[], names: string])[] = [
    [[official('http', 3), official('www', 1, 1000, 'http')], [USE], 'http www a-use'],
    [[official('wpl-analytics', 1)], [{ ...USE, prominence: 2 }], 'a-use wpl-analytics'],
    [[official('x11', 3, 1063)], [USE], 'a-use x11'],
    [[official('ssh', 3)], [{ ...USE, id: 'ours', origin: 'own', name: 'billing', lastPort: 1001 }], 'billing ssh'],
    [
      [],
      [
        { ...USE, id: 'seen', confidence: 'observed' },
        { ...USE, id: 'z-told' },
      ],
      'z-told seen',
    ],
    [[], [{ ...malware, id: 'a-worm' }, USE], 'a-use a-worm'],
    [[], [malware], 'null worm'],
  ];
  for (const [assignments, associations, names] of cases) {
    const [{ name, aliases } = { name: null, aliases: [] }] = portNames(assignments, associations);
    assert.equal([String(name), ...aliases].join(' '), names);
  }
});
