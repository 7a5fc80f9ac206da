import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { blocksOf } from '../support/documented-commands.ts';
import { startInProcess } from '../support/listen.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';
import { runTool } from '../support/tools.ts';

const PAGE = 'docs/observed-use.md';

/** The units and the lines of cron on the page. */
const [SERVICE = '', TIMER = '', OF_DOCKER = ''] = blocksOf(PAGE)
  .filter(({ kind }) => kind === 'ini')
  .map(({ text }) => text);
const CRON = blocksOf(PAGE).find(({ text }) => text.startsWith('*/5 '))?.text ?? '';

/** Starts a server, and writes what the commands of the page read. Returns its address and the commands with these files. */
async function setUp(t: TestContext) {
  const DATABASE = await seededDatabase(t);
  const { url } = await startInProcess(t, { DATABASE });
  const root = temporaryFolder(t);
  const token = bearer(DATABASE, 'observe', { hosts: ['web-1'] });
  for (const [name, parameters] of [
    ['portolan-observe', 'environment=production'],
    ['portolan-observe-docker', 'environment=production&source=docker&empty=true'],
  ] as const) {
    const address = `${url}/observations/web-1?${parameters}`;
    writeFileSync(join(root, name), `url = "${address}"\nheader = "Authorization: ${token}"\n`);
  }
  mkdirSync(join(root, 'bin'));
  const docker = (script: string): void => {
    writeFileSync(join(root, 'bin/docker'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'bin/docker'), 0o755);
  };
  const reader = bearer(DATABASE, 'read');
  const list = async (query: string): Promise<{ process: string | null; goneAt: string | null }[]> => {
    const asked = query.includes('state=') ? query : `${query}&state=all`;
    const response = await fetch(`${url}/observations?${asked}`, { headers: { Authorization: reader } });
    const { results } = (await response.json()) as { results: { process: string | null; goneAt: string | null }[] };
    return results;
  };
  const run = (command: string) => {
    const here = command.replaceAll('/etc/portolan', `${root}/portolan`).replaceAll('/run/', `${root}/`);
    return runTool('/bin/sh', ['-c', here], { PATH: `${join(root, 'bin')}:${process.env.PATH}:/usr/sbin:/sbin` });
  };
  return { DATABASE, url, list, docker, run };
}

const CONTAINER = JSON.stringify({ Names: 'web', Ports: '0.0.0.0:8080->80/tcp', Labels: '' });

describe('the systemd units of docs/observed-use.md', () => {
  test('are accepted without warnings', async (t) => {
    const folder = temporaryFolder(t);
    const units = { 'portolan-observe.service': SERVICE + OF_DOCKER, 'portolan-observe.timer': TIMER };
    for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(units).map((name) => join(folder, name));
    const { code, stdout, stderr } = await runTool('systemd-analyze', ['verify', '--man=no', ...paths]);
    const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('portolan'));
    assert.deepEqual({ code, ours }, { code: 0, ours: [] });
  });

  test('and the lines of cron send the sockets and the containers of a host', async (t) => {
    const { list, docker, run } = await setUp(t);
    const open = createServer().listen(0, '127.0.0.1');
    t.after(() => open.close());
    await once(open, 'listening');
    const { port } = open.address() as AddressInfo;
    const commands = (text: string) => [...text.matchAll(/^ExecStart=(.*)$/gm)].map(([, command = '']) => command);
    const [sockets = '', containers = '', send = ''] = commands(SERVICE + OF_DOCKER);
    const [cronSockets = '', cronContainers = ''] = CRON.trimEnd()
      .split('\n')
      .map((line) => line.split(' ').slice(6).join(' '));
    docker(`echo '${CONTAINER}'`);
    for (const [ofSockets, ofContainers] of [
      [sockets, `${containers} && ${send}`],
      [cronSockets, cronContainers],
    ]) {
      for (const command of [ofSockets ?? '', ofContainers ?? '']) {
        const { code, stderr } = await run(command);
        assert.deepEqual([code, stderr], [0, ''], command);
      }
      assert.equal((await list(`host=web-1&state=listening&port=${port}`)).length, 1);
      assert.deepEqual(
        await list('host=web-1&port=8080&process=web').then((rows) => rows.map(({ goneAt }) => goneAt)),
        [null],
      );
    }
    // A docker that does not answer is no host without containers.
    docker('exit 1');
    for (const command of [`${containers} && ${send}`, cronContainers]) assert.notEqual((await run(command)).code, 0);
    assert.deepEqual(
      (await list('host=web-1&port=8080&process=web')).map(({ goneAt }) => goneAt),
      [null],
    );
    docker('true');
    assert.equal((await run(cronContainers)).code, 0);
    assert.notEqual((await list('host=web-1&port=8080&process=web'))[0]?.goneAt, null);
  });
});

test('portolan observe stores a scan of the real nmap', async (t) => {
  const DATABASE = await seededDatabase(t);
  // A scan resets its connections.
  const open = createServer((socket) => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1');
  t.after(() => open.close());
  await once(open, 'listening');
  const { port } = open.address() as AddressInfo;
  const observe = async (ports: string) => {
    const scan = await runTool('nmap', ['-n', '-sT', '-p', ports, '-oX', '-', '127.0.0.1']);
    assert.equal(scan.code, 0, scan.stderr);
    return runPortolan(['observe', '--source', 'nmap'], { environment: { DATABASE }, input: scan.stdout });
  };
  const done = (counts: string) => ({ code: 0, stdout: `127.0.0.1: ${counts}\n`, stderr: '' });
  assert.deepEqual(await observe(`${port}`), done('1 listening socket, 1 new, 0 gone'));
  open.close();
  await once(open, 'close');
  // A scan of another port does not cover the closed one.
  const other = port === 65_535 ? port - 1 : port + 1;
  assert.match((await observe(`${other}`)).stdout, /, 0 gone\n$/);
  assert.deepEqual(await observe(`${port}`), done('0 listening sockets, 0 new, 1 gone'));
});
