import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBalancedNodes } from '../support/balanced-nodes.ts';
import { caughtUp, send } from '../support/nodes.ts';
import { generateTypes } from './generate.ts';

// Not known to the compiler, which checks this file before the types are there.
const FRONT_END: string = './front-end.ts';

const { nodes, url, write } = await startBalancedNodes({ after });
before(generateTypes);

test('the clients with generated types get the same from three nodes behind nginx as from one', async () => {
  const body = { name: 'ledger', firstPort: 22, owner: 'pilots' };
  assert.equal((await send(`${url}/associations`, 'POST', { Authorization: write }, body)).status, 201);
  await caughtUp(nodes);
  const { askGraphql, askRest } = await import(FRONT_END);
  const direct = [await askRest(nodes[0].url, 22), await askGraphql(nodes[0].url, 22)];
  assert.deepEqual(
    direct[0].associations
      .filter(({ origin }: { origin: string }) => origin === 'own')
      .map(({ name }: { name: string }) => name),
    ['ledger'],
  );
  for (const _node of nodes) assert.deepEqual([await askRest(url, 22), await askGraphql(url, 22)], direct);
  const detail = 'Cannot parse port number "70000": expected an integer from 0 to 65535';
  for (const _node of nodes) await assert.rejects(askRest(url, 70_000), { message: detail });
});
