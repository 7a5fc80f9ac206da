import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { type ServerProcess, startServer } from '../support/portolan-process.ts';
import { COMMAND } from './run.ts';

/** The process to monitor, and its URL. */
export interface Watched {
  readonly url: string;
  readonly pid: number;
}

/** The outcomes of another client, which requests `GET /ports/22` every 50 ms. */
export interface Probe {
  /** The number of right answers. */
  readonly answers: number;
  /** The longest time until an answer was complete or a request failed, in milliseconds; 30,000 at most. */
  readonly slowestMs: number;
  /** The number of other outcomes by their status or error, such as `ECONNREFUSED`. */
  readonly failures: ReadonlyMap<string, number>;
}

/** The results of monitoring a server. */
export interface WatchReport {
  /** The client with one persistent connection. */
  readonly kept: Probe;
  /** The client with a new connection for each request. */
  readonly fresh: Probe;
  /** The largest resident set of the process since it started, in MB. */
  readonly peakMb: number;
  /** The longest delay of the watching thread's own timer, in milliseconds: a loaded machine adds this to each time. */
  readonly lateMs: number;
}

/** A server whose answers to other clients and whose memory are measured. */
export interface MonitoredServer extends ServerProcess, Watched {
  /** Aborted when the process has exited. */
  readonly exited: AbortSignal;
  /** Stops monitoring. Waits up to 30 s for the last answers. */
  readonly stopWatching: () => Promise<WatchReport>;
}

/**
 * Starts a server as `npm start` does, and monitors it from another thread.
 *
 * @param t - The test. The server ends with it.
 * @param environment - `DATABASE` and other settings.
 * @param command - Another command than that of `npm start`.
 */
export async function startWatched(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  command: readonly [string, ...string[]] = COMMAND,
): Promise<MonitoredServer> {
  const server = await startServer(t, environment, command);
  const { pid = 0 } = server.process;
  const ended = new AbortController();
  server.process.once('exit', () => ended.abort());
  const watched: Watched = { url: server.url, pid };
  const thread = new Worker(new URL('watch-thread.ts', import.meta.url), { workerData: watched });
  t.after(() => thread.terminate());
  await once(thread, 'message');
  const stopWatching = async (): Promise<WatchReport> => {
    thread.postMessage('stop');
    const [report] = await once(thread, 'message');
    return report;
  };
  return { ...server, pid, exited: ended.signal, stopWatching };
}
