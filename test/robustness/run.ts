import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { NODE } from '../../bench/contenders/portolan.ts';

/** The seed of this run: constant, so that each run sends the same requests, unless `FUZZ_SEED` sets it. */
export const SEED = Number(process.env.FUZZ_SEED ?? 6335);

/** The command of `npm start`, without npm: tests measure the memory of the process itself. */
export const COMMAND = [...NODE, 'bin/portolan.js', 'serve'] as const;

/**
 * Reads the resident memory of a process.
 *
 * @param pid - The process.
 * @returns Its resident set, in kB.
 */
export function residentKb(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** The waiting times of another client during a test. */
export interface Waits {
  readonly count: number;
  readonly longestMs: number;
}

/**
 * Requests a port repeatedly, as a well-behaved client does, until it is stopped.
 *
 * @param url - The server.
 * @returns A function that stops it and returns the waiting times; it rejects if an answer was not 200.
 */
export function probeMeanwhile(url: string): () => Promise<Waits> {
  let isOver = false;
  const asking = (async (): Promise<Waits> => {
    let [count, longestMs] = [0, 0];
    while (!isOver) {
      const start = performance.now();
      const response = await fetch(`${url}/ports/22?format=text`, { signal: AbortSignal.timeout(30_000) });
      const text = await response.text();
      if (response.status !== 200 || !text.startsWith('22')) throw new Error(`${response.status} ${text}`);
      longestMs = Math.max(longestMs, performance.now() - start);
      count++;
      await delay(20);
    }
    return { count, longestMs: Math.round(longestMs) };
  })();
  // Avoids an unhandled rejection: the caller of the returned function gets the error.
  asking.catch(() => {});
  return () => {
    isOver = true;
    return asking;
  };
}
