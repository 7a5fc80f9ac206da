import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { NOT_REACHED } from '../../src/registry/shared-status.ts';
import {
  assertEqualFiles,
  caughtUp,
  type Node,
  type NodeResponse,
  send,
  startNodes,
  waitUntil,
} from '../support/nodes.ts';

/** The longest time for which a frozen node delays the writes of others, in milliseconds. */
const FROZEN_MS = 5_000;

/** The longest time until a client of a node without PostgreSQL gets 503, in milliseconds. */
const REFUSED_MS = 10_000;

/** The same for each of many clients: a write waits for at most 5 s behind others, and then for at most 5.5 s for PostgreSQL. */
const QUEUE_MS = 11_000;

/** The longest time between a write and its appearance on a node without notifications: it polls each second. */
const LAG_MS = 1_200;

const { nodes, postgres, write } = await startNodes({ after }, { count: 2 });
const [one, two] = nodes;
const authorization = { Authorization: write };

let entries = 0;

/** Creates an entry on a node. */
function create(node: Node, headers: Readonly<Record<string, string>> = {}): Promise<NodeResponse> {
  const body = { name: `entry-${++entries}`, firstPort: 30_000 + entries };
  return send(`${node.url}/associations`, 'POST', { ...authorization, ...headers }, body);
}

/** Creates an entry, and repeats that for 20 s while the node answers 503. */
async function createInTime(node: Node): Promise<NodeResponse> {
  for (const deadline = Date.now() + 20_000; ; await delay(50)) {
    const answer = await create(node);
    if (answer.status !== 503 || Date.now() > deadline) return answer;
  }
}

/** Returns the status of an entry on a node. */
async function statusOn({ url }: Node, id: string): Promise<number> {
  return (await send(`${url}/associations/${id}`)).status;
}

test('a line cut just after COMMIT: the write is made, the client gets 503, and finds the outcome by its key', async () => {
  for (const other of [one, two]) {
    const key = { 'Idempotency-Key': `cut-${other.name}` };
    const body = { name: `cut-${other.name}`, within: '21000-21999' };
    const headers = { ...authorization, ...key };
    const cut = one.proxy.cutAfterCommit();
    const first = await send(`${one.url}/reservations`, 'POST', headers, body);
    assert.equal(first.status, 503, JSON.stringify(first.body));
    await cut;
    assert.notEqual(first.headers.get('Retry-After'), null);
    // The node with the fault and another one have the outcome.
    let second = await send(`${other.url}/reservations`, 'POST', headers, body);
    for (let tries = 0; second.status === 503 && tries < 50; tries++) {
      await delay(50);
      second = await send(`${other.url}/reservations`, 'POST', headers, body);
    }
    assert.deepEqual([second.status, second.headers.get('Idempotent-Replayed')], [201, 'true']);
    await caughtUp(nodes);
    for (const { url } of nodes) {
      const { body: found } = await send(`${url}/associations?q=cut&origin=own`);
      const named = found.results.filter(({ name }: { name: string }) => name === `cut-${other.name}`);
      assert.deepEqual(
        named.map(({ id }: { id: string }) => id),
        [second.body.id],
      );
    }
  }
  await assertEqualFiles(nodes);
});

test('without any notification, a node has each write within 1.2 s', async (t) => {
  two.proxy.dropNotifications(true);
  t.after(() => two.proxy.dropNotifications(false));
  const before = two.proxy.dropped;
  const lags: number[] = [];
  for (let count = 0; count < 5; count++) {
    // At any moment between two polls of the follower.
    await delay(count * 230);
    const { status, body } = await create(one);
    assert.equal(status, 201);
    lags.push(await waitUntil('the other node has the entry', async () => (await statusOn(two, body.id)) === 200));
  }
  t.diagnostic(lags.map((ms) => `${Math.round(ms)} ms`).join(', '));
  assert.ok(two.proxy.dropped > before, 'no notification was dropped');
  assert.ok(Math.max(...lags) < LAG_MS, `${lags}`);
  await assertEqualFiles(nodes);
});

test('a node is suspended while it holds the head: the others write within 5 s, and its own write fails', async (t) => {
  const held = one.proxy.holdNextInsert();
  const own = create(one).then(
    ({ status }) => status,
    (error: Error) => error,
  );
  const release = await held;
  await one.pause();
  t.after(() => one.resume());
  release();
  const start = performance.now();
  const answer = await create(two);
  const ms = performance.now() - start;
  t.diagnostic(`written on the other node after ${Math.round(ms)} ms`);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  assert.ok(ms < FROZEN_MS, `the other node waited for ${ms} ms`);
  one.resume();
  assert.equal(await own, 503);
  const again = await createInTime(one);
  assert.equal(again.status, 201);
  await assertEqualFiles(nodes);
  for (const { body } of [answer, again]) {
    for (const node of nodes) assert.equal(await statusOn(node, body.id), 200);
  }
});

