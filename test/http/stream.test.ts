import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import express from 'express';
import { compressAnswers } from '../../src/http/middleware/compression.ts';
import { HeldMemory } from '../../src/http/work/held-memory.ts';
import { CPU_LIMIT } from '../../src/http/work/request-work.ts';
import { sendStream } from '../../src/http/work/stream.ts';

/** Small enough that a write does not wait for the client. */
const PIECE = 8 * 1024;
const PIECES = 512;

test('a streamed response lets other requests run after each 512 KiB, also if its client reads at once', async (t) => {
  let turns = 0;
  let isOver = false;
  const countTurns = (): void => {
    turns++;
    if (!isOver) setImmediate(countTurns);
  };
  const turnsOfPieces: number[] = [];
  async function* pieces(): AsyncGenerator<string> {
    for (let piece = 0; piece < PIECES; piece++) {
      turnsOfPieces.push(turns);
      yield 'a'.repeat(PIECE);
    }
  }
  const app = express();
  app.set(CPU_LIMIT, 10_000);
  app.use(compressAnswers());
  app.use((_request, response) => {
    // As a client that reads at once: the buffer is never full.
    const { write } = response;
    response.write = ((...args: Parameters<typeof write>) => {
      write.apply(response, args);
      return true;
    }) as typeof write;
    return sendStream(response, 'text/plain', pieces(), new HeldMemory(64 * 1024 * 1024));
  });
  const server = createServer(app);
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  countTurns();
  const [response] = (await once(get({ port: (server.address() as AddressInfo).port, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  assert.equal((await buffer(response)).length, PIECES * PIECE);
  isOver = true;
  // The turns in which pieces of a 512 KiB were composed differ from those of the next 512 KiB.
  const each = turnsOfPieces.filter((_, piece) => piece % 64 === 32);
  assert.equal(each.length, 8);
  assert.equal(new Set(each).size, 8, `turns ${each}`);
});
