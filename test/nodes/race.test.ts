import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEqualFiles, caughtUp, send, startNodes } from '../support/nodes.ts';

const CLIENTS = 200;
const POOL = { name: 'harbour', ranges: ['23000-23149'], protocols: ['tcp'], owner: 'pilots' };

const { nodes, write, admin } = await startNodes({ after });

test('200 clients of three nodes empty a pool: no port twice, none lost, and the others get 409', async () => {
  const [first] = nodes;
  assert.equal((await send(`${first.url}/pools`, 'POST', { Authorization: admin }, POOL)).status, 201);
  await caughtUp(nodes);
  const suitable = await Promise.all(
    [23_000, 23_100].map((from) =>
      send(`${first.url}/suggestions?pool=harbour&protocol=tcp&count=100&within=${from}-${from + 99}`),
    ),
  );
  const expected = suitable.flatMap(({ body }) =>
    body.results.map(({ number }: { number: number }) => number as number),
  );
  assert.ok(expected.length > 50 && expected.length < CLIENTS, `${expected.length} ports of the pool are suitable`);

  const answers = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      const { url } = nodes[client % nodes.length] ?? first;
      const body = { name: `client-${client}`, pool: 'harbour', protocol: 'tcp' };
      // A node that waited too long for its turn answers 503. The client repeats the request.
      for (;;) {
        const headers = { Authorization: write, 'Idempotency-Key': `client-${client}` };
        const answer = await send(`${url}/reservations`, 'POST', headers, body);
        if (answer.status !== 503) return { ...answer, node: client % nodes.length };
      }
    }),
  );

  const given = answers.filter(({ status }) => status === 201);
  const ports = given.map(({ body }) => body.firstPort as number);
  assert.deepEqual(
    ports.toSorted((a, b) => a - b),
    expected.toSorted((a, b) => a - b),
  );
  const refusals = answers.filter(({ status }) => status !== 201);
  assert.deepEqual([...new Set(refusals.map(({ status }) => status))], [409]);
  for (const { body } of refusals) {
    assert.match(body.detail, /^Cannot reserve a port: 0 of 150 ports are suitable; requested: 1\. /);
  }
  assert.equal(new Set(given.map(({ node }) => node)).size, nodes.length, 'one of the nodes reserved nothing');

  const position = await assertEqualFiles(nodes);
  const audit = await send(`${first.url}/audit?limit=1`, 'GET', { Authorization: admin });
  // The log has two tokens and the pool before.
  assert.ok(audit.body.count === position && position >= expected.length + 3, `${audit.body.count} of ${position}`);
  for (const { url } of nodes) {
    const { body } = await send(`${url}/pools/harbour`);
    assert.deepEqual([body.used, body.free], [expected.length, 150 - expected.length]);
  }
});
