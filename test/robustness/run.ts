import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { NODE } from '../../bench/contenders/portolan.ts';

/** The seed of this run: the same requests each time, or others by `FUZZ_SEED`. */
export const SEED = Number(process.env.FUZZ_SEED ?? 6335);

/** As `npm start` runs it, without npm: the memory of the process itself is measured. */
export const COMMAND = [...NODE, 'bin/portolan.js', 'serve'] as const;

/**
 * Tells how much memory a process holds.
 *
 * @param pid - The process.
 * @returns Its resident set, in kB.
 */
export function residentKb(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** How long another client had to wait while something went on, in milliseconds. */
export interface Waits {
  readonly count: number;
  readonly longestMs: number;
}

/**
 * Asks for a port again and again, as a well-behaved client would, until it is told to stop.
 *
 * @param url - The server.
 * @returns A function that stops, and gives how long the answers took; it throws when one was not 200.
 */
export function askMeanwhile(url: string): () => Promise<Waits> {
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
  // Whoever asks for the result gets the error; until then it is nobody's.
  asking.catch(() => {});
  return () => {
    isOver = true;
    return asking;
  };
}
