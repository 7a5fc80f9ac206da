import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Client } from './load.ts';
import { peakMemoryMb } from './process-metrics.ts';
import type { Probe, Watched, WatchReport } from './watched-server.ts';

// Runs in its own thread, so that the load of the main thread does not add to the waiting times of these clients.

/** The interval between two requests of a client and between two readings of memory, in milliseconds. */
const EVERY_MS = 50;

const { url, pid } = workerData as Watched;

let isOver = false;
let peakMb = 0;
let lateMs = 0;
let lastRead = performance.now();

const reading = setInterval(() => {
  const now = performance.now();
  lateMs = Math.max(lateMs, now - lastRead - EVERY_MS);
  lastRead = now;
  try {
    peakMb = peakMemoryMb(pid);
  } catch {
    // The process has ended. The last value counts.
  }
}, EVERY_MS);

const kept = new Client(url);
// Not measured: the first answer of a server that has just started is slow without an attack.
await kept.get('/ports/22');
const probes = Promise.all([
  probe((path) => kept.get(path)),
  probe(async (path) => {
    const fresh = new Client(url);
    const outcome = await fresh.get(path);
    fresh.close();
    return outcome;
  }),
]);

parentPort?.postMessage('watching');

parentPort?.once('message', async () => {
  isOver = true;
  const [onKept, onFresh] = await probes;
  clearInterval(reading);
  kept.close();
  const report: WatchReport = { kept: onKept, fresh: onFresh, peakMb, lateMs };
  parentPort?.postMessage(report);
});

/** Requests a port until the main thread sends a message. */
async function probe(get: Client['get']): Promise<Probe> {
  let [answers, slowestMs] = [0, 0];
  const failures = new Map<string, number>();
  while (!isOver) {
    const start = performance.now();
    const { status, text, error, ms } = await get('/ports/22');
    const isRight = status === 200 && text.startsWith('{"number":22,');
    const failure = error ?? String(status);
    if (isRight) answers++;
    else failures.set(failure, (failures.get(failure) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, ms);
    await delay(Math.max(0, start + EVERY_MS - performance.now()));
  }
  return { answers, slowestMs, failures };
}
