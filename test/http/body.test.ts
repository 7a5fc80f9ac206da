import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Request } from 'express';
import { listenHere } from '../support/listen.ts';
import { connectRaw } from '../support/raw-connection.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

test('a body with a byte order mark that arrives byte by byte is read as one', async (t) => {
  const url = await listenHere(t, product.registry);
  const head = 'POST /ports/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close';
  const bytes = Buffer.from('\ufeff["é😀"]');
  const chunks = [...bytes].flatMap((byte) => [Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]);
  const { socket, closed } = await connectRaw(url, `${head}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  for (const part of [...chunks, Buffer.from('0\r\n\r\n')]) socket.write(part);
  const answer = Buffer.from(await closed, 'latin1').toString();
  assert.match(answer, /^HTTP\/1\.1 200 .*"é😀"/s);
});

test('an idle connection does not hold the body of its last request', async (t) => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    product.app(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [path, body, status] of [
    ['/ports/lookup', '["80"]', 200],
    ['/ports/lookup', '{', 400],
    ['/graphql', '{"query":"{__typename}"}', 200],
  ] as const) {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body });
    await response.text();
    assert.equal(response.status, status);
  }
  assert.deepEqual(
    seen.map((request) => (request as Request).body),
    [undefined, undefined, undefined],
  );
});
