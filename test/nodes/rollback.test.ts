import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { assertEqualFiles, caughtUp, type Node, send, startNodes, succeeds, waitUntil } from '../support/nodes.ts';

const { nodes, postgres, write } = await startNodes({ after });
const [one, two, three] = nodes as readonly [Node, Node, Node];

let count = 0;

/** Creates an entry on a node. */
function create(node: Node) {
  const body = { name: `entry-${++count}`, firstPort: 30_000 + count };
  return send(`${node.url}/associations`, 'POST', { Authorization: write }, body);
}

/** Creates an entry on a node as soon as that succeeds. */
async function createSoon(node: Node): Promise<void> {
  await waitUntil(`a write on ${node.name}`, async () => (await create(node)).status === 201);
}

async function ownEntries({ url }: Node): Promise<number> {
  return (await send(`${url}/associations?origin=own&limit=1`)).body.count;
}

/** Waits until a node says that PostgreSQL went back, and checks that it only reads. */
async function assertNoticed(t: TestContext, node: Node, entries: number): Promise<void> {
  await waitUntil(`${node.name} notices`, async () =>
    /rejoin/.test((await send(`${node.url}/readyz`)).body.shared.reason),
  );
  const refused = await create(node);
  assert.equal(refused.status, 503);
  t.diagnostic(`${node.name}: ${refused.body.detail}`);
  assert.match(refused.body.detail, /portolan shared rejoin/);
  assert.match(node.log(), /portolan shared rejoin/);
  assert.equal(await ownEntries(node), entries);
}

async function rejoin(node: Node): Promise<void> {
  await node.stop();
  await succeeds(node, 'shared', 'rejoin');
  await node.start();
}

test('PostgreSQL goes back to an older state: every node notices, and `shared rejoin` brings it back', async (t) => {
  for (const node of nodes) await createSoon(node);
  const kept = await caughtUp(nodes);
  await postgres.copyData();
  for (const node of [...nodes, one]) await createSoon(node);
  const lost = await caughtUp(nodes);
  assert.equal(lost, kept + 4);
  // The third node does not run meanwhile.
  await three.stop();
  await postgres.returnToCopy();

  for (const node of [one, two]) await assertNoticed(t, node, 7);
  await rejoin(one);
  assert.equal(one.position(), kept);
  assert.equal(await ownEntries(one), 3);
  for (let more = 0; more < 6; more++) await createSoon(one);
  assert.equal(one.position(), kept + 6);

  // The log is longer than the files of the other nodes now, and the rows with their numbers are others.
  await assertNoticed(t, two, 7);
  await three.start();
  await assertNoticed(t, three, 7);
  assert.deepEqual([two.position(), three.position()], [lost, lost]);
  await rejoin(two);
  await rejoin(three);
  for (const node of nodes) await createSoon(node);
  assert.equal(await assertEqualFiles(nodes), kept + 9);
  for (const node of nodes) assert.equal(await ownEntries(node), 12);
});
