import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from './child.ts';
import { drive, type LoadResult } from './load/load.ts';
import type { Options } from './options.ts';
import type { BenchRequest } from './requests.ts';

/** One thing that is measured in every round. */
export interface Lane {
  /** What the table calls it. */
  readonly name: string;
  /** Who answers; several lanes may share it. */
  readonly server: Running;
  /** What is asked. */
  readonly requests: readonly BenchRequest[];
  /** Asks everything once before the first round; else a few seconds of random questions do. */
  readonly touchAll?: boolean;
}

/** Longest time to ask everything once, in seconds; a quick run is content with a part of it. */
const TOUCH_SECONDS = { full: 300, quick: 5 } as const;

/** How long a process that was let go on may take to get going, in milliseconds. */
const SETTLE_MS = 200;

/**
 * Measures all lanes in turn, again and again (A B C, A B C, …): what disturbs the machine for a while then disturbs
 * each of them. Whoever does not have its turn is taken from the processor.
 *
 * @param lanes - What is measured; the names differ.
 * @param options - How often and how long.
 * @returns The results of each lane by its name, one a round.
 */
export async function runRounds(lanes: readonly Lane[], options: Options): Promise<Map<string, LoadResult[]>> {
  const { rounds, seconds, connections } = options;
  const results = new Map<string, LoadResult[]>(lanes.map(({ name }) => [name, []]));
  for (const { server } of lanes) server.pause();
  for (const lane of lanes) await turn(lane, () => warmUp(lane, options));
  for (let round = 0; round < rounds; round++) {
    for (const lane of lanes) {
      const { requests, server } = lane;
      const load = { url: server.url, requests, order: 'random', seconds, connections } as const;
      results.get(lane.name)?.push(await turn(lane, () => drive(load)));
    }
  }
  for (const { server } of lanes) server.resume();
  return results;
}

/**
 * Has a server answer before it is measured, so that V8 has compiled what it runs, and caches are filled.
 *
 * @param lane - What is asked.
 * @param options - How long a turn is.
 */
export async function warmUp({ server, requests, touchAll }: Lane, options: Options): Promise<void> {
  const { seconds, connections, quick } = options;
  const load = { url: server.url, requests, connections };
  const longest = quick ? TOUCH_SECONDS.quick : TOUCH_SECONDS.full;
  if (touchAll) await drive({ ...load, order: 'once', seconds: longest });
  await drive({ ...load, order: 'random', seconds });
}

async function turn<T>({ server }: Lane, work: () => Promise<T>): Promise<T> {
  server.resume();
  await delay(SETTLE_MS);
  try {
    return await work();
  } finally {
    server.pause();
  }
}
