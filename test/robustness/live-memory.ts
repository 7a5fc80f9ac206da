import { setTimeout as delay } from 'node:timers/promises';
import { NODE } from '../../bench/contenders/portolan.ts';
import type { ServerProcess } from '../support/portolan-process.ts';

/** The command of `npm start`, with the handler of live-memory.mjs. */
export const MEASURABLE: readonly [string, ...string[]] = [
  ...NODE,
  '--expose-gc',
  '--import',
  new URL('live-memory.mjs', import.meta.url).href,
  'bin/portolan.js',
  'serve',
];

/**
 * Triggers a garbage collection in a server, and reads the live memory from its log.
 *
 * @param server - A server started with `MEASURABLE`.
 * @returns The live memory, in kB.
 * @throws When the server has ended.
 */
export async function liveKb({ process: server, log }: ServerProcess): Promise<number> {
  const readings = () => [...log().matchAll(/^live memory: (\d+) kB$/gm)].map(([, kilobytes]) => Number(kilobytes));
  const before = readings().length;
  server.kill('SIGUSR2');
  while (readings().length === before) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error('The server has ended');
    await delay(20);
  }
  return readings().at(-1) ?? 0;
}
