import assert from 'node:assert/strict';
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertEqualFiles, type NodeResponse, send, startNodes, waitUntil } from '../support/nodes.ts';

const MIB = 1024 * 1024;

const { nodes, postgres, write } = await startNodes({ after }, { count: 2, postgres: { diskMib: 160 } });

/** Fills the disk of PostgreSQL, except for some bytes. */
function fillDisk(freeBytes: number): string {
  const filler = join(postgres.disk, 'filler');
  for (let size = 8 * MIB; size >= 65_536; ) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      size /= 2;
    }
  }
  truncateSync(filler, statSync(filler).size - freeBytes);
  return filler;
}

test('a full disk at PostgreSQL: writes get 503, no acknowledged write is lost, and writes succeed again with free space', async (t) => {
  const ids: string[] = [];
  let count = 0;
  const create = async (): Promise<NodeResponse> => {
    const { url } = nodes[count % 2] ?? nodes[0];
    const note = Array.from({ length: 100 }, () => Math.random().toString(36).slice(2, 12)).join(' ');
    const body = { name: `entry-${++count}`, firstPort: 30_000 + (count % 10_000), note };
    const answer = await send(`${url}/associations`, 'POST', { Authorization: write }, body);
    if (answer.status === 201) ids.push(answer.body.id);
    return answer;
  };
  const filler = fillDisk(MIB);
  let refused = await create();
  while (refused.status === 201 && count < 5_000) refused = await create();
  assert.equal(refused.status, 503, JSON.stringify(refused.body));
  assert.notEqual(refused.headers.get('Retry-After'), null);
  t.diagnostic(`${ids.length} writes before the disk was full: ${refused.body.detail}`);
  for (const { url } of nodes) {
    assert.equal((await send(`${url}/ports/22`)).status, 200);
    assert.equal((await send(`${url}/associations?origin=own&limit=1`)).status, 200);
  }
  assert.equal((await create()).status, 503);
  rmSync(filler);
  // Without space for its write-ahead log, PostgreSQL tries a recovery, and ends when the recovery finds no space either.
  // It can still run here and end later. Whenever it has ended, an administrator starts it.
  let starts = 0;
  await waitUntil('writes succeed again', async () => {
    if (!postgres.isRunning) {
      starts++;
      await postgres.start();
    }
    return (await create()).status === 201;
  });
  t.diagnostic(`PostgreSQL was started ${starts} times`);
  await assertEqualFiles(nodes);
  for (const { url } of nodes) {
    const { body } = await send(`${url}/associations?origin=own&limit=1`);
    assert.equal(body.count, ids.length);
    for (const id of [ids.at(0), ids.at(-1)]) assert.equal((await send(`${url}/associations/${id}`)).status, 200);
  }
});
