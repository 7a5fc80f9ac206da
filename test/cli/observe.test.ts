import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';

const SSHD = 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=701,fd=3))\n';

test('observe stores a snapshot in the database and on a server', async (t) => {
  const DATABASE = await seededDatabase(t);
  const authorization = bearer(DATABASE, 'observe');
  const settings = await suiteSettings(DATABASE);
  const run = async (args: readonly string[], input: string | Buffer, environment = settings) =>
    runPortolan(['observe', ...args], { environment, input: input as string });
  const done = (stdout: string) => ({ code: 0, stdout, stderr: '' });
  assert.deepEqual(await run(['--host', 'Web-1'], SSHD), done('web-1: 1 listening socket, 1 new, 0 gone\n'));
  // A file in UTF-16, as PowerShell writes it.
  const file = join(temporaryFolder(t), 'sockets.txt');
  writeFileSync(file, Buffer.from(`\ufeff${SSHD}${SSHD.replace(':22 ', ':80 ')}`, 'utf16le'));
  const named = ['--host', 'web-1', '--environment', 'production', file];
  assert.deepEqual(await run(named, ''), done('web-1: 2 listening sockets, 1 new, 0 gone\n'));
  const { url } = await startInProcess(t, settings);
  const remote = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: authorization.replace('Bearer ', '') };
  assert.deepEqual(await run(['--host', 'web-1'], SSHD, remote), done('web-1: 1 listening socket, 0 new, 1 gone\n'));
  const udp = 'udp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:*\n';
  const kept = ['--host', 'web-1', '--ephemeral-udp', '--ephemeral-ports', '40000-40001'];
  assert.deepEqual(await run(kept, SSHD + udp, remote), done('web-1: 2 listening sockets, 1 new, 0 gone\n'));
  assert.deepEqual(
    await run(['--host', 'web-1', '--empty'], '', remote),
    done('web-1: 0 listening sockets, 0 new, 2 gone\n'),
  );
  const detail =
    'Cannot read line 1 of the snapshot, "tcp LISTEN 0 128 0.0.0.0:22 ": expected a line break at its end; the snapshot seems to be cut off';
  for (const place of [settings, remote]) {
    assert.deepEqual(await run(['--host', 'web-1'], SSHD.slice(0, 28), place), {
      code: 1,
      stdout: '',
      stderr: `portolan: ${detail}\n`,
    });
    const { code, stderr } = await run(['--host', 'a_b'], SSHD, place);
    assert.equal(code, 2);
    assert.ok(stderr.startsWith('error: Cannot parse host "a_b": expected labels of letters'), stderr);
  }
});
