import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { probeHalfClosed } from './half-closed.ts';
import { startLargeAnswer } from './large-answers.ts';
import { waitForTurn } from './turn-queue.ts';

/** The time slice of a request before other requests get a turn, in milliseconds. */
const SLICE_MS = 5;

/** The steps after which an answer is large. */
const LARGE_STEPS = 4;

class LargeAnswer extends Error {}

/** The app's setting that holds the processor time of a request, in milliseconds. */
export const CPU_LIMIT = 'cpu limit';

/** The error of a request with a closed connection. It needs no response. */
export class ClientDisconnected extends Error {
  override readonly name = 'ClientDisconnected';
}

/**
 * The work of one request, in synchronous steps of bounded length. Between steps other requests get turns. The work ends
 * early if the client disconnects or if the request exceeds its processor time.
 */
export class RequestWork {
  readonly #response: ServerResponse;
  readonly #limitMs: number;
  readonly #isStream: boolean;
  #usedMs = 0;
  /** The part of `#usedMs` since the last turn. */
  #sliceMs = 0;
  /** Settles when the last scheduled step is done. */
  #last: Promise<unknown> = Promise.resolve();
  /** The number of scheduled steps and turns that are not done. */
  #scheduled = 0;
  /** The wait for other large responses; it starts once. */
  #large: Promise<boolean> | undefined;

  /**
   * @param response - The response; its state shows whether the client is still connected.
   * @param limitMs - The processor time of all steps together, in milliseconds.
   * @param isStream - Whether the response is streamed: it then takes as long as its client reads.
   */
  constructor(response: ServerResponse, limitMs: number, isStream = false) {
    this.#response = response;
    this.#limitMs = limitMs;
    this.#isStream = isStream;
  }

  /**
   * Runs one step. If the request has used its slice of 5 ms, other requests get a turn before. The steps of a request run
   * one after another, in the order of the calls, so a request waits for one turn at a time.
   *
   * @param step - The step: synchronous work of a few milliseconds at most.
   * @returns The result of the step; a promise if it has to wait, or if it fails.
   * @throws {ClientDisconnected} If the client has closed its connection.
   * @throws {RegistryError} `unavailable` if the processor time is used up.
   */
  readonly run = <T>(step: () => T): T | Promise<T> => {
    if (this.#scheduled > 0 || this.#sliceMs >= SLICE_MS) {
      return this.#next(async () => {
        if (this.#sliceMs >= SLICE_MS) await this.#wait();
        return this.#run(step);
      });
    }
    try {
      return this.#run(step);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  /**
   * Yields a turn to other requests, after the steps that are already scheduled.
   *
   * @throws {ClientDisconnected} If the client has closed its connection.
   * @throws {RegistryError} `unavailable` if the processor time is used up.
   */
  readonly turn = (): Promise<void> =>
    this.#next(async () => {
      await this.#wait();
      this.#check();
    });

  /**
   * Waits until no other large response is being composed.
   *
   * @throws {RegistryError} `unavailable` if too many large responses wait already.
   */
  readonly startLarge = async (): Promise<void> => {
    this.#large ??= startLargeAnswer(this.#response);
    if (await this.#large) return;
    throw new RegistryError('unavailable', 'Cannot answer now: too many large requests are waiting');
  };

  /**
   * Answers in steps. An answer of more than four steps starts again when no other large response is being composed: 16 would
   * hold their rows.
   *
   * @param answer - Answers with the given function, which runs the steps.
   * @returns Its result.
   * @throws {RegistryError} `unavailable` if too many large responses wait already.
   */
  readonly runAlone = async <T>(answer: (run: RunStep) => Promise<T>): Promise<T> => {
    let steps = 0;
    try {
      return await answer(async (step) => {
        if (steps++ === LARGE_STEPS) throw new LargeAnswer();
        return this.run(step);
      });
    } catch (error) {
      if (!(error instanceof LargeAnswer)) throw error;
    }
    await this.startLarge();
    return answer(this.run);
  };

  #run<T>(step: () => T): T {
    this.#check();
    const start = performance.now();
    try {
      return step();
    } finally {
      const ms = performance.now() - start;
      this.#usedMs += ms;
      this.#sliceMs += ms;
    }
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    this.#scheduled++;
    const done = this.#last.then(work).finally(() => {
      this.#scheduled--;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #wait(): Promise<void> {
    this.#check();
    probeHalfClosed(this.#response);
    await waitForTurn(this.#isStream);
    this.#sliceMs = 0;
  }

  #check(): void {
    if (this.#response.destroyed) throw new ClientDisconnected('the client has closed its connection');
    if (this.#usedMs <= this.#limitMs) return;
    throw new RegistryError(
      'unavailable',
      `Cannot answer: the request takes more than ${this.#limitMs / 1000} s of processor time`,
    );
  }
}

/**
 * Returns the work of the request that a response answers.
 *
 * @param response - The response of an app that has the setting `CPU_LIMIT`.
 * @param isStream - Whether the response is streamed.
 */
export function workOf(response: Response, isStream = false): RequestWork {
  response.locals.work ??= new RequestWork(response, response.app.get(CPU_LIMIT), isStream);
  return response.locals.work;
}
