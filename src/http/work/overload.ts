import type { NextFunction, Request, RequestHandler, Response } from 'express';
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
  readonly response: Response;
  readonly next: NextFunction;
}

/**
 * Has requests queue where they come faster than they can be answered, and refuses those that have queued too long, with
 * 503 and `Retry-After`: that takes a fraction of the time of an answer, so that no other waits longer, however many there
 * are. A few are taken up in each turn of the event loop then: in between connections are accepted, which Node does one a
 * turn, and what is kept or asked for by whoever watches is sent.
 *
 * @param maxWaitMs - How long one may queue, in milliseconds.
 * @param log - Is told once in a while.
 */
export function queueRequests(maxWaitMs: number, log: Logger): RequestHandler {
  const queue = new Queue(maxWaitMs, log);
  return (request, response, next) => queue.take(request, response, next);
}

class Queue {
  readonly #maxWaitMs: number;
  readonly #log: Logger;
  readonly #waiting: Waiting[] = [];
  /** When the first request came, or was taken up, since the last turn ended. */
  #turnBegan: number | undefined;
  #quietUntil = 0;

  constructor(maxWaitMs: number, log: Logger) {
    this.#maxWaitMs = maxWaitMs;
    this.#log = log;
  }

  take(request: Request, response: Response, next: NextFunction): void {
    const now = performance.now();
    if (this.#turnBegan === undefined) {
      this.#turnBegan = now;
      setImmediate(this.#endTurn);
    }
    const isInTime = this.#waiting.length === 0 && now - this.#turnBegan <= TURN_MS && !areTurnsTaken();
    if (isInTime || ALWAYS.includes(request.path)) next();
    else if (this.#waiting.length < MOST_QUEUED) this.#waiting.push({ since: now, response, next });
    else this.#refuse(response);
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
    for (let count = 0; count < Math.min(TAKEN_UP, this.#waiting.length); count++) setImmediate(this.#admitNext);
    setImmediate(this.#endTurn);
  };

  readonly #admitNext = (): void => {
    const now = performance.now();
    this.#turnBegan = Math.min(this.#turnBegan ?? now, now);
    if (now - this.#turnBegan > TAKE_MS || areTurnsTaken()) return;
    const first = this.#waiting.shift();
    // Skips requests whose client disconnected.
    if (first !== undefined && !first.response.destroyed) first.next();
  };

  /** Refuses what has waited too long, the longest first. */
  #refuseLate(): void {
    const now = performance.now();
    let count = 0;
    for (const { since, response } of this.#waiting) {
      if (now - since <= this.#maxWaitMs || performance.now() - now > REFUSE_MS) break;
      if (!response.destroyed) this.#refuse(response);
      count++;
    }
    this.#waiting.splice(0, count);
  }

  #refuse(response: Response): void {
    if (performance.now() > this.#quietUntil) {
      this.#quietUntil = performance.now() + QUIET_MS;
      const waiting = this.#waiting.length;
      this.#log.warn({ waiting }, 'more requests than can be answered in time: those that waited too long get 503');
    }
    const error = new HttpError(503, 'The server has more requests than it can answer now: try again', {
      'Retry-After': RETRY_AFTER_S,
    });
    sendProblem(response, error, requestIdOf(response));
  }
}
