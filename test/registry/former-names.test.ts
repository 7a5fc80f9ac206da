import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMER_NAME_WORDS, formerNames } from '../../src/registry/rows/former-names.ts';

/** Descriptions and notes of IANA's files from 2014 to 2026, and the former names in them. */
const WORDINGS: readonly (readonly [text: string, names: readonly string[]])[] = [
  ['Unassigned [was netstat]', ['netstat']],
  ['nntp protocol over TLS/SSL (was snntp)', ['snntp']],
  ['ldap protocol over TLS/SSL (was sldap)', ['sldap']],
  ['VidiGo communication (previous was: Delta Solutions Direct)', ['Delta Solutions Direct']],
  ['Formerly was Workstation Solutions', ['Workstation Solutions']],
  ['Formerly was P2plus Application Server', ['P2plus Application Server']],
  [
    'The TCP port 2083 was already previously assigned by IANA for "RadSec", an early implementation of RADIUS/TLS, prior\nto issuance of this RFC.',
    ['RadSec'],
  ],
  ['Historic usage was acms. De-Assigned on 2020-12-29', ['acms']],
  ['De-assigned on 2025-02-13, previously compressnet by [Bernie_Volz]', ['compressnet']],
  ['Previously assigned to NETCONF over BEEP but released by [RFC9900]', ['NETCONF over BEEP']],
  [
    'Port 126 Previously assigned to application below\nunitary 126/tcp Unisys Unitary Login\nunitary 126/udp Unisys Unitary Login\n<feil&kronos.nisd.cam.unisys.com>\nPort 126 Previously assigned to application above',
    ['unitary'],
  ],
  ['port 3001 previously "Removed on 2006-05-25"', []],
  ['port 3121 previously noted "Removed on 2003-09-17"', []],
  ['This port was previously removed on 2002-04-29.', []],
  ['this port was previously updated on 2009-06-19', []],
  ['This service name was initially created by [RFC5389].', []],
  ['(previous contact was[Christopher_Allen])', []],
];

for (const [text, names] of WORDINGS) {
  test(`${JSON.stringify(text)}: ${names.join(', ') || 'no former name'}`, () => {
    assert.deepEqual(formerNames({ description: text, notes: null }), names);
    assert.deepEqual(formerNames({ description: null, notes: text }), names);
    if (names.length > 0) assert.ok(FORMER_NAME_WORDS.some((word) => text.toLowerCase().includes(word)));
  });
}

test('a name in description and notes is found once', () => {
  assert.deepEqual(formerNames({ description: 'LDAP (was sldap)', notes: 'Formerly was sldap' }), ['sldap']);
  assert.deepEqual(formerNames({ description: null, notes: null }), []);
});
