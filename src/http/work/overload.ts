import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../../log.ts';
import { HEALTH_PATHS, METRICS_PATH } from '../message/probe-paths.ts';
import { HttpError, sendProblem } from '../message/problem.ts';
import { requestIdOf } from '../message/request-id.ts';
import { probeHalfClosed } from './half-closed.ts';
import { isTurnQueueFull } from './turn-queue.ts';
import { connectionCount, MAX_TURNS, yieldToConnections } from './yield-to-connections.ts';

/** Health checks and metrics bypass the queue. */
const UNQUEUED_PATHS = [...HEALTH_PATHS, METRICS_PATH];

/**
 * The time slice in which requests start without queueing, in milliseconds. It ends with the turn of the event loop, or when no
 * further connection is accepted.
 */
const SLICE_MS = 5;

/** The most queued requests that start in one turn, and their time slice in milliseconds: new connections wait meanwhile. */
const DRAIN_REQUESTS = 8;
const DRAIN_MS = 3;

/** The time slice for rejections of requests that have waited too long, per turn, in milliseconds. */
const REFUSE_MS = 5;

/** The most requests in the queue; each connection has at most one. */
const MAX_QUEUED = 2_000;

/** `Retry-After` of rejected requests, in seconds: the current queue is empty by then. */
const RETRY_AFTER_S = '1';

/** The shortest interval between two warnings of overload, in milliseconds. */
const WARNING_INTERVAL_MS = 60_000;

/** A queued request. */
interface Waiting {
  readonly since: number;
  readonly response: ServerResponse;
  readonly start: () => void;
  readonly refuse: () => void;
}

/**
 * Returns the middleware that makes requests wait in a queue.
 *
 * @param queue - The queue.
 */
export function queueRequests(queue: RequestQueue): RequestHandler {
  return (request, response, next) => {
    const decision = queue.decisionOf(response);
    if (decision === 'started' || UNQUEUED_PATHS.includes(request.path)) next();
    else if (decision === 'refused') refuse(response);
    else queue.enter(response, next, () => refuse(response));
  };
}

function refuse(response: Response): void {
  const error = new HttpError(503, 'The server has more requests than it can answer now: try again', {
    'Retry-After': RETRY_AFTER_S,
  });
  sendProblem(response, error, requestIdOf(response));
}

/**
 * Queues requests under overload, and rejects those that have waited too long with 503 and `Retry-After`. A rejection costs
 * a fraction of a response, so the waiting time is bounded for any number of requests. Under overload a few queued requests
 * start in each turn of the event loop: between turns Node accepts connections, one per turn, and cached responses, health
 * checks and metrics are served.
 */
export class RequestQueue {
  readonly #maxWaitMs: number;
  readonly #log: Logger;
  readonly #waiting: Waiting[] = [];
  /** The time of the first request that arrived or started since the last slice ended. */
  #sliceStart: number | undefined;
  #nextWarning = 0;
  /** The number of connections at the end of the last turn, and the turns in a row in which it has grown. */
  #connections = 0;
  #acceptingTurns = 0;

  /**
   * @param maxWaitMs - The longest wait of a request, in milliseconds.
   * @param log - The log; it gets at most one warning a minute.
   */
  constructor(maxWaitMs: number, log: Logger) {
    this.#maxWaitMs = maxWaitMs;
    this.#log = log;
  }

  /** Decisions on requests that Express has not seen yet. */
  readonly #decisions = new WeakMap<ServerResponse, 'started' | 'refused'>();

  /**
   * Returns the decision on a request that waited before Express runs; undefined for any other request.
   *
   * @param response - Its response.
   */
  decisionOf(response: ServerResponse): 'started' | 'refused' | undefined {
    return this.#decisions.get(response);
  }

  /**
   * Stores the decision on a request before Express gets it: it does not wait a second time.
   *
   * @param response - Its response.
   * @param decision - Whether it starts or gets 503.
   */
  decide(response: ServerResponse, decision: 'started' | 'refused'): void {
    this.#decisions.set(response, decision);
  }

  /** Returns whether a request that arrives now need not wait. */
  #isFree(): boolean {
    const now = performance.now();
    if (this.#sliceStart === undefined) {
      this.#sliceStart = now;
      setImmediate(this.#endSlice);
    }
    return this.#waiting.length === 0 && now - this.#sliceStart <= SLICE_MS && !isTurnQueueFull();
  }

  /**
   * Starts a request now or later, or rejects it.
   *
   * @param response - Its response.
   * @param start - Starts it.
   * @param refuse - Rejects it with 503.
   */
  enter(response: ServerResponse, start: () => void, refuse: () => void): void {
    if (this.#isFree()) start();
    else if (this.#waiting.length < MAX_QUEUED) {
      this.#waiting.push({ since: performance.now(), response, start, refuse });
    } else this.#refuse(refuse);
  }

  /** Runs when all requests of a turn were started or queued. */
  readonly #endSlice = (): void => {
    // Node accepts one connection per turn. If the slice ended, the request of each would start before the next one is accepted.
    // Queued requests wait for new connections below.
    if (this.#waiting.length === 0 && this.#isAccepting()) {
      setImmediate(this.#endSlice);
      return;
    }
    this.#sliceStart = undefined;
    this.#refuseLate();
    if (this.#waiting.length === 0) return;
    this.#sliceStart = Number.POSITIVE_INFINITY;
    yieldToConnections(this.#drain);
  };

  /** Returns whether a connection has been accepted since the last turn; false after 32 such turns. */
  #isAccepting(): boolean {
    const before = this.#connections;
    this.#connections = connectionCount();
    const isAccepting = this.#connections !== before && this.#acceptingTurns < MAX_TURNS;
    this.#acceptingTurns = isAccepting ? this.#acceptingTurns + 1 : 0;
    return isAccepting;
  }

  readonly #drain = (): void => {
    // Each in its own callback: microtasks and ticks of one request run before the next one starts.
    for (let count = 0; count < Math.min(DRAIN_REQUESTS, this.#waiting.length); count++) setImmediate(this.#admitNext);
    setImmediate(this.#endSlice);
  };

  readonly #admitNext = (): void => {
    const now = performance.now();
    this.#sliceStart = Math.min(this.#sliceStart ?? now, now);
    if (now - this.#sliceStart > DRAIN_MS || isTurnQueueFull()) return;
    const first = this.#waiting.shift();
    if (first === undefined) return;
    // Skips requests of disconnected clients.
    const start = (): void => {
      if (!first.response.destroyed) first.start();
    };
    if (probeHalfClosed(first.response)) setImmediate(start);
    else start();
  };

  /** Rejects requests that have waited too long, the oldest first. */
  #refuseLate(): void {
    const now = performance.now();
    let count = 0;
    for (const { since, response, refuse } of this.#waiting) {
      if (now - since <= this.#maxWaitMs || performance.now() - now > REFUSE_MS) break;
      if (!response.destroyed) this.#refuse(refuse);
      count++;
    }
    this.#waiting.splice(0, count);
  }

  #refuse(refuse: () => void): void {
    if (performance.now() > this.#nextWarning) {
      this.#nextWarning = performance.now() + WARNING_INTERVAL_MS;
      const waiting = this.#waiting.length;
      this.#log.warn({ waiting }, 'more requests than can be answered in time: those that waited too long get 503');
    }
    refuse();
  }
}
