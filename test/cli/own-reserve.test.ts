import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { bearer } from '../support/tokens.ts';

test('own reserve works on the database and on a server', async (t) => {
  const DATABASE = await seededDatabase(t);
  const db = openForOwnWrites(DATABASE);
  const pool = { name: 'payments', ranges: ['26100-26101'], protocols: ['tcp', 'udp'], owner: 'payments' };
  new OwnWrites(db).createPool(parsePool(pool), COMMAND_LINE);
  db.close();
  const authorization = bearer(DATABASE, 'write');
  const settings = await suiteSettings(DATABASE);
  const run = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await runPortolan(['own', 'reserve', ...args], { environment });
    return { code, stdout: stdout.replace(/own-\w{12}/, 'ID'), stderr };
  };
  const keyed = ['ledger', '--pool', 'payments', '--key', 'ledger/production', '--environment', 'production'];
  const reserved = { code: 0, stdout: 'reserved 26100/tcp "ledger" ID\n', stderr: '' };
  assert.deepEqual(await run(keyed, settings), reserved);
  const { url } = await startInProcess(t, settings);
  const remote = {
    PORTOLAN_SERVER: url,
    PORTOLAN_TOKEN: authorization.replace('Bearer ', ''),
  };
  // The key holds the entry, for every token.
  assert.deepEqual(await run(keyed, remote), reserved);
  const { stdout, code } = await run(
    ['media', '--pool', 'payments', '--protocol', 'tcp,udp', '--owner', 'voice', '--json'],
    remote,
  );
  const { name, firstPort, protocols, owner, environment, warnings } = JSON.parse(stdout);
  assert.deepEqual(
    [code, name, firstPort, protocols, owner, environment, warnings.map(({ code: kind }: { code: string }) => kind)],
    [0, 'media', 26101, ['tcp', 'udp'], 'voice', null, ['pool', 'pool']],
  );
  const none = {
    code: 1,
    stdout: '',
    stderr:
      'portolan: Cannot reserve a port: 0 of 2 ports are suitable; requested: 1. Excluded: own uses and pools (2).\n',
  };
  assert.deepEqual(await run(['more', '--pool', 'payments'], remote), none);
  const ranges = { ...settings, EPHEMERAL_RANGES: 'build hosts=26100-26101' };
  assert.deepEqual(await run(['more', '--pool', 'payments'], ranges), {
    ...none,
    stderr: none.stderr.replace('Excluded: ', 'Excluded: own ephemeral ranges (2), '),
  });
  assert.deepEqual(await run(['more', '--pool', 'payments'], { PORTOLAN_SERVER: url }), {
    code: 1,
    stdout: '',
    stderr:
      'portolan: A token is needed: expected the header field Authorization: Bearer TOKEN (the command sends PORTOLAN_TOKEN)\n',
  });
  assert.deepEqual(await run(['more', '--count', 'two'], settings), {
    code: 2,
    stdout: '',
    stderr: 'error: Cannot read count "two": expected an integer from 1 to 100\n(portolan --help lists the commands)\n',
  });
});
