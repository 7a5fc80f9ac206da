import assert from 'node:assert/strict';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Random } from '../robustness/random.ts';
import { SEED } from '../robustness/run.ts';
import { ChaosClients } from '../support/chaos-clients.ts';
import { assertEqualFiles, type Node, send, startNodes, waitUntil } from '../support/nodes.ts';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { nodes, postgres, write } = await startNodes({ after });
const [one, two, three] = nodes as readonly [Node, Node, Node];

/** Creates this program with the next format of the log, as a later version would have it. Returns the path of its command. */
function createNextVersion(): string {
  const folder = temporaryFolder({ after });
  for (const name of ['bin', 'src', 'package.json'])
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  for (const name of ['data', 'docs', 'migrations', 'schema', 'node_modules']) {
    symlinkSync(join(PROJECT, name), join(folder, name));
  }
  const schema = join(folder, 'src/postgres/log/schema.ts');
  const source = readFileSync(schema, 'utf8');
  assert.match(source, /LOG_FORMAT = 1;/);
  writeFileSync(schema, source.replace('LOG_FORMAT = 1;', 'LOG_FORMAT = 2;'));
  return join(folder, 'bin/portolan.js');
}

const next = createNextVersion();

const format = async () => (await postgres.query('SELECT format FROM portolan_head'))[0]?.format;

const reasonOf = async ({ url }: Node): Promise<string | null> => (await send(`${url}/readyz`)).body.shared.reason;

/** The sentence of a node of this version, with the log of the next one. */
const STOPPED =
  'The shared register cannot be used: its log has the format 2, and this Portolan works with the format 1: upgrade this node to the version of the other nodes';

async function assertOnlyReads(node: Node): Promise<void> {
  // A node that has just started has not reached the shared register yet.
  await waitUntil(`${node.name} stops`, async () => (await reasonOf(node)) === STOPPED);
  assert.ok(node.log().includes(STOPPED), node.log());
  const body = { name: 'refused', firstPort: 20_000 };
  const {
    status,
    headers,
    body: answer,
  } = await send(`${node.url}/associations`, 'POST', { Authorization: write }, body);
  assert.deepEqual([status, headers.get('Retry-After'), answer.detail], [503, '5', STOPPED]);
  for (const path of ['/ports/22', '/associations?origin=own', '/search?q=ssh', '/healthz']) {
    assert.equal((await send(node.url + path)).status, 200, path);
  }
}

test('nodes that are upgraded one by one lose no write; those of the older version only answer reads', async (t) => {
  const clients = new ChaosClients(nodes, write, new Random(SEED));
  clients.start(4);
  const counts: number[] = [];
  try {
    await waitUntil('all clients write', () => clients.acknowledged.length > 20);
    assert.equal(await format(), 1);
    for (const node of nodes) {
      await node.stop();
      await node.start(next);
      await waitUntil('the format is raised', async () => (await format()) === 2);
      const before = clients.acknowledged.length;
      counts.push(before);
      await waitUntil(`clients write through ${node.name}`, () => clients.acknowledged.length > before + 20);
      if (node === one) for (const older of [two, three]) await assertOnlyReads(older);
    }
  } finally {
    // The clients would keep the process of the test alive.
    await clients.finish();
  }
  t.diagnostic(JSON.stringify({ counts, acknowledged: clients.acknowledged.length, ...clients.counts }));
  assert.deepEqual(clients.faults, []);
  await assertEqualFiles(nodes);
  const rows = await postgres.query<{ key: string; action: string }>(
    "SELECT key, action FROM portolan_log WHERE kind = 'association'",
  );
  const written = rows.map(({ action, key }) => `${action} ${key}`).sort();
  assert.deepEqual(written, clients.acknowledged.map(({ action, id }) => `${action} ${id}`).sort());
});

test('the older version neither starts writing again nor joins, and the format never goes back', async (t) => {
  // The end of a test stops the nodes that were started in it.
  await two.start();
  await assertOnlyReads(two);
  const DATABASE = join(temporaryFolder(t), 'joined.db');
  const joined = await runPortolan(['shared', 'join'], { environment: { ...one.settings, DATABASE } });
  assert.deepEqual(joined, { code: 1, stdout: '', stderr: `portolan: ${STOPPED}\n` });
  assert.equal(await format(), 2);
});

test('a format that is too old is refused, with the remedy', async () => {
  await one.start(next);
  await waitUntil('the node is connected', async () => (await reasonOf(one)) === null);
  await postgres.query('UPDATE portolan_head SET format = 0');
  const sentence =
    'The shared register cannot be used: its log has the format 0, and this Portolan works with the formats 1 to 2: first run an earlier Portolan, which raises the format';
  await waitUntil('the node says so', async () => (await reasonOf(one)) === sentence);
  assert.equal((await send(`${one.url}/ports/22`)).status, 200);
});
