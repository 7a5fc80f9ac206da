import { setTimeout as delay } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ImportOptions } from '../registry/own/import-report.ts';
import { NOT_REACHED } from '../registry/shared-status.ts';
import { positionOf } from '../sqlite/replay/decide.ts';
import type { OwnWriting } from '../sqlite/write/own-writes.ts';
import { failedOutcome, type WriteJob, type WriteOutcome } from '../sqlite/write/write-job.ts';
import type { WriterData } from '../sqlite/write/writer-file.ts';
import { NodeStore } from './node-store.ts';

/** The data that the thread of a node is started with. */
export interface NodeData extends WriterData {
  /** The address of PostgreSQL. */
  readonly url: string;
}

/** The state of a node, which its thread reports after each poll of the log. */
export interface NodeReport {
  /** The number of the last row that this node has. */
  readonly position: number;
  /** The reason why the shared log cannot be used; null while it can. */
  readonly reason: string | null;
}

/** The longest time between two polls of the log, in milliseconds: a notification can be lost. */
const POLL_MS = 1_000;

/** The time between two attempts to connect, in milliseconds. */
const RETRY_MS = 500;

/** Writes of `importRows`: a file of many rows is decided in seconds. */
const LONG: readonly (keyof OwnWriting)[] = ['importRows'];

const data = workerData as NodeData;
const store = new NodeStore(data.url, data);

async function run({ number, method, values }: WriteJob): Promise<WriteOutcome> {
  try {
    return { number, value: await write(method, values) };
  } catch (error) {
    return failedOutcome(number, error);
  }
}

function write(method: keyof OwnWriting, values: readonly unknown[]): Promise<unknown> {
  const call = (writes: OwnWriting): unknown => (writes[method] as (...values: unknown[]) => unknown)(...values);
  // The use of a token is no part of the log, and a repeated request or a dry run changes nothing: none of them needs PostgreSQL.
  const isDry = method === 'importRows' && (values[1] as ImportOptions).isDryRun;
  if (method === 'catchUp') return store.catchUp().then(() => undefined);
  if (method === 'recordTokenUse' || method === 'replayImport') return store.withFile(({ writes }) => call(writes));
  if (method === 'observe') return store.observe(...(values as Parameters<OwnWriting['observe']>));
  if (isDry) return store.withFile(({ writes, decider }) => decider.decide(() => call(writes)).value);
  return store.write(({ writes }) => call(writes), { isLong: LONG.includes(method) });
}

/** Follows the log until the thread ends: polls it at each notification, and at least every second. */
async function follow(port: MessagePort, signal: AbortSignal): Promise<void> {
  let wake = (): void => {};
  let isNotified = false;
  store.onNotification = () => {
    isNotified = true;
    wake();
  };
  const report = async (reason: string | null): Promise<void> => {
    port.postMessage({ report: { position: await position(), reason } satisfies NodeReport });
  };
  // A node that lacks many rows applies them for seconds.
  await report(NOT_REACHED);
  while (!signal.aborted) {
    isNotified = false;
    const reason = await poll();
    await report(reason);
    const notified = new Promise<void>((resolve) => {
      wake = resolve;
    });
    // A failed connection also calls `onNotification`: the delay limits the attempts to connect.
    if (reason !== null) await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    else if (!isNotified) await Promise.race([notified, delay(POLL_MS, undefined, { signal }).catch(() => {})]);
  }
}

async function poll(): Promise<string | null> {
  try {
    await store.catchUp();
    await store.followObserved();
    store.emptyLog();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function position(): Promise<number> {
  return store.withFile(({ db }) => positionOf(db).id).catch(() => 0);
}

/** Runs the received jobs one after another; null ends the thread. */
function listen(port: MessagePort): void {
  const end = new AbortController();
  const following = follow(port, end.signal);
  port.on('message', async (job: WriteJob | null) => {
    if (job !== null) port.postMessage(await run(job));
    else {
      end.abort();
      await following;
      await store.close();
      port.close();
    }
  });
}

if (parentPort !== null) listen(parentPort);
