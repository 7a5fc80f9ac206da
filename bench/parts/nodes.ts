import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../ask.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { drive, type LoadResult } from '../load/load.ts';
import { createToken } from '../own-entries.ts';
import { shufflePorts } from '../port-sequence.ts';
import { askRest } from '../requests.ts';
import type { Row } from '../results.ts';
import { warmUp } from '../rounds.ts';
import { type Joined, type SharedRegister, startSharedRegister, Writer } from '../shared-register.ts';
import { median, percentile } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import { against } from './compare.ts';
import { type Bench, type Part, withServer } from './part.ts';

const QUIET = 'GET /ports/{random} on a node, no other writes';
const WRITES = 'GET /ports/{random} on a node, another node writes 20 entries a second';

/** The interval between two writes during reads, in milliseconds. */
const WRITE_INTERVAL_MS = 50;

/** The number of clients that write at once. */
const CLIENTS = 16;

/** The number of writes that are timed until the next node has them. */
const SAMPLES = { full: 300, quick: 30 } as const;

/** The sizes that a register grows to, and the rows of one import. */
const GROWN = {
  full: { entries: 100_000, auditRows: 1_000_000, rows: 10_000 },
  quick: { entries: 1_000, auditRows: 3_000, rows: 1_000 },
} as const;

/** Measures nodes that share a register over PostgreSQL: writes, the delay until the next node has them, reads, growth, joining. */
export const nodes: Part = async (bench) => {
  const alone = await measureAlone(bench);
  const ends: (() => unknown)[] = [];
  try {
    const register = await startSharedRegister({ after: (end) => ends.push(end) }, bench.workbench);
    const rows = [
      ...(await measureWrites(bench, register.writing.url, register.token, 'over PostgreSQL', alone)),
      await measureWay(bench, register, 'the next node has a write'),
      ...(await measureReads(bench, register)),
      ...toRows('shared join, few entries', await register.join()),
    ];
    return [...alone, ...rows, ...(await measureGrown(bench, register))];
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

function measureAlone(bench: Bench): Promise<Row[]> {
  return withCopy(bench.workbench, (database) =>
    withServer(portolan(database), async ({ url }) => {
      const token = await createToken(database);
      return measureWrites(bench, url, token, 'alone');
    }),
  );
}

/** Measures writes of one client and of several; the ratio is that to a server alone. */
async function measureWrites(
  { options }: Bench,
  url: string,
  token: string,
  where: string,
  alone: readonly Row[] = [],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const clients of [1, CLIENTS]) {
    const rounds: { perSecond: number; times: readonly number[] }[] = [];
    for (let round = 0; round < options.rounds; round++)
      rounds.push(await writeFor(options.seconds, clients, url, token));
    const figure = median(rounds.map(({ perSecond }) => perSecond));
    const times = rounds.flatMap((round) => round.times);
    const other = alone[rows.length]?.figure;
    rows.push({
      what: `POST /associations, ${where}, ${clients === 1 ? 'one client' : `${clients} clients`}`,
      figure,
      unit: 'writes/s',
      p50: median(times),
      p99: percentile(times, 99),
      ...(other === undefined ? {} : { ratio: figure / other }),
    });
  }
  return rows;
}

async function writeFor(seconds: number, clients: number, url: string, token: string) {
  const times: number[] = [];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const writer = new Writer(url, token);
      while (performance.now() - start < seconds * 1000) {
        const before = performance.now();
        await writer.create();
        times.push(performance.now() - before);
      }
      writer.close();
    }),
  );
  return { perSecond: (times.length / (performance.now() - start)) * 1000, times };
}

/** Measures the time from the response to a write until another node has answered a request that needs this write. */
async function measureWay({ options }: Bench, { writing, reading, token }: SharedRegister, what: string): Promise<Row> {
  const writer = new Writer(writing.url, token);
  const times: number[] = [];
  for (let sample = 0; sample < (options.quick ? SAMPLES.quick : SAMPLES.full); sample++) {
    const position = await writer.create();
    const start = performance.now();
    const { status } = await ask(reading.url, askRest(22, { 'Portolan-Position-At-Least': String(position) }));
    assert.equal(status, 200);
    times.push(performance.now() - start);
    await delay(5);
  }
  writer.close();
  return { what, figure: median(times), unit: 'ms', p50: median(times), p99: percentile(times, 99) };
}

/** Measures reads on a node while no node writes, and while another node writes. */
async function measureReads({ options }: Bench, { writing, reading, token }: SharedRegister): Promise<Row[]> {
  const requests = shufflePorts().map((port) => askRest(port));
  const { rounds, seconds, connections } = options;
  const results = new Map<string, LoadResult[]>([QUIET, WRITES].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, turn] of results) {
      await warmUp({ name, server: reading, requests, touchAll: true }, options);
      let isOver = name === QUIET;
      const written = writeUntil(() => isOver, writing.url, token);
      turn.push(
        await drive({ url: reading.url, requests, order: 'random', seconds, connections }).finally(() => {
          isOver = true;
        }),
      );
      await written;
    }
  }
  return [against(results, WRITES, QUIET, GOALS.nodesReads)];
}

async function writeUntil(isOver: () => boolean, url: string, token: string): Promise<void> {
  const writer = new Writer(url, token);
  while (!isOver()) {
    await writer.create();
    await delay(WRITE_INTERVAL_MS);
  }
  writer.close();
}

/** Fills the register by imports, of which all but the first ones change entries, and measures again. */
async function measureGrown(bench: Bench, register: SharedRegister): Promise<Row[]> {
  const { entries, auditRows, rows } = bench.options.quick ? GROWN.quick : GROWN.full;
  const writer = new Writer(register.writing.url, register.token);
  const start = performance.now();
  for (let first = 0; first < auditRows; first += rows) {
    const version = Math.floor(first / entries);
    const lines = Array.from({ length: rows }, (_, row) => {
      const number = (first % entries) + row;
      return `grown-${number},${number % 60_000},version ${version}`;
    });
    await writer.importRows(`name,port,note\n${lines.join('\n')}\n`);
  }
  const seconds = (performance.now() - start) / 1000;
  const position = await writer.create();
  writer.close();
  const size = `${entries.toLocaleString('en')} entries and ${auditRows.toLocaleString('en')} audit rows`;
  await waitForPosition(register.reading.url, position);
  // The writes that are measured now are those that the backup lacks.
  const backup = await register.backup();
  return [
    { what: `growth to ${size}`, figure: auditRows / seconds, unit: 'rows/s' },
    ...(await measureWrites(bench, register.writing.url, register.token, `over PostgreSQL, ${size}`)),
    await measureWay(bench, register, `the next node has a write, ${size}`),
    ...toRows(`shared join, ${size}`, await register.join()),
    ...toRows(`shared join FILE, ${size}`, await register.join(backup)),
  ];
}

function toRows(what: string, { seconds, cpuSeconds, megabytes }: Joined): Row[] {
  return [
    { what, figure: seconds, unit: 's' },
    { what: `${what}, processor time`, figure: cpuSeconds, unit: 's' },
    { what: `${what}, largest memory`, figure: megabytes, unit: 'MB' },
  ];
}

async function waitForPosition(url: string, position: number): Promise<void> {
  for (;;) {
    const { status } = await ask(url, askRest(22, { 'Portolan-Position-At-Least': String(position) }));
    if (status === 200) return;
    assert.equal(status, 503);
  }
}
