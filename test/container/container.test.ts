import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { PACKAGE_CONTENT } from '../support/package-content.ts';
import { waitForStatus } from '../support/portolan-process.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { runTool } from '../support/tools.ts';
import { parseSteps } from './dockerfile.ts';
import { buildImage, type Image, startContainer } from './image.ts';

/**
 * Runs the steps of the Dockerfile in a bare Debian built from packages. In the result, the program runs as the image's
 * user, as process 1, without capabilities, with everything read-only except the volume and /tmp. Not tested: the same
 * steps in a container engine, and the content of published base images.
 */

/** A Debian that mmdebstrap has built before, which saves a minute. */
const { DEBIAN_TREE } = process.env;

let folder: string;
let image: Image;
let data: string;
before(() => {
  folder = makeFolder();
  if (DEBIAN_TREE !== undefined) copyFileSync(DEBIAN_TREE, join(folder, 'debian-bookworm.tar'));
  image = buildImage(folder);
  // An engine gives a new volume the owner that the folder has in the image.
  data = join(folder, 'volume');
  mkdirSync(data, { mode: 0o700 });
  const [user = 0, group = 0] = image.user.split(':').map(Number);
  chownSync(data, user, group);
});
after(() => removeFolder(folder));

function start(args?: readonly string[], environment = {}): ChildProcess {
  return startContainer(image, [[data, '/var/lib/portolan']], args, { environment });
}

async function outcomeOf(child: ChildProcess) {
  const { stdout, stderr } = child;
  assert.ok(stdout !== null && stderr !== null);
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { code, out, err };
}

/** Runs a command of the tree's own shell in the place of the program. */
async function inside(command: string): Promise<string> {
  const child = startContainer(image, [[data, '/var/lib/portolan']], ['-c', command], { entrypoint: ['/bin/sh'] });
  const { out, err } = await outcomeOf(child);
  return out + err;
}

async function serve(t: TestContext) {
  const PORT = await freePort();
  const child = start(undefined, { PORT });
  const ended = outcomeOf(child);
  // Killing the parent does not end the process, which belongs to another user.
  t.after(() => {
    if (child.exitCode === null) process.kill(firstProcess(child), 'SIGKILL');
  });
  const url = `http://127.0.0.1:${PORT}`;
  const deadline = Date.now() + 30_000;
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isUp())) {
    if (Date.now() > deadline || child.exitCode !== null)
      assert.fail(`It does not answer: ${await logOf(child, ended)}`);
    await delay(50);
  }
  assert.equal((await waitForStatus(`${url}/readyz`, 200)).status, 200);
  return { PORT, url, ended, first: firstProcess(child) };
}

async function logOf(child: ChildProcess, ended: ReturnType<typeof outcomeOf>): Promise<string> {
  if (child.exitCode === null) process.kill(firstProcess(child), 'SIGKILL');
  return JSON.stringify(await ended);
}

/** Returns the first process of a container, as this machine numbers it. */
function firstProcess(child: ChildProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
}

test('shellcheck accepts the shell steps', async () => {
  const scripts = parseSteps().filter(({ word }) => word === 'RUN');
  assert.equal(scripts.length, 3);
  for (const [index, { text }] of scripts.entries()) {
    const file = join(folder, `run-${index}.sh`);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    assert.deepEqual(await runTool('shellcheck', [file]), { code: 0, stdout: '', stderr: '' });
  }
});

describe('the image', () => {
  test('serves as an unprivileged user that can write only to the volume and /tmp', async (t) => {
    const { PORT, url, ended, first } = await serve(t);
    assert.equal(((await (await fetch(`${url}/ports/22/tcp`)).json()) as { number: number }).number, 22);
    const status = readFileSync(`/proc/${first}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?) ?$`, 'm').exec(status)?.[1]?.split('\t');
    assert.equal(readFileSync(`/proc/${first}/comm`, 'utf8'), 'portolan\n');
    assert.equal(field('NSpid')?.at(-1), '1', 'node is the first process');
    assert.deepEqual(
      [field('Uid'), field('Gid'), field('Groups')],
      [Array(4).fill('10001'), Array(4).fill('10001'), ['']],
    );
    const none = ['0000000000000000'];
    assert.deepEqual(['CapEff', 'CapPrm', 'CapBnd', 'CapInh', 'CapAmb'].map(field), Array(5).fill(none));
    assert.deepEqual(field('NoNewPrivs'), ['1']);
    const elsewhere = ['/proc', '/dev', '/var/lib/portolan/*'].map((path) => `-path '${path}' -prune -o`).join(' ');
    const writable = await inside(`find / ${elsewhere} -writable ! -type l -print 2>/dev/null`);
    assert.deepEqual(writable.trim().split('\n').sort(), ['/tmp', '/var/lib/portolan']);
    assert.match(await inside('echo x > /opt/portolan/x'), /Read-only file system/);
    const healthy = startContainer(image, [[data, '/var/lib/portolan']], image.health, {
      entrypoint: [],
      environment: { PORT },
    });
    assert.deepEqual(await outcomeOf(healthy), {
      code: 0,
      out: `Ready: ${url}\n`.replace('0.0.0.0', '127.0.0.1'),
      err: '',
    });
    process.kill(first, 'SIGTERM');
    const { code, out, err } = await ended;
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(out, /"msg":"stopped"/);
    const ill = startContainer(image, [[data, '/var/lib/portolan']], image.health, {
      entrypoint: [],
      environment: { PORT },
    });
    assert.equal((await outcomeOf(ill)).code, 1);
  });

  test('keeps written data in the volume, and runs the other commands', async (t) => {
    const created = await outcomeOf(start(['token', 'create', '--name', 'ci', '--scope', 'write']));
    assert.deepEqual([created.code, created.err], [0, '']);
    const { url, first, ended } = await serve(t);
    const headers = { Authorization: `Bearer ${created.out.trim()}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'billing', firstPort: 20001 });
    assert.equal((await fetch(`${url}/associations`, { method: 'POST', headers, body })).status, 201);
    process.kill(first, 'SIGTERM');
    assert.equal((await ended).code, 0);
    assert.deepEqual(readdirSync(data), ['portolan.db']);
    const exported = await outcomeOf(start(['own', 'export', '--format', 'json']));
    assert.equal(JSON.parse(exported.out)[0].name, 'billing');
  });

  test('has no build or download tools, and no development dependencies', async () => {
    const tools = 'npm npx corepack yarn gcc cc g++ make python3 curl wget git gdb';
    assert.equal(
      await inside(`for tool in ${tools}; do command -v $tool; done; command -v node`),
      '/usr/local/bin/node\n',
    );
    const program = join(image.tree, 'opt/portolan');
    assert.deepEqual(readdirSync(program).sort(), PACKAGE_CONTENT);
    for (const name of ['typescript', 'node', '@biomejs', 'playwright-core']) {
      assert.equal(existsSync(join(program, 'node_modules', name)), false, name);
    }
  });
});
