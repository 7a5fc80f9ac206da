import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { inCalmTurn } from './calm-turn.ts';
import { startLargeAnswer } from './large-answers.ts';

/** How long a request may work before other requests get a turn, in milliseconds. */
const SLICE_MS = 5;

/** The app's setting that holds the processor time of a request, in milliseconds. */
export const CPU_LIMIT = 'cpu limit';

/** The client has closed its connection: nobody reads an answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * The work of one request, done in steps. A step is synchronous and bounded by itself; between steps other requests get
 * turns, and the work ends when its client has gone or when it has used its processor time.
 */
export class RequestWork {
  readonly #response: ServerResponse;
  readonly #limitMs: number;
  readonly #isStream: boolean;
  #usedMs = 0;
  /** The part of `#usedMs` since the last turn. */
  #sliceMs = 0;
  /** Ends with what was asked for last. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param response - Its connection tells whether the client is still there.
   * @param limitMs - The processor time that all steps may use together, in milliseconds.
   * @param isStream - Whether the answer is sent while it is made: then it may take as long as its client reads.
   */
  constructor(response: ServerResponse, limitMs: number, isStream = false) {
    this.#response = response;
    this.#limitMs = limitMs;
    this.#isStream = isStream;
  }

  /**
   * Runs one step, after a turn for others where the request has used its slice of 5 ms. The steps of a request run one
   * after another, in the order in which they were asked for: it waits for one turn at a time, however many steps it has.
   *
   * @param step - The step: synchronous work of a few milliseconds at most.
   * @returns What the step returns.
   * @throws {ClientGone} When the client has closed its connection.
   * @throws {RegistryError} `unavailable` when the processor time is used up.
   */
  readonly run = <T>(step: () => T): Promise<T> =>
    this.#next(async () => {
      if (this.#sliceMs >= SLICE_MS) await this.#wait();
      this.#check();
      const start = performance.now();
      try {
        return step();
      } finally {
        const ms = performance.now() - start;
        this.#usedMs += ms;
        this.#sliceMs += ms;
      }
    });

  /**
   * Gives other requests a turn, after the steps that were asked for before.
   *
   * @throws {ClientGone} When the client has closed its connection.
   * @throws {RegistryError} `unavailable` when the processor time is used up.
   */
  readonly turn = (): Promise<void> =>
    this.#next(async () => {
      await this.#wait();
      this.#check();
    });

  /**
   * Waits, before a large answer is composed, until no other one is.
   *
   * @returns False where too many wait already: the request is to be refused.
   */
  readonly startLarge = (): Promise<boolean> => startLargeAnswer(this.#response);

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #wait(): Promise<void> {
    if (!this.#isStream) answersWaiting++;
    await nextTurn();
    if (!this.#isStream) answersWaiting--;
    this.#sliceMs = 0;
  }

  #check(): void {
    if (this.#response.destroyed) throw new ClientGone('the client has closed its connection');
    if (this.#usedMs <= this.#limitMs) return;
    throw new RegistryError(
      'unavailable',
      `Cannot answer: the request takes more than ${this.#limitMs / 1000} s of processor time`,
    );
  }
}

/** The requests that wait for a turn, in the order in which they get it. */
const waiting: (() => void)[] = [];

/** How many of them are to be answered as a whole. */
let answersWaiting = 0;

/** How many answers may wait for turns before no further request is taken up: each is held as far as it is made. */
const MOST_ANSWERS_WAITING = 16;

/** Tells whether so many answers wait for turns that further requests are to queue. */
export function areTurnsTaken(): boolean {
  return answersWaiting >= MOST_ANSWERS_WAITING;
}

/**
 * Waits for a turn. One request gets a turn in each iteration of the event loop, however many wait: between two of them
 * the loop reads sockets, so that a short request waits for one slice and not for all of them.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) inCalmTurn(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) inCalmTurn(giveTurn);
}

/**
 * Returns the work of the request that a response answers.
 *
 * @param response - The response of an app that has the setting `CPU_LIMIT`.
 * @param isStream - Whether the answer is sent while it is made.
 */
export function workOf(response: Response, isStream = false): RequestWork {
  response.locals.work ??= new RequestWork(response, response.app.get(CPU_LIMIT), isStream);
  return response.locals.work;
}
