import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { type ErrorCode, RegistryError } from '../../registry/values/registry-error.ts';
import { type BoundSocket, bindSocket } from './bound-socket.ts';
import type { MonitoredServer } from './start-server.ts';
import { WorkerMetrics } from './worker-metrics.ts';

/** The delay before the next start after a worker that exited during its start, in milliseconds. */
const RESTART_DELAY_MS = 1_000;

/** The timeout for a worker to stop, in milliseconds: longer than the one for requests in flight. */
const STOP_MS = 10_000;

/** The first message to a worker. */
export interface WorkerTask {
  readonly config: Config;
  /** Its number in the log, from 1. */
  readonly worker: number;
}

/** The message of a worker when it is ready or has failed to start. */
type WorkerMessage = { readonly url: string } | { readonly code: ErrorCode; readonly failure: string };

/**
 * Starts `WORKERS` processes that answer requests, and restarts each one that exits unexpectedly.
 *
 * @param config - The settings.
 * @param log - The log.
 * @returns The server once all of them are ready.
 * @throws {RegistryError} As `startServer`.
 */
export async function startWorkers(config: Config, log: Logger): Promise<MonitoredServer> {
  const { host, port, maxConnections, workers: count } = config;
  const socket = await bindSocket(host, port);
  // The limit of connections is split evenly.
  const ownSettings = { port: socket?.port ?? port, maxConnections: Math.ceil(maxConnections / count) };
  const workers = new Workers({ ...config, ...ownSettings }, socket, log);
  return { url: await workers.start(), stop: () => workers.stop(), writeMetrics: () => workers.metrics.write() };
}

class Workers {
  readonly metrics = new WorkerMetrics();
  readonly #config: Config;
  /** Open in this process, so that it outlives each worker. */
  readonly #socket: BoundSocket | null;
  readonly #log: Logger;
  readonly #running = new Set<Worker>();
  readonly #supervisors: Promise<void>[] = [];
  #isStopping = false;

  constructor(config: Config, socket: BoundSocket | null, log: Logger) {
    this.#config = config;
    this.#socket = socket;
    this.#log = log;
    // A free worker accepts the next connection, also without a shared socket. With round-robin, a connection on its way to
    // a killed worker would stay open without an answer.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('worker.ts', import.meta.url)),
      args: [],
      serialization: 'advanced',
    });
    if (config.rateLimit > 0) new RateLimiterClusterMaster();
  }

  /** Starts the first worker alone, as a fault in its start would affect all of them. */
  async start(): Promise<string> {
    const { worker, url } = await this.#fork(1);
    const others = Array.from({ length: this.#config.workers - 1 }, (_, index) => index + 2);
    this.#supervisors.push(this.#supervise(1, worker));
    await Promise.all(
      others.map(async (number) => this.#supervisors.push(this.#supervise(number, (await this.#fork(number)).worker))),
    );
    return url;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#socket?.release();
    for (const worker of this.#running) worker.process.kill('SIGTERM');
    const forceCloseTimer = setTimeout(() => {
      for (const worker of this.#running) worker.process.kill('SIGKILL');
    }, STOP_MS);
    await Promise.all(this.#supervisors);
    clearTimeout(forceCloseTimer);
  }

  /** Restarts a worker whenever it exits, until `stop`. */
  async #supervise(number: number, first: Worker): Promise<void> {
    let worker: Worker | undefined = first;
    for (;;) {
      if (worker !== undefined && this.#running.has(worker)) await once(worker, 'exit');
      if (this.#isStopping) return;
      if (worker === undefined) await delay(RESTART_DELAY_MS);
      else {
        const { exitCode, signalCode } = worker.process;
        this.#log.error({ worker: number, exitCode, signal: signalCode }, 'a worker ended; another one is started');
        this.metrics.restarts++;
      }
      worker = await this.#replace(number);
    }
  }

  async #replace(number: number): Promise<Worker | undefined> {
    try {
      return (await this.#fork(number)).worker;
    } catch (error) {
      if (!this.#isStopping) this.#log.error({ err: error, worker: number }, 'no worker could be started');
      return undefined;
    }
  }

  /** Starts a worker and waits until it is ready. */
  #fork(number: number): Promise<{ readonly worker: Worker; readonly url: string }> {
    const worker = cluster.fork();
    this.#running.add(worker);
    this.metrics.follow(worker);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: Partial<Record<string, unknown>>) => {
        if (isWorkerMessage(message)) {
          if ('url' in message) resolve({ worker, url: message.url });
          else reject(new RegistryError(message.code, message.failure));
        }
      });
      worker.once('exit', () => {
        this.#running.delete(worker);
        reject(new RegistryError('unavailable', `Worker ${number} ended before it answered`));
      });
      // A message to a worker that has just exited fails: the `exit` event covers it.
      worker.on('error', () => {});
      worker.send({ config: this.#config, worker: number } satisfies WorkerTask, this.#socket?.handle);
    });
  }
}

/** Distinguishes messages of this module from those of the request counter, which use the same channel. */
function isWorkerMessage(message: object): message is WorkerMessage {
  return 'url' in message || 'failure' in message;
}
