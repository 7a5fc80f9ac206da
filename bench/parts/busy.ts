import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram, start } from '../child.ts';
import { portolan } from '../contenders/portolan.ts';
import { LOAD_CORE, reniced, SERVER_CORE } from '../core.ts';
import { findOfficialFile, importProgram } from '../genuine-file.ts';
import { GOALS } from '../goals.ts';
import { drive, type LoadResult } from '../load/load.ts';
import { createEntry, createToken } from '../own-entries.ts';
import { drawPorts, shufflePorts } from '../port-sequence.ts';
import { askRest } from '../requests.ts';
import type { Row } from '../results.ts';
import { warmUp } from '../rounds.ts';
import { withCopy } from '../workbench.ts';
import { against } from './compare.ts';
import { type Part, withServer } from './part.ts';

const QUIET = 'GET /ports/{random}, nothing else going on';
const SPIN = 'GET /ports/{random}, another program that only counts';
const IMPORTS = 'GET /ports/{random}, imports running';
const IMPORTS_BESIDE = 'GET /ports/{random}, imports running beside the load generator';
const WRITES = 'GET /ports/{random}, own entries written';

/** The interval between two writes of own entries, in milliseconds. */
const WRITE_INTERVAL_MS = 50;

/** The nice value of an import on the core of the server: the import gets about a tenth of the core. */
const NICE = 10;

/** The nice value of a program on the core of the load generator, which it must not delay. */
const LOWEST_PRIORITY = 19;

/** The least time to measure lookups during an import on the server's core, in seconds: such an import takes about 10 s. */
const LEAST_S = 25;

/** Measures the throughput and the longest stall of lookups during imports and writes of own entries. */
export const busy: Part = ({ options, workbench }) =>
  withCopy(workbench, (database) =>
    withServer(portolan(database), async (server) => {
      const token = await createToken(database);
      const { rounds, seconds, connections } = options;
      const requests = shufflePorts().map((port) => askRest(port));
      const load = { url: server.url, requests, order: 'random', connections } as const;
      const longer = Math.max(seconds, LEAST_S);
      const disturbances: Record<
        string,
        readonly [disturb: (isOver: () => boolean) => Promise<void>, seconds: number]
      > = {
        [QUIET]: [async () => {}, seconds],
        [IMPORTS]: [(isOver) => importUntil(isOver, database, SERVER_CORE, NICE), longer],
        [SPIN]: [spinUntil, seconds],
        [IMPORTS_BESIDE]: [(isOver) => importUntil(isOver, database, LOAD_CORE, LOWEST_PRIORITY), seconds],
        [WRITES]: [(isOver) => writeUntil(isOver, server.url, token), seconds],
      };
      const results = new Map<string, LoadResult[]>();
      for (let round = 0; round < rounds; round++) {
        for (const [name, [disturb, turn]] of Object.entries(disturbances)) {
          // Each turn starts warm: an import or write of the previous turn has invalidated caches.
          await warmUp({ name: server.name, server, requests, touchAll: true }, options);
          let isOver = false;
          const disturbed = disturb(() => isOver);
          const result = await drive({ ...load, seconds: turn }).finally(() => {
            isOver = true;
          });
          await disturbed;
          results.set(name, [...(results.get(name) ?? []), result]);
        }
      }
      return [
        against(results, IMPORTS, QUIET, GOALS.busyThroughput),
        against(results, WRITES, QUIET, GOALS.busyThroughput),
        against(results, IMPORTS_BESIDE, QUIET),
        against(results, SPIN, QUIET),
        against(results, IMPORTS_BESIDE, SPIN),
        longestStall(QUIET, results),
        { ...longestStall(IMPORTS, results), goal: GOALS.busyStall },
        { ...longestStall(WRITES, results), goal: GOALS.busyStall },
      ];
    }),
  );

function longestStall(name: string, results: ReadonlyMap<string, readonly LoadResult[]>): Row {
  const longest = Math.max(...(results.get(name) ?? []).map((round) => round.longest));
  return { what: `${name}: longest stall`, figure: longest, unit: 'ms' };
}

/** Runs a busy loop in place of the import. It measures the cost of any program on that core, without an import's own. */
async function spinUntil(isOver: () => boolean): Promise<void> {
  const command = reniced(LOWEST_PRIORITY, [process.execPath, '-e', 'for (;;);']);
  const child = start({ name: 'a program that only counts', command }, LOAD_CORE);
  const ended = once(child, 'close');
  while (!isOver()) await delay(20);
  child.kill('SIGKILL');
  await ended;
}

let imports = 0;

async function importUntil(isOver: () => boolean, database: string, core: string, nice: number): Promise<void> {
  const file = findOfficialFile(process.env.IANA_FILES);
  do {
    const day = new Date(Date.UTC(2020, 0, 1 + imports++)).toISOString().slice(0, 10);
    const { command, ...program } = importProgram(database, file, day);
    const output = await runProgram({ ...program, command: reniced(nice, command) }, core);
    assert.match(output, /^Imported /);
  } while (!isOver());
}

async function writeUntil(isOver: () => boolean, url: string, token: string): Promise<void> {
  for (const firstPort of drawPorts(100_000)) {
    if (isOver()) return;
    await createEntry(url, token, firstPort);
    await delay(WRITE_INTERVAL_MS);
  }
}
