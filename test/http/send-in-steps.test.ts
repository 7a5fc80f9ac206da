import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import express, { type Express, type Response } from 'express';
import { compressAnswers, tagAnswers } from '../../src/http/middleware/compression.ts';
import { CPU_LIMIT } from '../../src/http/work/request-work.ts';
import { sendInSteps } from '../../src/http/work/send-in-steps.ts';

const PIECE = 256 * 1024;

/** Texts with characters of one to four bytes where a piece ends, and with half of a surrogate pair. */
const TEXTS = [
  'a'.repeat(PIECE),
  'a'.repeat(PIECE + 1),
  `${'a'.repeat(PIECE - 1)}😀${'é'.repeat(PIECE)}`,
  `${'a'.repeat(PIECE - 2)}😀${'漢'.repeat(2 * PIECE)}`,
  `${'a'.repeat(PIECE - 1)}\ud83d`,
  '\ud83d'.repeat(2 * PIECE),
];

function createApp(respond: (response: Response) => void, isStepped: boolean, cpuMs = 10_000): Express {
  const app = express();
  app.disable('etag');
  app.disable('x-powered-by');
  tagAnswers(app);
  if (isStepped) sendInSteps(app);
  app.set(CPU_LIMIT, cpuMs);
  app.use(compressAnswers());
  app.use((_request, response) => respond(response));
  return app;
}

async function serve(t: TestContext, app: Express): Promise<number> {
  const server = createServer(app);
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends a request, and returns the status, the header without its date, the names of its fields, and the bytes of the body. */
async function ask(port: number, method: string, headers: Record<string, string>) {
  const asked = send({ port, method, headers, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { date, ...fields } = response.headers;
  const names = response.rawHeaders.filter((_, index) => index % 2 === 0);
  return { status: response.statusCode, fields, names, body: (await buffer(response)).toString('latin1') };
}

describe('a large body', () => {
  test('is sent with the bytes and the header of Express', async (t) => {
    for (const [index, text] of TEXTS.entries()) {
      const type = index % 2 === 0 ? 'application/json' : 'application/json; charset=utf-8';
      const respond = (response: Response) => response.setHeader('content-type', type).send(text);
      const [stepped, whole] = [
        await serve(t, createApp(respond, true)),
        await serve(t, createApp(respond, false)),
      ] as const;
      const { fields } = await ask(whole, 'GET', {});
      const requests: readonly (readonly [string, Record<string, string>])[] = [
        ['GET', {}],
        ['HEAD', {}],
        ['POST', {}],
        ['HEAD', { 'Accept-Encoding': 'gzip' }],
        ['GET', { 'If-None-Match': String(fields.etag) }],
        ['GET', { 'If-None-Match': '"other"' }],
      ];
      for (const [method, headers] of requests)
        assert.deepEqual(await ask(stepped, method, headers), await ask(whole, method, headers));
    }
  });

  test('may be in pieces, also if it is small', async (t) => {
    const large = Array.from({ length: 20 }, (_, index) => Buffer.alloc(PIECE / 8, index));
    for (const pieces of [large, large.slice(0, 2), [Buffer.from('a'), Buffer.from('b')]]) {
      const type = 'application/json';
      const stepped = await serve(
        t,
        createApp((response) => response.type(type).send(pieces), true),
      );
      const whole = await serve(
        t,
        createApp((response) => response.type(type).send(Buffer.concat(pieces)), false),
      );
      for (const method of ['GET', 'HEAD'])
        assert.deepEqual(await ask(stepped, method, {}), await ask(whole, method, {}));
    }
  });

  test('is sent after `send` has returned, also if the processor time is used up', async (t) => {
    const text = 'a'.repeat(20 * PIECE);
    let isSent: boolean | undefined;
    const respond = (response: Response): void => {
      response.type('text').send(text);
      isSent = response.headersSent;
    };
    for (const cpuMs of [10_000, -1]) {
      const { status, body } = await ask(await serve(t, createApp(respond, true, cpuMs)), 'GET', {});
      assert.deepEqual([status, body.length, isSent], [200, text.length, false]);
    }
  });

  test('is dropped if the client disconnects', async (t) => {
    const responses: Response[] = [];
    const respond = (response: Response): void => {
      responses.push(response);
      response.type('text').send('a'.repeat(100 * PIECE));
    };
    const port = await serve(t, createApp(respond, true));
    const asked = send({ port, agent: false }).on('error', () => {});
    asked.end();
    await once(asked, 'response');
    asked.destroy();
    const [response] = responses;
    if (response?.destroyed === false) await once(response, 'close');
    await delay(20);
    assert.equal(response?.writableFinished, false);
  });
});
