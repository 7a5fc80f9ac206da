import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { endLargeAnswer, startLargeAnswer } from '../../src/http/work/large-answers.ts';
import { listenHere } from '../support/listen.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const MANY = Array.from({ length: 1000 }, (_, port) => port).join();

/** Returns a fake response, of which only the end is used. */
function fakeResponse(): ServerResponse {
  return Object.assign(new EventEmitter(), { destroyed: false }) as unknown as ServerResponse;
}

test('one large response is composed at a time, 100 wait and more are refused; small ones continue', async (t) => {
  const url = await listenHere(t, product.registry);
  const composed = fakeResponse();
  assert.equal(await startLargeAnswer(composed), true);
  const started: number[] = [];
  const waiting = Array.from({ length: 100 }, (_, index) => {
    const response = fakeResponse();
    void startLargeAnswer(response).then(() => started.push(index));
    return response;
  });
  const refused = await fetch(`${url}/ports?ports=0-999`);
  const { detail } = (await refused.json()) as { detail: string };
  const sentence = 'Cannot answer now: too many large requests are waiting';
  assert.deepEqual([refused.status, refused.headers.get('retry-after'), detail], [503, '5', sentence]);
  const body = JSON.stringify({ query: `{ ports(numbers: [${MANY}]) { number summary states { tcp } } }` });
  const document = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  const { errors } = (await document.json()) as { errors: unknown };
  const extensions = { code: 'SERVICE_UNAVAILABLE' };
  assert.deepEqual([document.status, errors], [503, [{ message: sentence, extensions }]]);
  assert.equal((await fetch(`${url}/ports?ports=0-99`)).status, 200);
  assert.deepEqual(started, []);
  endLargeAnswer(composed);
  await setImmediate();
  assert.deepEqual(started, [0], 'the answer is composed');
  endLargeAnswer(composed);
  waiting[0]?.emit('close');
  await setImmediate();
  assert.deepEqual(started, [0, 1], 'the client has left');
  for (const response of waiting) response.emit('close');
  const free = await Promise.all([1, 2, 3].map(() => fetch(`${url}/ports?ports=0-999`)));
  assert.deepEqual(
    free.map(({ status }) => status),
    [200, 200, 200],
  );
});

test('batches with many items are counted one after the other; a batch with few waits for none', async (t) => {
  const url = await listenHere(t, product.registry);
  const lookUp = (items: number, path = '/ports/lookup') =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `[${Array(items).fill('{}').join()}]`,
    });
  const composed = fakeResponse();
  assert.equal(await startLargeAnswer(composed), true);
  const statuses: number[] = [];
  const many = lookUp(20_000).then(async (response) => {
    statuses.push(response.status);
    return (await response.json()) as { results: unknown[] };
  });
  assert.equal((await lookUp(5_000)).status, 200);
  assert.deepEqual(statuses, []);
  const waiting = Array.from({ length: 99 }, fakeResponse);
  for (const response of waiting) void startLargeAnswer(response);
  const refused = await lookUp(20_000);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
  for (const response of waiting) Object.assign(response, { destroyed: true });
  endLargeAnswer(composed);
  assert.equal((await many).results.length, 20_000);
  // The next one is counted while the response to the first one is not read.
  const unread = await lookUp(60_000);
  assert.equal((await lookUp(60_000)).status, 200);
  await unread.body?.cancel();
});
