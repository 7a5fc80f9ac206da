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
const MISSING = 'The database is missing: start Portolan again or run its seed command to make a new one';
const NEWER =
  'The database has schema version 999, but this Portolan works with version N: run the newer Portolan that made it, or set DATABASE to another file';

const template = useSmallDatabase();

/** Gives the path for a database, and a function that puts a good one there: with a small file and the bundled lists. */
function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const database = join(folder, 'portolan.db');
  const putGood = () => {
    copyFileSync(template(), join(folder, 'copy.db'));
    renameSync(join(folder, 'copy.db'), database);
  };
  return { database, putGood };
}

/** Writes over what lies in a file, from a byte on, as a disk or a careless copy does. */
function overwrite(path: string, from: number): void {
  const file = openSync(path, 'r+');
  const size = fstatSync(file).size;
  writeSync(file, Buffer.alloc(size - from, 'garbage'), 0, size - from, from);
  closeSync(file);
}

/** Asks for readiness and for a port: both must be refused for the reason given, and the process must live. */
async function assertUnavailable({ url }: ServerProcess, detail: string): Promise<void> {
  for (const path of ['/readyz', '/ports/80']) {
    const response = await fetch(url + path);
    const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>;
    const said = String(problem.detail).replace(/works with version \d+/, 'works with version N');
    assert.deepEqual(
      {
        ...problem,
        detail: said,
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
  assert.deepEqual([alive.status, await alive.text()], [200, '{"status":"ok"}']);
}

/** Waits until the server has put itself right. */
async function assertRecovers({ url }: ServerProcess): Promise<void> {
  assert.equal((await waitForStatus(`${url}/readyz`, 200)).status, 200);
  assert.equal((await fetch(`${url}/ports/80`)).status, 200);
}

describe('a database that cannot be read leaves the server alive, and it recovers by itself', {
  // The first four wait for most of their time.
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

  test('a database that another process has locked for writing is read all the same', async (t) => {
    const { database, putGood } = setUp(t);
    putGood();
    const db = new Database(database);
    t.after(() => db.close());
    db.exec('BEGIN EXCLUSIVE');
    await assertRecovers(await startServer(t, { DATABASE: database }));
    db.exec('ROLLBACK');
  });

  test('seed waits for another process that writes, and says so when it takes too long', async (t) => {
    const { database, putGood } = setUp(t);
    putGood();
    const db = new Database(database);
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    await assertFails(['seed'], { DATABASE: database }, LOCKED);
    const seeding = runPortolan(['seed'], { environment: { DATABASE: database } });
    await delay(1_000);
    db.exec('ROLLBACK');
    assert.equal((await seeding).code, 0);
  });

  test('garbage, until it is removed: then a new one is made', async (t) => {
    const { database } = setUp(t);
    writeFileSync(database, Buffer.alloc(8192, 'garbage'));
    const server = await startServer(t, { DATABASE: database });
    await assertUnavailable(server, DAMAGED);
    rmSync(database);
    await assertRecovers(server);
    assert.ok(existsSync(database));
  });

  const bad: readonly (readonly [title: string, spoil: (path: string, putGood: () => void) => void, detail: string])[] =
    [
      [
        'a newer schema',
        (path, putGood) => {
          putGood();
          executeSql(path, 'PRAGMA user_version = 999');
        },
        NEWER,
      ],
      ['garbage', (path) => writeFileSync(path, Buffer.alloc(8192, 'garbage')), DAMAGED],
      [
        'a file of 50 bytes',
        (path, putGood) => {
          putGood();
          truncateSync(path, 50);
        },
        DAMAGED,
      ],
      [
        'a file cut in half',
        (path, putGood) => {
          putGood();
          truncateSync(path, 4096 * 20);
        },
        DAMAGED,
      ],
      ["another program's file", (path) => executeSql(path, 'CREATE TABLE note (text)'), FOREIGN],
    ];
  for (const [title, spoil, detail] of bad) {
    test(`${title}, until a good one takes its place`, async (t) => {
      const { database, putGood } = setUp(t);
      spoil(database, putGood);
      const content = readFileSync(database);
      const server = await startServer(t, { DATABASE: database });
      await assertUnavailable(server, detail);
      assert.ok(readFileSync(database).equals(content), 'the file was changed');
      putGood();
      await assertRecovers(server);
    });
  }

  const spoiled: readonly (readonly [title: string, spoil: (path: string) => void, detail: string])[] = [
    ['is overwritten but for its first page', (path) => overwrite(path, 4096), DAMAGED],
    ['is overwritten', (path) => overwrite(path, 0), DAMAGED],
    ['is emptied', (path) => truncateSync(path, 0), EMPTY],
    [
      "gives way to another program's",
      (path) => {
        executeSql(`${path}.other`, 'CREATE TABLE note (text)');
        renameSync(`${path}.other`, path);
      },
      FOREIGN,
    ],
  ];
  for (const [title, spoil, detail] of spoiled) {
    for (const ANSWER_CACHE of ['on', 'off']) {
      test(`a file that ${title} while the server runs, with ANSWER_CACHE=${ANSWER_CACHE}, until a good one takes its place`, async (t) => {
        const { database, putGood } = setUp(t);
        putGood();
        const server = await startServer(t, { DATABASE: database, ANSWER_CACHE });
        await assertRecovers(server);
        spoil(database);
        // What is still in memory is answered; whatever is read from the file finds the fault, and then nothing is.
        for (const path of ['/search?q=ssh', '/services/http', '/ports/81']) {
          const { status } = await waitForStatus(server.url + path, 503);
          assert.equal(status, 503, path);
        }
        await waitForStatus(`${server.url}/readyz`, 503);
        await assertUnavailable(server, detail);
        putGood();
        await assertRecovers(server);
        // Not when it is ready: who was answered before is answered as before.
        assert.equal((await fetch(`${server.url}/ports/81`)).status, 200);
        assert.equal(server.process.exitCode, null);
      });
    }
  }

  test('a file that is removed while the server runs, until a good one takes its place', async (t) => {
    const { database, putGood } = setUp(t);
    putGood();
    const server = await startServer(t, { DATABASE: database });
    await assertRecovers(server);
    for (const path of [database, `${database}-wal`, `${database}-shm`]) rmSync(path, { force: true });
    await assertUnavailable(server, MISSING);
    putGood();
    await assertRecovers(server);
  });
});
