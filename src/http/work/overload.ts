import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../../log.ts';
import { HEALTH_PATHS, METRICS_PATH } from '../message/probe-paths.ts';
import { HttpError, sendProblem } from '../message/problem.ts';
import { requestIdOf } from '../message/request-id.ts';
import { inCalmTurn } from './calm-turn.ts';
import { areTurnsTaken } from './request-work.ts';

/** Whoever watches is answered at once, however busy the server is. */
const ALWAYS = [...HEALTH_PATHS, METRICS_PATH];

/** How long requests are taken up as they come before the others queue, in milliseconds. */
const TURN_MS = 5;

/** How many of the queue are taken up in a turn at most, and for how long, in milliseconds: new connections wait for it. */
const TAKEN_UP = 8;
const TAKE_MS = 3;

/** How long those that have waited too long are refused in a turn, in milliseconds. */
const REFUSE_MS = 5;

/** How many requests may queue; each connection has one at most. */
const MOST_QUEUED = 2_000;

/** When a refused client may come again, in seconds: what waits now is answered by then. */
const RETRY_AFTER_S = '1';

/** How long the log keeps quiet after it told of an overload, in milliseconds. */
const QUIET_MS = 60_000;

/** A request that waits for its turn. */
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
    if (decision === 'started' || ALWAYS.includes(request.path)) next();
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
 * Queues requests where they come faster than they can be answered, and refuses those that have waited too long, with
 * 503 and `Retry-After`: that takes a fraction of the time of an answer, so that no other waits longer, however many there
 * are. A few are taken up in each turn of the event loop then: in between connections are accepted, which Node does one a
 * turn, and cached answers and those of health checks are sent.
 */
export class RequestQueue {
  readonly #maxWaitMs: number;
  readonly #log: Logger;
  readonly #waiting: Waiting[] = [];
  /** When the first request came, or was taken up, since the last turn ended. */
  #turnBegan: number | undefined;
  #quietUntil = 0;

  /**
   * @param maxWaitMs - How long a request may queue, in milliseconds.
   * @param log - Logs an overload, at most once a minute.
   */
  constructor(maxWaitMs: number, log: Logger) {
    this.#maxWaitMs = maxWaitMs;
    this.#log = log;
  }

  /** Whether a request has been through the queue before Express runs. */
  readonly #decisions = new WeakMap<ServerResponse, 'started' | 'refused'>();

  /**
   * Returns what became of a request that was queued before Express runs; undefined for any other.
   *
   * @param response - Its response.
   */
  decisionOf(response: ServerResponse): 'started' | 'refused' | undefined {
    return this.#decisions.get(response);
  }

  /**
   * Stores what became of a request before Express runs.
   *
   * @param response - Its response.
   * @param decision - What became of it.
   */
  decide(response: ServerResponse, decision: 'started' | 'refused'): void {
    this.#decisions.set(response, decision);
  }

  #isFree(): boolean {
    const now = performance.now();
    if (this.#turnBegan === undefined) {
      this.#turnBegan = now;
      setImmediate(this.#endTurn);
    }
    return this.#waiting.length === 0 && now - this.#turnBegan <= TURN_MS && !areTurnsTaken();
  }

  /**
   * Starts a request at once or when its turn comes, or refuses it.
   *
   * @param response - Its response.
   * @param start - Starts it.
   * @param refuse - Refuses it.
   */
  enter(response: ServerResponse, start: () => void, refuse: () => void): void {
    if (this.#isFree()) start();
    else if (this.#waiting.length < MOST_QUEUED) {
      this.#waiting.push({ since: performance.now(), response, start, refuse });
    } else this.#refuse(refuse);
  }

  /** Comes when all that had come in was taken up or queues. */
  readonly #endTurn = (): void => {
    this.#turnBegan = undefined;
    this.#refuseLate();
    if (this.#waiting.length === 0) return;
    this.#turnBegan = Number.POSITIVE_INFINITY;
    inCalmTurn(this.#takeSome);
  };

  readonly #takeSome = (): void => {
    // Each in a callback of its own: what one leaves for later is done before the next.
    for (let count = 0; count < Math.min(TAKEN_UP, this.#waiting.length); count++) setImmediate(this.#takeUp);
    setImmediate(this.#endTurn);
  };

  readonly #takeUp = (): void => {
    const now = performance.now();
    this.#turnBegan = Math.min(this.#turnBegan ?? now, now);
    if (now - this.#turnBegan > TAKE_MS || areTurnsTaken()) return;
    const first = this.#waiting.shift();
    // Skips requests whose client disconnected.
    if (first !== undefined && !first.response.destroyed) first.start();
  };

  /** Refuses what has waited too long, the longest first. */
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
    if (performance.now() > this.#quietUntil) {
      this.#quietUntil = performance.now() + QUIET_MS;
      const waiting = this.#waiting.length;
      this.#log.warn({ waiting }, 'more requests than can be answered in time: those that waited too long get 503');
    }
    refuse();
  }
}
