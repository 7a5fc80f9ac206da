import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { executeSql } from '../support/database-content.ts';
import {
  assertFails,
  runPortolan,
  type ServerProcess,
  startServer,
  waitForStatus,
} from '../support/portolan-process.ts';
import { useSmallDatabase } from '../support/small-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOCKED = 'The database is locked by another process: try again when it is done';
const DAMAGED =
  'The database is damaged: restore it from a backup, or delete it and start again to load the bundled data';
const FOREIGN = 'The database is not one of Portolan: set DATABASE to another file';
const EMPTY = 'The database is empty: start Portolan again or run its seed command to fill it';
const MISSING = 'The database is missing: start Portolan again or run its seed command to create a new one';
const NEWER =
  'The database has schema version 999, but this Portolan works with version N: run the newer Portolan that made it, or set DATABASE to another file';

const template = useSmallDatabase();

/** Returns the path of a database, and a function that puts a sound one there: with a small file and the bundled lists. */
function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const database = join(folder, 'portolan.db');
  const putSound = () => {
    copyFileSync(template(), join(folder, 'copy.db'));
    renameSync(join(folder, 'copy.db'), database);
  };
  return { database, putSound };
}

/** Overwrites a file in place from an offset to its end. */
function overwrite(path: string, from: number): void {
  const file = openSync(path, 'r+');
  const size = fstatSync(file).size;
  writeSync(file, Buffer.alloc(size - from, 'garbage'), 0, size - from, from);
  closeSync(file);
}

/** Checks that `/readyz` and a lookup fail with the given reason, and that `/healthz` succeeds. */
async function assertUnavailable({ url }: ServerProcess, detail: string): Promise<void> {
  for (const path of ['/readyz', '/ports/80']) {
    const response = await fetch(url + path);
    const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>;
    const message = String(problem.detail).replace(/works with version \d+/, 'works with version N');
    assert.deepEqual(
      {
        ...problem,
        detail: message,
        retryAfter: response.headers.get('Retry-After'),
        type: response.headers.get('Content-Type'),
      },
      {
        type: 'application/problem+json; charset=utf-8',
        title: 'Service Unavailable',
        status: 503,
        detail,
        retryAfter: '5',
      },
    );
    assert.equal(response.status, 503);
  }
  const alive = await fetch(`${url}/healthz`);
  assert.deepEqual([alive.status, JSON.parse(await alive.text()).status], [200, 'ok']);
}

/** Waits until the server is ready again. */
async function assertRecovers({ url }: ServerProcess): Promise<void> {
  assert.equal((await waitForStatus(`${url}/readyz`, 200)).status, 200);
  assert.equal((await fetch(`${url}/ports/80`)).status, 200);
}