test('a black hole: reads go on, writes get 503 with the reason in time, and the node catches up afterwards', async (t) => {
  const { body: known } = await create(one);
  await caughtUp(nodes);
  two.proxy.setBlackHole(true);
  t.after(() => two.proxy.setBlackHole(false));
  const start = performance.now();
  const refused = await create(two);
  const ms = performance.now() - start;
  assert.equal(refused.status, 503, JSON.stringify(refused.body));
  assert.match(refused.body.detail, /PostgreSQL/);
  assert.match(refused.headers.get('Retry-After') ?? '', /^\d+$/);
  t.diagnostic(`503 after ${Math.round(ms)} ms: ${refused.body.detail}`);
  assert.ok(ms < REFUSED_MS, `the client waited for ${ms} ms`);
  assert.equal(await statusOn(two, known.id), 200);
  assert.equal((await send(`${two.url}/ports/22`)).status, 200);
  const shared = async () => (await send(`${two.url}/readyz`)).body.shared;
  await waitUntil('the node says that it is alone', async () => !(await shared()).connected);
  t.diagnostic(JSON.stringify(await shared()));
  assert.equal((await shared()).position, two.position());
  // The other node continues, although the lost connection may hold the head until PostgreSQL ends its transaction.
  const meanwhile = await createInTime(one);
  assert.equal(await statusOn(two, meanwhile.body.id), 404);
  two.proxy.setBlackHole(false);
  await waitUntil('the node has the write', async () => (await statusOn(two, meanwhile.body.id)) === 200);
  assert.equal((await createInTime(two)).status, 201);
  await assertEqualFiles(nodes);
});

test('many writes in a black hole: the waits for PostgreSQL do not add up, and no write is made later', async (t) => {
  assert.equal((await createInTime(two)).status, 201);
  two.proxy.setBlackHole(true);
  t.after(() => two.proxy.setBlackHole(false));
  const start = performance.now();
  const first = entries + 1;
  const answers = await Promise.all(Array.from({ length: 40 }, () => create(two)));
  const ms = performance.now() - start;
  t.diagnostic(`503 after at most ${Math.round(ms)} ms`);
  for (const { status, headers, body } of answers) {
    assert.equal(status, 503);
    assert.match(body.detail, /PostgreSQL/);
    assert.notEqual(headers.get('Retry-After'), null);
  }
  assert.ok(ms < QUEUE_MS, `a client waited for ${ms} ms`);
  await waitUntil('the node says that it is alone', async () => {
    return !(await send(`${two.url}/readyz`)).body.shared.connected;
  });
  two.proxy.setBlackHole(false);
  assert.equal((await createInTime(two)).status, 201);
  await assertEqualFiles(nodes);
  const { body } = await send(`${two.url}/associations?origin=own&limit=1000`);
  const names: string[] = body.results.map(({ name }: { name: string }) => name);
  assert.ok(names.includes(`entry-${first - 1}`));
  for (let number = first; number < first + answers.length; number++) {
    assert.ok(!names.includes(`entry-${number}`), 'a refused write was made');
  }
});

test('a node cannot store its own write after the commit: the client gets 503 that does not deny the write', async () => {
  const key = { 'Idempotency-Key': 'busy' };
  const held = one.proxy.holdNextInsert();
  const headers = { ...authorization, ...key };
  const body = { name: 'busy', firstPort: 20_001 };
  const first = send(`${one.url}/associations`, 'POST', headers, body);
  const release = await held;
  const other = new Database(one.database);
  other.exec('BEGIN IMMEDIATE');
  release();
  const { status, body: problem } = await first;
  other.exec('ROLLBACK');
  other.close();
  assert.deepEqual(
    [status, problem.detail],
    [503, 'The write was cut off: look whether it was made before you try again'],
  );
  const again = await send(`${two.url}/associations`, 'POST', headers, body);
  assert.deepEqual([again.status, again.headers.get('Idempotent-Replayed')], [201, 'true']);
  await assertEqualFiles(nodes);
});

test('PostgreSQL is away: reads go on, /readyz says since when, and writes succeed after its return', async () => {
  await postgres.crash();
  const gone = Date.now();
  for (const node of nodes) {
    const refused = await create(node);
    assert.equal(refused.status, 503);
    assert.match(refused.body.detail, /PostgreSQL/);
    assert.notEqual(refused.headers.get('Retry-After'), null);
    assert.equal((await send(`${node.url}/associations?origin=own`)).status, 200);
    const { status, body } = await send(`${node.url}/readyz`);
    assert.deepEqual([status, body.shared.connected], [200, false]);
    assert.ok(Math.abs(Date.parse(body.shared.since) - gone) < 5_000, JSON.stringify(body));
    const metrics = await send(`${node.url}/metrics`);
    assert.match(metrics.body, /^portolan_shared_connected 0$/m);
  }
  await postgres.start();
  for (const node of nodes) assert.equal((await createInTime(node)).status, 201);
  await assertEqualFiles(nodes);
  for (const { url } of nodes) {
    await waitUntil('the node is connected', async () => (await send(`${url}/readyz`)).body.shared.connected);
    assert.equal((await send(`${url}/readyz`)).body.shared.since, null);
    assert.match((await send(`${url}/metrics`)).body, /^portolan_shared_connected 1$/m);
  }
});

// The last test: a server that it starts ends with it.
test('a node that starts in a black hole has its position in /readyz before the first attempt to connect ends', async (t) => {
  await caughtUp(nodes);
  await two.stop();
  two.proxy.setBlackHole(true);
  t.after(() => two.proxy.setBlackHole(false));
  await two.start();
  const position = two.position();
  const early: number[] = [];
  await waitUntil('the first attempt to connect has failed', async () => {
    const { reason, position: reported } = (await send(`${two.url}/readyz`)).body.shared;
    if (reason === NOT_REACHED) early.push(reported);
    return /does not answer/.test(reason);
  });
  assert.ok(position > 0 && early.includes(position), `${position} is not in ${early}`);
  two.proxy.setBlackHole(false);
  assert.equal((await createInTime(two)).status, 201);
});
