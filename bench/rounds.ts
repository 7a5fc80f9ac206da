import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from './child.ts';
import { drive, type LoadResult } from './load/load.ts';
import type { Options } from './options.ts';
import type { BenchRequest } from './requests.ts';

/** A server and the requests to measure it with, in every round. */
export interface Runner {
  /** The name in the table. */
  readonly name: string;
  /** The server; several runners may share it. */
  readonly server: Running;
  /** The requests. */
  readonly requests: readonly BenchRequest[];
  /** True sends every request once before the first round, in addition to some seconds of random requests. */
  readonly touchAll?: boolean;
}

/** The time limit for sending every request once, in seconds; a quick run sends only a part of them. */
const TOUCH_SECONDS = { full: 300, quick: 5 } as const;

/** The time that a resumed process gets before it is measured, in milliseconds. */
const SETTLE_MS = 200;

/**
 * Measures all runners in interleaved rounds (A B C, A B C, …), so that a disturbance of the machine affects each of them.
 * The servers of the other runners are suspended.
 *
 * @param runners - The runners, with unique names.
 * @param options - The number and duration of the rounds.
 * @returns The results by the name of the runner, one per round.
 */
export async function runRounds(runners: readonly Runner[], options: Options): Promise<Map<string, LoadResult[]>> {
  const { rounds, seconds, connections } = options;
  const results = new Map<string, LoadResult[]>(runners.map(({ name }) => [name, []]));
  for (const { server } of runners) server.pause();
  for (const runner of runners) await runTurn(runner, () => warmUp(runner, options));
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) {
      const { requests, server } = runner;
      const load = { url: server.url, requests, order: 'random', seconds, connections } as const;
      results.get(runner.name)?.push(await runTurn(runner, () => drive(load)));
    }
  }
  for (const { server } of runners) server.resume();
  return results;
}

/**
 * Sends requests to a server before it is measured, so that V8 has optimized its code and the caches are filled.
 *
 * @param runner - The server and its requests.
 * @param options - The duration of a turn.
 */
export async function warmUp({ server, requests, touchAll }: Runner, options: Options): Promise<void> {
  const { seconds, connections, quick } = options;
  const load = { url: server.url, requests, connections };
  const longest = quick ? TOUCH_SECONDS.quick : TOUCH_SECONDS.full;
  if (touchAll) await drive({ ...load, order: 'once', seconds: longest });
  await drive({ ...load, order: 'random', seconds });
}

async function runTurn<T>({ server }: Runner, work: () => Promise<T>): Promise<T> {
  server.resume();
  await delay(SETTLE_MS);
  try {
    return await work();
  } finally {
    server.pause();
  }
}
