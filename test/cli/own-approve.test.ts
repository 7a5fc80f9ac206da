import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { bearer } from '../support/tokens.ts';

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/;

test('own approve works on the database and on a server', async (t) => {
  const DATABASE = await seededDatabase(t);
  const db = openForOwnWrites(DATABASE);
  const entry = parseOwnEntry({ name: 'billing-api', firstPort: 8443 });
  const [{ id = '' } = {}] = new OwnWrites(db).create([entry], false, COMMAND_LINE);
  db.close();
  const [write, admin] = (['write', 'admin'] as const).map((scope) => bearer(DATABASE, scope).replace('Bearer ', ''));
  const settings = await suiteSettings(DATABASE);
  const run = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await runPortolan(['own', 'approve', ...args], { environment });
    return { code, stdout: stdout.replace(TIME, 'TIME'), stderr };
  };
  assert.deepEqual(await run([id], settings), {
    code: 0,
    stdout: `approved 8443 "billing-api" ${id}: by command line, TIME\n`,
    stderr: '',
  });
  const { url } = await startInProcess(t, settings);
  const remote = (token = '') => ({ PORTOLAN_SERVER: url, PORTOLAN_TOKEN: token });
  const withdrawn = { code: 0, stdout: `not approved 8443 "billing-api" ${id}\n`, stderr: '' };
  assert.deepEqual(await run([id, '--withdraw'], remote(admin)), withdrawn);
  assert.deepEqual(await run([id], remote(admin)), {
    code: 0,
    stdout: `approved 8443 "billing-api" ${id}: by admin, TIME\n`,
    stderr: '',
  });
  assert.deepEqual(await run([id], remote(write)), {
    code: 1,
    stdout: '',
    stderr: 'portolan: The token "write" has the scope write: expected admin\n',
  });
  assert.deepEqual(await run(['own-000000000000'], settings), {
    code: 1,
    stdout: '',
    stderr: 'portolan: Cannot find association "own-000000000000": no such id\n',
  });
});
