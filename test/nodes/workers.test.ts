import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEqualFiles, send, startNodes } from '../support/nodes.ts';

const { nodes, postgres, write } = await startNodes(
  { after },
  { count: 2, more: (node) => (node === 0 ? { WORKERS: '2' } : {}) },
);
const [one, two] = nodes;

test('several processes of one node share its file: each row of the log is applied once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const { url } = index % 3 === 0 ? two : one;
      const body = { name: `entry-${index}`, within: '20000-20999' };
      return send(`${url}/reservations`, 'POST', { Authorization: write }, body);
    }),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 201),
  );
  const ports = answers.map(({ body }) => body.firstPort as number);
  assert.equal(new Set(ports).size, ports.length);
  const position = await assertEqualFiles(nodes);
  const [log] = await postgres.query<{ seq: string }>('SELECT seq FROM portolan_head');
  assert.equal(Number(log?.seq), position);
  // Each process follows: the answers of both contain the last write.
  const last = Math.max(...answers.map(({ headers }) => Number(headers.get('Portolan-Position'))));
  for (let requests = 0; requests < 10; requests++) {
    const headers = { 'Portolan-Position-At-Least': String(last), Connection: 'close' };
    const { status, body } = await send(`${one.url}/associations?origin=own&limit=1`, 'GET', headers);
    assert.deepEqual([status, body.count], [200, ports.length]);
  }
  assert.match((await send(`${one.url}/metrics`)).body, /^portolan_shared_connected 1$/m);
});
