import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import type { Association } from '../../src/registry/rows/association.ts';
import { checkUse } from '../../src/sqlite/import/backup-check.ts';

/** Returns an own entry as in a backup and in the log of a shared register. */
function approved(approvedBy: string): Association {
  return {
    ...parseOwnEntry({ name: 'billing-api', firstPort: 8443 }),
    id: 'own-000000000000',
    prominence: 3,
    origin: 'own',
    revision: 2,
    approvedBy,
    approvedAt: '2026-11-24T23:36:22.945Z',
  } as Association;
}

test('an approval by a token, a signed-in user or the command line is valid, and no other one', () => {
  for (const name of ['ci', 'sso:bob', 'sso:Алиса Smith', 'command line']) checkUse(approved(name));
  for (const name of ['', 'a b', 'sso:', 'sso:a\u200bb', `sso:${'a'.repeat(129)}`]) {
    assert.throws(() => checkUse(approved(name)), { code: 'invalid_argument' }, name);
  }
});
