import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { listenHere } from '../support/listen.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Requests 1,000 reports, 6.3 MB, and reads only the beginning of the response. */
async function askWithoutReading(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => {});
  const beginning = new Promise<string>((resolve) => {
    socket.once('data', (bytes: Buffer) => {
      socket.pause();
      resolve(bytes.toString('latin1'));
    });
  });
  socket.write('GET /ports?ports=50000-50999 HTTP/1.1\r\nHost: x\r\n\r\n');
  return { socket, closed, status: (await beginning).slice(9, 12) };
}

test('unread responses have a limit; beyond it the oldest one of more than 2 s is dropped for the next', async (t) => {
  const url = await listenHere(t, product.registry, { HELD_LIMIT: '8 MiB' });
  const first = await askWithoutReading(url);
  assert.equal(first.status, '200');
  const refused = await fetch(`${url}/ports?ports=50000-50999`);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '2']);
  const { detail } = (await refused.json()) as { detail: string };
  assert.equal(detail, 'Cannot answer now: other clients have not read their answers yet');
  assert.equal((await fetch(`${url}/ports/22`)).status, 200, 'small answers need no room');
  await delay(2_100);
  const next = await fetch(`${url}/ports?ports=50000-50999`);
  assert.equal(next.status, 200);
  assert.equal(((await next.json()) as { count: number }).count, 1_000);
  // Bytes in the buffers of the operating system can still be read; then the connection ends.
  first.socket.resume();
  await first.closed;
});

test('incomplete request bodies are counted too, in chunks of any size', async (t) => {
  const url = await listenHere(t, product.registry, { HELD_LIMIT: '8 MiB' });
  const head = 'POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 4000000\r\n\r\n';
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setNoDelay(true);
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(head);
  // 3 bytes are held for each that came: 8 MiB are reached within 3 MB.
  for (let sent = 0; sent < 3_000_000 && answer === ''; sent += 30_000) {
    socket.write('\n'.repeat(30_000));
    await delay(1);
  }
  while (answer === '') await delay(10);
  assert.match(answer, /^HTTP\/1\.1 503 /);
  socket.destroy();
});
