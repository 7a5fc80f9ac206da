import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { shareBundled, update } from '../../src/cli/actions/update.ts';
import { withNode } from '../../src/cli/actions/write-source.ts';
import { SharedLists } from '../../src/postgres/shared-lists.ts';
import { executeSql } from '../support/database-content.ts';
import { ianaFile } from '../support/iana-file.ts';
import { assertEqualFiles, type Node, send, startNodes, waitUntil } from '../support/nodes.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sourceOf } from '../support/write-source.ts';

const { nodes, postgres, admin } = await startNodes({ after }, { count: 2 });
const [one, two] = nodes;

/** The time in which each process reads the log, in milliseconds. */
const POLL_MS = 1_100;

function sourceOfNode({ database, settings }: Node) {
  return { ...sourceOf(database), shared: settings.SHARED ?? '' };
}

/**
 * Waits until all nodes show the same result of the last update. It has no position: a process that has read the head just before may
 * store the earlier result once more, until it reads again within a second.
 */
async function haveSameUpdate(): Promise<void> {
  await delay(POLL_MS);
  await waitUntil('all nodes show the same update', async () => {
    const shown = await Promise.all(
      nodes.map(async ({ url }) => JSON.stringify((await send(`${url}/registry`)).body.update)),
    );
    return new Set(shown).size === 1 && shown[0] !== 'null';
  });
}

async function newestRow(node: Node) {
  const { body } = await send(`${node.url}/audit?limit=1`, 'GET', { Authorization: admin });
  return body.results[0];
}

test('an update is made by one node, and all nodes have its rows and its result', async (t) => {
  const place = join(temporaryFolder(t), 'service-names-port-numbers.csv');
  writeFileSync(place, ianaFile(700));
  const options = { force: true, staleDays: 14, showsProgress: false };
  const { changed, rows } = await update(sourceOfNode(one), place, options);
  assert.deepEqual([changed, rows], [true, 700]);
  await haveSameUpdate();
  await assertEqualFiles(nodes);
  const [first, second] = await Promise.all(nodes.map(async ({ url }) => (await send(`${url}/registry`)).body));
  assert.deepEqual(second, first);
  assert.equal(first.update.result, 'changed');
  const due = new Date(Date.parse(first.update.succeededAt) - 1_000).toISOString();
  const other = await update(sourceOfNode(two), place, { ...options, due });
  assert.equal(other.sentence, `Unchanged: another node has updated the registry at ${first.update.succeededAt}`);
  const failed = update(sourceOfNode(two), join(temporaryFolder(t), 'none.csv'), options);
  await assert.rejects(failed, { code: 'not_found' });
  await waitUntil('all nodes show the failure', async () => {
    const results = await Promise.all(nodes.map(async ({ url }) => (await send(`${url}/registry`)).body.update.result));
    return results.every((result) => result === 'failed');
  });
});

test('two updates at the same time: the second one is left to the first', async (t) => {
  const [lock] = await postgres.query<{ pid: number }>(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted LIMIT 1",
  );
  assert.equal(lock, undefined);
  const folder = temporaryFolder(t);
  const place = join(folder, 'service-names-port-numbers.csv');
  writeFileSync(place, ianaFile(800));
  const options = { force: true, staleDays: 14, showsProgress: false };
  const both = await Promise.all(nodes.map((node) => update(sourceOfNode(node), place, options)));
  const changes = both.filter(({ changed }) => changed);
  assert.equal(changes.length, 1, JSON.stringify(both));
  await haveSameUpdate();
  await assertEqualFiles(nodes);
});

test('a node that gets the lock after the update of another one does not update', async (t) => {
  const folder = temporaryFolder(t);
  const place = join(folder, 'service-names-port-numbers.csv');
  writeFileSync(place, ianaFile(900));
  // No server applies the log to this file.
  const DATABASE = join(folder, 'late.db');
  const joined = await runPortolan(['shared', 'join'], { environment: { ...one.settings, DATABASE } });
  assert.equal(joined.code, 0, joined.stderr);
  await withNode({ ...sourceOf(DATABASE), shared: one.settings.SHARED ?? '' }, async (store) => {
    const due = new Date().toISOString();
    await update(sourceOfNode(one), place, { force: true, staleDays: 14, showsProgress: false });
    await haveSameUpdate();
    const { succeededAt } = (await send(`${one.url}/registry`)).body.update;
    const reason = await new SharedLists(store).lockUpdates(due);
    assert.equal(reason, `another node has updated the registry at ${succeededAt}`);
  });
});

test('a server of a newer version brings its bundled lists, an older one does not', async () => {
  const older = "UPDATE list SET sha256 = 'older' WHERE name = 'check-commands'";
  const before = await newestRow(one);
  await postgres.query("UPDATE portolan_head SET bundled = '999.0.0'");
  for (const { database } of nodes) executeSql(database, older);
  await shareBundled(sourceOfNode(one));
  assert.deepEqual(await newestRow(one), before);
  await postgres.query("UPDATE portolan_head SET bundled = '0.8.0'");
  await two.stop();
  await two.start();
  await waitUntil('the list is in the log', async () => (await newestRow(one)).id > before.id);
  const { kind, key, after: stored } = await newestRow(one);
  assert.deepEqual([kind, key, stored.bundled, stored.current], ['list', 'check-commands', true, true]);
  await assertEqualFiles(nodes);
});

test('a backup of a node is restored as a standalone database', async (t) => {
  const folder = temporaryFolder(t);
  const backup = join(folder, 'backup.db');
  assert.equal((await one.command('backup', backup)).code, 0);
  const environment = { DATABASE: join(folder, 'alone.db') };
  assert.equal((await runPortolan(['restore', backup], { environment })).code, 0);
  const { code, stderr } = await runPortolan(['token', 'create', '--name', 'x', '--scope', 'read'], { environment });
  assert.deepEqual([code, stderr], [0, '']);
  const foreign = await runPortolan(['shared', 'join', environment.DATABASE], { environment: one.settings });
  assert.match(foreign.stderr, /expected a backup of a node of this shared register/);
});
