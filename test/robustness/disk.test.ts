import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
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

const READ_ONLY = 'The database cannot be written: its file system is read-only';

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
      assert.deepEqual([status, body.detail], [503, READ_ONLY]);
    }
    await assertReads(url, []);
  });

  const cases = [
    ['one process', '1', 'whole in its file'],
    ['two', '2', 'whole in its file'],
    ['one', '1', 'partly in the write-ahead log'],
  ] as const;
  for (const [processes, WORKERS, data] of cases) {
    test(`when it was read-only from the start, with ${processes} and data ${data}, gives every answer, and takes writes when it can`, async (t) => {
      const folder = temporaryFolder(t);
      const disk = join(folder, 'disk');
      const flag = join(folder, 'make-it-writable');
      const DATABASE = join(disk, 'portolan.db');
      mkdirSync(disk);
      await prepareDatabase(DATABASE);
      if (data === 'partly in the write-ahead log') leaveLog(t, DATABASE);
      const headers = { Authorization: bearer(DATABASE, 'write') };
      const script = `
        mount --bind "${disk}" "${disk}" && mount -o remount,bind,ro "${disk}" || exit 99
        ( while kill -0 $$ && [ ! -e "${flag}" ]; do sleep 0.05; done; mount -o remount,bind,rw "${disk}" ) >/dev/null 2>&1 &
        exec "${process.execPath}" bin/portolan.js serve`;
      const { url, log } = await startServer(t, { DATABASE, WORKERS }, ['unshare', ...namespace(), 'sh', '-c', script]);
      const sentence = `Setting DATABASE: cannot write ${JSON.stringify(DATABASE)}: its file system is read-only`;
      assert.equal(log().split(JSON.stringify(sentence).slice(1, -1)).length - 1, 1, log());
      await assertReads(url, []);
      const batch = await ask(url, 'POST', '/ports/lookup', {}, [22, '60257']);
      assert.deepEqual([batch.status, batch.body.results.length], [200, 2]);
      const write = () => ask(url, 'POST', '/associations', headers, { name: 'on-disk', firstPort: 5 });
      for (let count = 0; count < 3; count++) {
        const { status, body } = await write();
        assert.deepEqual([status, body.detail], [503, READ_ONLY]);
      }
      writeFileSync(flag, '');
      let written = await write();
      for (const end = Date.now() + 10_000; written.status === 503 && Date.now() < end; written = await write())
        await delay(50);
      assert.equal(written.status, 201, written.body.detail);
      // What was read from memory until now is looked at anew once a second.
      await delay(1_100);
      for (let count = 0; count < 5; count++) await assertReads(url, [written.body.id]);
    });
  }

  test('when it is read-only and there is no database on it is refused in one sentence', async (t) => {
    const disk = join(temporaryFolder(t), 'disk');
    const database = join(disk, 'portolan.db');
    mkdirSync(disk);
    const script = `
      mount --bind "${disk}" "${disk}" && mount -o remount,bind,ro "${disk}" || exit 99
      DATABASE="${database}" PORT=0 exec "${process.execPath}" bin/portolan.js serve`;
    const { code, stdout, stderr } = await runTool('unshare', [...namespace(), 'sh', '-c', script]);
    const sentence = `Setting DATABASE: cannot write ${JSON.stringify(database)}: its file system is read-only`;
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `portolan: ${sentence}\n` });
  });
});

/** Has what is written from now on stay in the write-ahead log: whoever closes the file last would move it. */
function leaveLog(t: TestContext, path: string): void {
  const db = new Database(path);
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  t.after(() => db.close());
}

/** Options of `unshare` for file systems of one's own. */
function namespace(): string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
}
