import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDatabase } from '../../src/cli/actions/prepare.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ASSIGNED =
  "caution assigned 8443/tcp: billing: IANA has assigned 8443/tcp to pcsync-https. Use a port that IANA has not assigned. If the entry is the same service, add IANA's name to its other names.\n";
const OVERLAP =
  'avoid overlap 8443/tcp: billing and invoices overlap on 8443/tcp, in production. Move all but one of them to other ports. If they never run in the same environment, set it.\n';

test('portolan own check lists the conflicts, and exits with code 1 for those to avoid', async (t) => {
  const DATABASE = join(temporaryFolder(t), 'portolan.db');
  await putSeededDatabase(DATABASE);
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = { DATABASE }) =>
    runPortolan(['own', 'check', ...args], { environment });
  const create = (entry: object) =>
    withDatabase(DATABASE, async (db) => new OwnWrites(db).create([parseOwnEntry(entry)], false, COMMAND_LINE));
  const none = await run([]);
  assert.deepEqual([none.code, none.stdout, none.stderr], [0, '\n', '']);
  await create({ name: 'billing', firstPort: 8443, environment: 'production' });
  const caution = await run([]);
  assert.deepEqual([caution.code, caution.stdout], [0, ASSIGNED]);
  await create({
    name: 'invoices',
    firstPort: 8443,
    lastPort: 8444,
    environment: 'Production',
    otherNames: ['pcsync-https'],
  });
  const { code, stdout } = await run(['--severity', 'avoid']);
  assert.deepEqual([code, stdout], [1, OVERLAP]);
  const others = await run(['--kind', 'assigned', '--limit', '1']);
  assert.deepEqual([others.code, others.stdout], [0, ASSIGNED]);

  const { url } = await startInProcess(t, { DATABASE });
  const remote = await run(['--json'], { PORTOLAN_SERVER: url });
  const { results } = JSON.parse(remote.stdout);
  assert.deepEqual([remote.code, results[0].kind, results[0].entryCount], [1, 'overlap', 2]);
  const silent = await run([], { PORTOLAN_SERVER: 'http://localhost:9' });
  assert.deepEqual([silent.code, silent.stdout], [3, '']);
});