describe('a server with an unreadable database stays alive, and recovers without a restart', {
  // The first four tests mostly wait.
  concurrency: 4,
}, () => {
  test('a new file that another process has locked, until it is released', async (t) => {
    const { database } = setUp(t);
    const db = new Database(database);
    t.after(() => db.close());
    db.exec('BEGIN EXCLUSIVE');
    const server = await startServer(t, { DATABASE: database });
    await assertUnavailable(server, LOCKED);
    db.exec('ROLLBACK');
    await assertRecovers(server);
  });

  test('a database that another process has locked for writing can still be read', async (t) => {
    const { database, putSound } = setUp(t);
    putSound();
    const db = new Database(database);
    t.after(() => db.close());
    db.exec('BEGIN EXCLUSIVE');
    await assertRecovers(await startServer(t, { DATABASE: database }));
    db.exec('ROLLBACK');
  });

  test('seed waits for another writer, and fails after the timeout', async (t) => {
    const { database, putSound } = setUp(t);
    putSound();
    const db = new Database(database);
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    await assertFails(['seed'], { DATABASE: database }, LOCKED);
    const seeding = runPortolan(['seed'], { environment: { DATABASE: database } });
    await delay(1_000);
    db.exec('ROLLBACK');
    assert.equal((await seeding).code, 0);
  });

  test('garbage, until it is removed: the server then creates a new database', async (t) => {
    const { database } = setUp(t);
    writeFileSync(database, Buffer.alloc(8192, 'garbage'));
    const server = await startServer(t, { DATABASE: database });
    await assertUnavailable(server, DAMAGED);
    rmSync(database);
    await assertRecovers(server);
    assert.ok(existsSync(database));
  });

  const bad: readonly (readonly [
    title: string,
    damage: (path: string, putSound: () => void) => void,
    detail: string,
  ])[] = [
    [
      'a newer schema',
      (path, putSound) => {
        putSound();
        executeSql(path, 'PRAGMA user_version = 999');
      },
      NEWER,
    ],
    ['garbage', (path) => writeFileSync(path, Buffer.alloc(8192, 'garbage')), DAMAGED],
    [
      'a file of 50 bytes',
      (path, putSound) => {
        putSound();
        truncateSync(path, 50);
      },
      DAMAGED,
    ],
    [
      'a file cut in half',
      (path, putSound) => {
        putSound();
        truncateSync(path, 4096 * 20);
      },
      DAMAGED,
    ],
    ["another program's file", (path) => executeSql(path, 'CREATE TABLE note (text)'), FOREIGN],
  ];
  for (const [title, damage, detail] of bad) {
    test(`${title}, until a sound file replaces it`, async (t) => {
      const { database, putSound } = setUp(t);
      damage(database, putSound);
      const content = readFileSync(database);
      const server = await startServer(t, { DATABASE: database });
      await assertUnavailable(server, detail);
      assert.ok(readFileSync(database).equals(content), 'the file was changed');
      putSound();
      await assertRecovers(server);
    });
  }

  const damaged: readonly (readonly [title: string, damage: (path: string) => void, detail: string])[] = [
    ['is overwritten except for its first page', (path) => overwrite(path, 4096), DAMAGED],
    ['is overwritten', (path) => overwrite(path, 0), DAMAGED],
    ['is emptied', (path) => truncateSync(path, 0), EMPTY],
    [
      "is replaced by another program's file",
      (path) => {
        executeSql(`${path}.other`, 'CREATE TABLE note (text)');
        renameSync(`${path}.other`, path);
      },
      FOREIGN,
    ],
  ];
  for (const [title, damage, detail] of damaged) {
    for (const ANSWER_CACHE of ['on', 'off']) {
      test(`a file that ${title} while the server runs, with ANSWER_CACHE=${ANSWER_CACHE}, until a sound file replaces it`, async (t) => {
        const { database, putSound } = setUp(t);
        putSound();
        const server = await startServer(t, { DATABASE: database, ANSWER_CACHE });
        await assertRecovers(server);
        damage(database);
        // Pages in memory are still served. The first read from the file finds the fault, and then every request fails.
        for (const path of ['/search?q=ssh', '/services/http', '/ports/81']) {
          const { status } = await waitForStatus(server.url + path, 503);
          assert.equal(status, 503, path);
        }
        await waitForStatus(`${server.url}/readyz`, 503);
        await assertUnavailable(server, detail);
        putSound();
        await assertRecovers(server);
        // `/ports/81` was answered before the damage, and must succeed again.
        assert.equal((await fetch(`${server.url}/ports/81`)).status, 200);
        assert.equal(server.process.exitCode, null);
      });
    }
  }

  test('a file that is removed while the server runs, until a sound file replaces it', async (t) => {
    const { database, putSound } = setUp(t);
    putSound();
    const server = await startServer(t, { DATABASE: database });
    await assertRecovers(server);
    for (const path of [database, `${database}-wal`, `${database}-shm`]) rmSync(path, { force: true });
    await assertUnavailable(server, MISSING);
    putSound();
    await assertRecovers(server);
  });
});
