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

/** The interval between two attempts to connect, in milliseconds. */
const RETRY_INTERVAL_MS = 2;
const LONGEST_MS = 60_000;

/** Measures the time from the start of `node` to the first response, with an existing database. */
export const start: Part = async ({ options, workbench }) => {
  const times: number[] = [];
  // The first start fills the compile cache and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const milliseconds = await timeStart(workbench.database);
    if (round > 0) times.push(milliseconds);
  }
  return [{ what: 'node to first answer', figure: median(times), unit: 'ms', goal: GOALS.start }];
};

async function timeStart(database: string): Promise<number> {
  const port = await freePort();
  const startTime = performance.now();
  const child = startProgram(portolan(database, { PORT: String(port) }));
  child.stdout.resume();
  child.stderr.resume();
  try {
    const answer = await firstAnswer(`http://127.0.0.1:${port}`, startTime + LONGEST_MS);
    const milliseconds = performance.now() - startTime;
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body.toString('utf8')).number, 22);
    return milliseconds;
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
      await delay(RETRY_INTERVAL_MS);
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
