import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { type ErrorCode, RegistryError } from '../../registry/values/registry-error.ts';
import type { WatchedServer } from './answer.ts';
import { type HeldSocket, holdSocket } from './held-socket.ts';
import { WorkerFigures } from './worker-metrics.ts';

/** How long it is waited after a worker ended before it answered, in milliseconds: the next one may end likewise. */
const PAUSE_MS = 1_000;

/** How long a worker may take to stop, in milliseconds: longer than requests in flight are given. */
const STOP_MS = 10_000;

/** What a worker is told when it starts. */
export interface WorkerTask {
  readonly config: Config;
  /** Its number in the log, from 1. */
  readonly worker: number;
}

/** What a worker says when it answers or cannot. */
type WorkerMessage = { readonly url: string } | { readonly code: ErrorCode; readonly failure: string };

/**
 * Answers requests in as many processes as `WORKERS` says; this one starts another one for each that ends unasked.
 *
 * @param config - The settings.
 * @param log - The log.
 * @returns The server once all of them answer.
 * @throws {RegistryError} As `answer`.
 */
export async function answerByWorkers(config: Config, log: Logger): Promise<WatchedServer> {
  const { host, port, maxConnections, workers: count } = config;
  const socket = await holdSocket(host, port);
  // Each has its part of the connections.
  const part = { port: socket?.port ?? port, maxConnections: Math.ceil(maxConnections / count) };
  const workers = new Workers({ ...config, ...part }, socket, log);
  return { url: await workers.start(), stop: () => workers.stop(), writeMetrics: () => workers.figures.write() };
}

class Workers {
  readonly figures = new WorkerFigures();
  readonly #config: Config;
  /** Is here so that it outlives each worker. */
  readonly #socket: HeldSocket | null;
  readonly #log: Logger;
  readonly #running = new Set<Worker>();
  readonly #tended: Promise<void>[] = [];
  #isStopping = false;

  constructor(config: Config, socket: HeldSocket | null, log: Logger) {
    this.#config = config;
    this.#socket = socket;
    this.#log = log;
    // Whoever is free takes the next connection, also where there is no socket that all were sent. One that Node handed over
    // in turn would stay open unanswered where its worker is killed on the way.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('worker.ts', import.meta.url)),
      args: [],
      serialization: 'advanced',
    });
    if (config.rateLimit > 0) new RateLimiterClusterMaster();
  }

  /** Starts the first worker alone: what keeps it from answering would keep all of them. */
  async start(): Promise<string> {
    const { worker, url } = await this.#fork(1);
    const others = Array.from({ length: this.#config.workers - 1 }, (_, index) => index + 2);
    this.#tended.push(this.#tend(1, worker));
    await Promise.all(
      others.map(async (number) => this.#tended.push(this.#tend(number, (await this.#fork(number)).worker))),
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
    await Promise.all(this.#tended);
    clearTimeout(forceCloseTimer);
  }

  /** Waits for the end of a worker, and starts another one in its place, until all are to stop. */
  async #tend(number: number, first: Worker): Promise<void> {
    let worker: Worker | undefined = first;
    for (;;) {
      if (worker !== undefined && this.#running.has(worker)) await once(worker, 'exit');
      if (this.#isStopping) return;
      if (worker === undefined) await delay(PAUSE_MS);
      else {
        const { exitCode, signalCode } = worker.process;
        this.#log.error({ worker: number, exitCode, signal: signalCode }, 'a worker ended; another one is started');
        this.figures.restarts++;
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

  /** Starts a worker and waits until it answers. */
  #fork(number: number): Promise<{ readonly worker: Worker; readonly url: string }> {
    const worker = cluster.fork();
    this.#running.add(worker);
    this.figures.follow(worker);
    return new Promise((resolve, reject) => {
      worker.on('message', (word: Partial<Record<string, unknown>>) => {
        if (isWord(word)) {
          if ('url' in word) resolve({ worker, url: word.url });
          else reject(new RegistryError(word.code, word.failure));
        }
      });
      worker.once('exit', () => {
        this.#running.delete(worker);
        reject(new RegistryError('unavailable', `Worker ${number} ended before it answered`));
      });
      // Nobody is left to read what is sent to a worker that has just ended: its exit tells all.
      worker.on('error', () => {});
      worker.send({ config: this.#config, worker: number } satisfies WorkerTask, this.#socket?.handle);
    });
  }
}

/** The counts of requests go the same way. */
function isWord(message: object): message is WorkerMessage {
  return 'url' in message || 'failure' in message;
}
