import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { seededDatabase } from '../support/seeded-database.ts';
import { type Attack, Tally } from './attack.ts';
import { ATTACKS_BY_BODY } from './attacks-by-body.ts';
import { ATTACKS_BY_CONNECTION } from './attacks-by-connection.ts';
import { ATTACKS_BY_QUERY } from './attacks-by-query.ts';
import { Client } from './load.ts';
import { countOpenFiles, memoryMb, processorMs } from './process-metrics.ts';
import { type Probe, startWatched, type WatchReport } from './watched-server.ts';

/** The limits that a server with default settings must keep under attack. */
const BOUNDS = {
  /** The resident set of the process, threads included, in MB. */
  memoryMb: 400,
  /** The longest wait of another client for `GET /ports/22`, in milliseconds: 3,000 on a loaded machine, 500 on a quiet one. */
  waitMs: Number(process.env.ATTACK_WAIT_MS ?? 3_000),
};

const DEFAULT_SECONDS = 10;

/** Idle attacks run beside the others, except where the short wait of a quiet machine is measured. */
const AT_ONCE = process.env.ATTACK_WAIT_MS === undefined ? 2 : 1;

const ATTACKS = [...ATTACKS_BY_BODY, ...ATTACKS_BY_CONNECTION, ...ATTACKS_BY_QUERY];

describe('the server withstands', { concurrency: AT_ONCE }, () => {
  for (const [name, attacks] of Map.groupBy(ATTACKS, ({ isIdle }) => (isIdle ? 'idle clients' : 'busy clients'))) {
    describe(name, { concurrency: 1 }, () => {
      for (const attack of attacks) test(attack.name, (t) => withstand(t, attack));
    });
  }
});

async function withstand(t: TestContext, attack: Attack): Promise<void> {
  const database = await seededDatabase(t);
  await attack.prepare?.(database);
  const server = await startWatched(t, { DATABASE: database });
  const { url, pid, exited, log, ended } = server;
  const before = { memory: memoryMb(pid), processor: processorMs(pid) };
  const start = performance.now();
  const over = new AbortController();
  const timeout = setTimeout(() => over.abort(), (attack.seconds ?? DEFAULT_SECONDS) * 1_000);
  const signal = AbortSignal.any([exited, over.signal]);
  // Each connection adds a listener.
  setMaxListeners(0, signal);
  const tally = new Tally();
  const faults: string[] = [];
  const target = { url, pid, database, signal, tally, faults, openFilesBefore: countOpenFiles(pid) };

  await attack.run(target);
  clearTimeout(timeout);
  over.abort();
  const seconds = (performance.now() - start) / 1_000;
  const health = await healthOf(url);
  if (health.length === 0) await attack.check?.(target);
  const report = await server.stopWatching();

  const processor = exited.aborted ? Number.NaN : (processorMs(pid) - before.processor) / 1_000;
  t.diagnostic(`answers to the attack: ${tally}`);
  t.diagnostic(
    `GET /ports/22 on a kept connection: ${summarize(report.kept)}; on fresh ones: ${summarize(report.fresh)}`,
  );
  t.diagnostic(
    `memory ${Math.round(before.memory)} MB before, ${Math.round(report.peakMb)} MB at most; ` +
      `${processor.toFixed(1)} s of processor time in ${seconds.toFixed(1)} s; ` +
      `the watching thread was late by ${Math.round(report.lateMs)} ms at most`,
  );
  const death = exited.aborted ? [`the server has ended: ${reasonIn((await ended).stderr)}`] : health;
  const failed = log()
    .split('\n')
    .filter((line) => /"level":(?:50|60)/.test(line));
  assert.deepEqual(
    [...death, ...faults, ...failed.slice(0, 3), ...answerFaults(attack, tally), ...watchFaults(report)],
    [],
  );
}

/** Requests `/healthz` right after an attack, and returns the faults of the answer. */
async function healthOf(url: string): Promise<string[]> {
  const client = new Client(url);
  const { status, error, ms } = await client.get('/healthz');
  client.close();
  if (status !== 200) return [`/healthz is ${error ?? status}`];
  return ms > BOUNDS.waitMs ? [`/healthz came after ${Math.round(ms)} ms`] : [];
}

function answerFaults({ allowed = [], largestAnswer, isUnanswered = false }: Attack, tally: Tally): string[] {
  const isWrong = (status: number) => !(status >= 400 && status < 500) && status !== 503 && !allowed.includes(status);
  const faults = [...tally.statuses.keys()].filter(isWrong).map((status) => `an answer is ${status}`);
  if (tally.statuses.size === 0 && !isUnanswered) faults.push('no request of the attack was answered');
  if (largestAnswer !== undefined && tally.largestAnswer > largestAnswer)
    faults.push(`an answer has ${tally.largestAnswer} bytes, expected at most ${largestAnswer}`);
  return faults;
}

function watchFaults({ kept, fresh, peakMb }: WatchReport): string[] {
  const faults = Object.entries({ kept, fresh }).flatMap(([name, probe]) => {
    const { slowestMs, failures } = probe;
    return slowestMs > BOUNDS.waitMs || failures.size > 0
      ? [`GET /ports/22 on a ${name} connection: ${summarize(probe)}`]
      : [];
  });
  if (peakMb > BOUNDS.memoryMb) faults.push(`the server used ${Math.round(peakMb)} MB of memory`);
  return faults;
}

function summarize({ answers, slowestMs, failures }: Probe): string {
  const failed = [...failures].map(([failure, count]) => `, ${failure} × ${count}`);
  return `slowest ${Math.round(slowestMs)} ms of ${answers} answers${failed.join('')}`;
}

/** Returns V8's fatal error, such as an exhausted heap, or else the end of standard error. */
function reasonIn(stderr: string): string {
  return stderr.split('\n').find((line) => line.includes('FATAL')) ?? stderr.slice(-300);
}
