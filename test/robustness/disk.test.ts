import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareDatabase } from '../../src/cli/prepare.ts';
import { startServer } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';
import { runTool } from '../support/tools.ts';
import { ask, ownEntries } from './own-client.ts';

/**
 * Starts a server in a mount namespace of its own, on a small file system in memory: util-linux makes one for users
 * other than root too, where the kernel lets them.
 */
async function startOnSmallDisk(t: TestContext) {
  const folder = temporaryFolder(t);
  const prepared = join(folder, 'portolan.db');
  await prepareDatabase(prepared);
  const headers = { Authorization: bearer(prepared, 'write') };
  const disk = join(folder, 'disk');
  const flag = join(folder, 'make-it-read-only');
  mkdirSync(disk);
  const script = `
    set -e
    mount -t tmpfs -o size=32m tmpfs "${disk}"
    cp "${prepared}" "${disk}/portolan.db"
    (
      while kill -0 $$ && [ ! -e "${flag}" ]; do sleep 0.05; done
      [ -e "${flag}" ] && mount --bind "${disk}" "${disk}" && mount -o remount,bind,ro "${disk}" && rm "${flag}"
    ) >/dev/null 2>&1 &
    exec "${process.execPath}" bin/portolan.js serve`;
  const server = await startServer(t, { DATABASE: join(disk, 'portolan.db') }, [
    'unshare',
    ...namespace(),
    'sh',
    '-c',
    script,
  ]);
  const write = (note: string) =>
    ask(server.url, 'POST', '/associations', headers, { name: 'on-disk', firstPort: 5, note });
  /** The disk, as the server sees it. */
  const seen = `/proc/${server.process.pid}/root${disk}`;
  return { url: server.url, write, seen, flag };
}

/** Every kind of reading is answered as ever. */
async function assertReads(url: string, ids: readonly string[]): Promise<void> {
  assert.deepEqual([...(await ownEntries(url)).keys()].sort(), ids.toSorted());
  for (const path of ['/ports/22', '/search?q=ssh', '/suggestions', '/pools', '/readyz']) {
    assert.equal((await ask(url, 'GET', path)).status, 200, path);
  }
}

describe('a disk that takes no more', () => {
  test('when it is full gives 503 with the reason, loses nothing, and takes writes again when there is room', async (t) => {
    const { url, write, seen } = await startOnSmallDisk(t);
    const ids: string[] = [(await write('first')).body.id];
    // A file of something else takes all the room but for a little.
    const filler = join(seen, 'filler');
    for (let size = 8 * 1024 * 1024; size >= 65_536; ) {
      try {
        writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
      } catch {
        size /= 2;
      }
    }
    truncateSync(filler, statSync(filler).size - 1024 * 1024);
    let refused = await write('y'.repeat(2_000));
    for (let count = 0; refused.status === 201 && count < 3_000; count++) {
      ids.push(refused.body.id);
      refused = await write('y'.repeat(2_000));
    }
    assert.deepEqual([refused.status, refused.body.detail], [503, 'The disk is full: nothing was changed']);
    await assertReads(url, ids);
    assert.equal((await write('y'.repeat(2_000))).status, 503);
    rmSync(filler);
    const after = await write('z'.repeat(2_000));
    assert.equal(after.status, 201);
    await assertReads(url, [...ids, after.body.id]);
    console.log(`${ids.length} writes before the disk was full`);
  });

  test('when it is read-only gives 503 with the reason, and loses nothing', async (t) => {
    const { url, seen, flag, write } = await startOnSmallDisk(t);
    // A first question opens the file for reading.
    await assertReads(url, []);
    writeFileSync(flag, '');
    for (;;) {
      try {
        writeFileSync(join(seen, 'probe'), '');
        await delay(50);
      } catch {
        break;
      }
    }
    for (let count = 0; count < 3; count++) {
      const { status, body } = await write('never');
      const detail = 'The database cannot be written: check the permissions of the file and its folder';
      assert.deepEqual([status, body.detail], [503, detail]);
    }
    await assertReads(url, []);
  });

  test('when it was read-only from the start is refused in one sentence', async (t) => {
    const folder = temporaryFolder(t);
    const disk = join(folder, 'disk');
    const database = join(disk, 'portolan.db');
    mkdirSync(disk);
    await prepareDatabase(database);
    const script = `
      mount --bind "${disk}" "${disk}" && mount -o remount,bind,ro "${disk}" || exit 99
      DATABASE="${database}" PORT=0 exec "${process.execPath}" bin/portolan.js serve`;
    const { code, stdout, stderr } = await runTool('unshare', [...namespace(), 'sh', '-c', script]);
    const sentence = `Setting DATABASE: cannot write ${JSON.stringify(database)}: its file system is read-only, and to read it takes writing beside it too`;
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `portolan: ${sentence}\n` });
  });
});

/** Options of `unshare` for file systems of one's own. */
function namespace(): string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
}
