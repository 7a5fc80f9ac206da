import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { startServer, withoutStart } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bearer } from '../support/tokens.ts';
import { runTool } from '../support/tools.ts';
import { ownEntries, requestJson } from './own-client.ts';

/**
 * Starts a server in its own mount namespace, on a small tmpfs. `unshare` of util-linux also works without root, if the
 * kernel allows it.
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
    requestJson(server.url, 'POST', '/associations', headers, { name: 'on-disk', firstPort: 5, note });
  /** The path of the disk through the server's namespace. */
  const diskPath = `/proc/${server.process.pid}/root${disk}`;
  return { url: server.url, write, diskPath, flag };
}

/** Checks that every kind of read still succeeds. */
async function assertReads(url: string, ids: readonly string[]): Promise<void> {
  assert.deepEqual([...(await ownEntries(url)).keys()].sort(), ids.toSorted());
  for (const path of ['/ports/22', '/search?q=ssh', '/suggestions', '/pools', '/readyz']) {
    assert.equal((await requestJson(url, 'GET', path)).status, 200, path);
  }
}

const READ_ONLY = 'The database cannot be written: its file system is read-only';

describe('a disk that cannot be written', () => {
  test('that is full: writes get 503 with the reason, nothing is lost, and writes succeed again with free space', async (t) => {
    const { url, write, diskPath } = await startOnSmallDisk(t);
    const ids: string[] = [(await write('first')).body.id];
    // A filler file leaves about 1 MiB of free space.
    const filler = join(diskPath, 'filler');
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

  test('that becomes read-only: writes get 503 with the reason, and nothing is lost', async (t) => {
    const { url, diskPath, flag, write } = await startOnSmallDisk(t);
    // The first request opens the file for reading.
    await assertReads(url, []);
    writeFileSync(flag, '');
    for (;;) {
      try {
        writeFileSync(join(diskPath, 'probe'), '');
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
    test(`that is read-only from the start, with ${processes} and data ${data}: reads succeed, and writes once it is writable`, async (t) => {
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
      const batch = await requestJson(url, 'POST', '/ports/lookup', {}, [22, '60257']);
      assert.deepEqual([batch.status, batch.body.results.length], [200, 2]);
      const write = () => requestJson(url, 'POST', '/associations', headers, { name: 'on-disk', firstPort: 5 });
      for (let count = 0; count < 3; count++) {
        const { status, body } = await write();
        assert.deepEqual([status, body.detail], [503, READ_ONLY]);
      }
      writeFileSync(flag, '');
      let written = await write();
      for (const end = Date.now() + 10_000; written.status === 503 && Date.now() < end; written = await write())
        await delay(50);
      assert.equal(written.status, 201, written.body.detail);
      // The server reopens a database that it has read into memory once a second.
      await delay(1_100);
      for (let count = 0; count < 5; count++) await assertReads(url, [written.body.id]);
    });
  }

  test('that is read-only and has no database is refused in one sentence', async (t) => {
    const disk = join(temporaryFolder(t), 'disk');
    const database = join(disk, 'portolan.db');
    mkdirSync(disk);
    const script = `
      mount --bind "${disk}" "${disk}" && mount -o remount,bind,ro "${disk}" || exit 99
      DATABASE="${database}" PORT=0 exec "${process.execPath}" bin/portolan.js serve`;
    const { code, stdout, stderr } = await runTool('unshare', [...namespace(), 'sh', '-c', script]);
    const sentence = `Setting DATABASE: cannot write ${JSON.stringify(database)}: its file system is read-only`;
    assert.deepEqual(
      { code, stdout: withoutStart(stdout), stderr },
      { code: 1, stdout: '', stderr: `portolan: ${sentence}\n` },
    );
  });
});

/** Keeps later writes in the write-ahead log: an open connection prevents the checkpoint at the last close. */
function leaveLog(t: TestContext, path: string): void {
  const db = new Database(path);
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  t.after(() => db.close());
}

/** Returns the options of `unshare` for a mount namespace. */
function namespace(): string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
}
