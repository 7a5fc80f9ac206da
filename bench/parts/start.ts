import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../ask.ts';
import { start as startProgram } from '../child.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { askRest } from '../requests.ts';
import { median } from '../statistics.ts';
import type { Part } from './part.ts';

/** How often it is tried to connect, in milliseconds. */
const TRY_EVERY_MS = 2;
const LONGEST_MS = 60_000;

/** How long it takes from the start of `node` to the first answer, with a database that is there. */
export const start: Part = async ({ options, workbench }) => {
  const times: number[] = [];
  // The first start fills the cache of compiled modules and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const took = await timeStart(workbench.database);
    if (round > 0) times.push(took);
  }
  return [{ what: 'node to first answer', figure: median(times), unit: 'ms', goal: GOALS.start }];
};

async function timeStart(database: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = startProgram(portolan(database, { PORT: String(port) }));
  child.stdout.resume();
  child.stderr.resume();
  try {
    const answer = await firstAnswer(`http://127.0.0.1:${port}`, began + LONGEST_MS);
    const took = performance.now() - began;
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body.toString('utf8')).number, 22);
    return took;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

async function firstAnswer(url: string, deadline: number) {
  for (;;) {
    try {
      return await ask(url, askRest(22));
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(TRY_EVERY_MS);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
