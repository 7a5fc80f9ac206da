import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { bearer } from '../support/tokens.ts';

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/;

test('own approve works on the database and on a server', async (t) => {
  const DATABASE = await seededDatabase(t);
  const db = openForOwnWrites(DATABASE);
  const entry = parseOwnEntry({ name: 'billing-api', firstPort: 8443 });
  const [{ id = '' } = {}] = new OwnWrites(db).create([entry], false, COMMAND_LINE);
  db.close();
  const run = async (args: readonly string[], environment: Record<string, string>) => {
    const { code, stdout, stderr } = await runPortolan(['own', 'approve', ...args], { environment });
    return { code, stdout: stdout.replace(TIME, 'TIME'), stderr };
  };
  assert.deepEqual(await run([id], { DATABASE }), {
    code: 0,
    stdout: `approved 8443 "billing-api" ${id}: by command line, TIME\n`,
    stderr: '',
  });
  const token = (scope: 'write' | 'admin') => bearer(DATABASE, scope).replace('Bearer ', '');
  const { url } = await startInProcess(t, { DATABASE });
  const admin = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: token('admin') };
  const withdrawn = { code: 0, stdout: `not approved 8443 "billing-api" ${id}\n`, stderr: '' };
  assert.deepEqual(await run([id, '--withdraw'], admin), withdrawn);
  assert.deepEqual(await run([id], admin), {
    code: 0,
    stdout: `approved 8443 "billing-api" ${id}: by admin, TIME\n`,
    stderr: '',
  });
  assert.deepEqual(await run([id], { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: token('write') }), {
    code: 1,
    stdout: '',
    stderr: 'portolan: The token "write" has the scope write: expected admin\n',
  });
  assert.deepEqual(await run(['own-000000000000'], { DATABASE }), {
    code: 1,
    stdout: '',
    stderr: 'portolan: Cannot find association "own-000000000000": no such id\n',
  });
});
