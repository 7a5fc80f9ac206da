import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertEqualFiles, type Node, send, startNodes, succeeds, waitUntil } from '../support/nodes.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const HOUR_MS = 3_600_000;

const [LIBRARY] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
if (LIBRARY === undefined) throw new Error('libfaketime is not installed: apt-get install libfaketime');

const folder = makeFolder();
after(() => removeFolder(folder));
const file = join(folder, 'faketime');

/** Sets the clock of the second node relative to that of the machine. */
function setClock(offset: string): void {
  writeFileSync(file, offset);
}
setClock('+0');

const { nodes, write, admin } = await startNodes(
  { after },
  {
    count: 2,
    more: (node) =>
      node === 0
        ? {}
        : {
            LD_PRELOAD: LIBRARY,
            FAKETIME_TIMESTAMP_FILE: file,
            // Timers keep their clock, as with a real change of the time of day.
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            FAKETIME_CACHE_DURATION: '1',
          },
  },
);
const [right, wrong] = nodes;

test('a clock is set back by 2 hours: writes go on, in the order of their numbers, and files stay equal', async (t) => {
  let count = 0;
  const create = async ({ url }: Node) => {
    const body = { name: `entry-${++count}`, firstPort: 30_000 + count };
    const answer = await send(`${url}/associations`, 'POST', { Authorization: write }, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.id as string;
  };
  const written = [await create(right), await create(wrong)];
  const isBehind = async () => {
    const { headers } = await send(`${wrong.url}/healthz`);
    return Date.parse(headers.get('Date') ?? '') < Date.now() - HOUR_MS;
  };
  setClock('-2h');
  await waitUntil('the clock of the node is behind', isBehind);
  for (const node of [right, wrong, right, wrong, wrong, right]) written.push(await create(node));
  setClock('+0');
  await waitUntil('the clock of the node is right', async () => !(await isBehind()));
  written.push(await create(wrong));
  await assertEqualFiles(nodes);
  const rows = await Promise.all(
    nodes.map(async ({ url }) => {
      const { body } = await send(`${url}/audit?action=create&limit=100`, 'GET', { Authorization: admin });
      return body.results as { id: number; key: string; kind: string; at: string }[];
    }),
  );
  assert.deepEqual(rows[1], rows[0]);
  const entries = (rows[0] ?? []).filter(({ kind }) => kind === 'association').sort((a, b) => a.id - b.id);
  assert.deepEqual(
    entries.map(({ key }) => key),
    written,
  );
  // The node did use the wrong clock.
  const late = entries.filter(({ at }) => Date.parse(at) < Date.now() - HOUR_MS);
  t.diagnostic(`${late.length} of ${entries.length} writes have a time that is 2 hours behind`);
  assert.equal(late.length, 3);
  for (const node of nodes) assert.match(await succeeds(node, 'audit', 'verify'), /^The audit log is unbroken: /);
});
