import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { blocksOf } from '../support/documented-commands.ts';
import { freePort } from '../support/free-port.ts';
import { send, waitUntil } from '../support/nodes.ts';
import { PROJECT, startServer } from '../support/portolan-process.ts';
import { PostgresServer } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);

/** Scripts in place of programs: `createuser` reads the password from a terminal if it has one, `scp` copies between two folders. */
const STUBS: Readonly<Record<string, string>> = {
  createuser: `printf 'secret\\nsecret\\n' | setsid "$REAL_CREATEUSER" "$@"`,
  portolan: 'exec "$NODE" "$PROJECT/bin/portolan.js" "$@"',
  scp: 'exec cp -p "$@"',
};

/** The commands of the set-up with the machine that each runs on: `a$ portolan …`. */
function documentedCommands(): { readonly machine: string; readonly command: string }[] {
  const [block] = blocksOf('docs/several-nodes.md').filter(({ text }) => text.startsWith('db$'));
  return [...(block?.text ?? '').matchAll(/^(\w+)\$ +(.+)$/gm)].map(([, machine = '', command = '']) => ({
    machine,
    command,
  }));
}

/** Creates a folder for each machine, and one for the scripts. */
function makeMachines(root: string): void {
  for (const folder of ['bin', 'a/etc/portolan', 'b/etc/portolan']) mkdirSync(join(root, folder), { recursive: true });
  for (const [name, script] of Object.entries(STUBS)) {
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'bin', name), 0o755);
  }
}

test('the documented commands of the set-up make two nodes', async (t) => {
  const postgres = await PostgresServer.start({ after });
  await postgres.query('DROP DATABASE portolan', [], 'postgres');
  const root = temporaryFolder(t);
  makeMachines(root);
  const inherited = {
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    NODE: process.execPath,
    PROJECT,
    REAL_CREATEUSER: (await run('which', ['createuser'])).stdout.trim(),
    ...{ PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: 'postgres' },
  };
  const ports: Readonly<Record<string, string>> = { a: await freePort(), b: await freePort() };
  const commands = documentedCommands();
  assert.equal(commands.length, 10);
  let printed = '';
  for (const { machine, command: documented } of commands) {
    const command = documented
      .replaceAll(/(?:(\w+):)?(\/etc\/portolan)/g, (_, other, path) => join(root, other ?? machine, path))
      .replace('db.example.org', `127.0.0.1:${postgres.port}`)
      .replace('PASSWORD', 'secret')
      .replace('7605', ports[machine] ?? '');
    const settings = { DATABASE: join(root, machine, 'portolan.db'), PORT: ports[machine] ?? '' };
    const [, flags] = /^portolan serve (.+)$/.exec(command) ?? [];
    if (flags === undefined) {
      printed = (await run('/bin/sh', ['-ec', command], { env: { ...inherited, ...settings } })).stdout;
    } else await startServer(t, settings, [process.execPath, 'bin/portolan.js', 'serve', ...flags.split(' ')]);
  }

  // The last command asks /readyz of the second node, which may still connect.
  assert.equal(JSON.parse(printed).shared.position, 0);
  const isConnected = async (port = '') => (await send(`http://127.0.0.1:${port}/readyz`)).body.shared.connected;
  for (const port of Object.values(ports)) await waitUntil('the node is connected', () => isConnected(port));
  assert.equal(statSync(join(root, 'b/etc/portolan/shared')).mode & 0o777, 0o600);
  const [first, second] = await Promise.all(
    Object.values(ports).map(async (port) => (await send(`http://127.0.0.1:${port}/registry`)).body),
  );
  assert.deepEqual(second, first);
});
