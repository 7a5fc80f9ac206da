import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portNames } from '../../src/registry/report/port-name.ts';
import { type Association, NO_OWN_DETAILS } from '../../src/registry/rows/association.ts';

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
