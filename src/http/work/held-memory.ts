import type { ServerResponse } from 'node:http';
import type { Express, Response } from 'express';
import { HttpError } from '../message/problem.ts';
import { endLargeAnswer } from './large-answers.ts';
import { lengthOf } from './send-in-steps.ts';

/**
 * The time before another client may displace a holder of memory, in milliseconds: enough to read a response of several
 * megabytes.
 */
const SAFE_MS = 2_000;

/** The smallest counted response, in bytes: smaller ones fit the socket buffer of the operating system. */
export const COUNTED_BYTES = 16 * 1024;

/** The memory of one response. */
interface Holding {
  bytes: number;
  readonly since: number;
}

/**
 * The memory that is held for clients: request bodies until they are answered, and responses until the client has read
 * them. One limit applies to all clients together. At the limit, the connection that has held memory the longest is closed,
 * if for more than 2 s; else the request is rejected.
 */
export class HeldMemory {
  readonly #limit: number;
  /** In order of time, the oldest first. */
  readonly #holdings = new Map<ServerResponse, Holding>();
  #bytes = 0;

  /** @param limit - The limit, in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Reserves memory for a response until it is closed.
   *
   * @param response - The response; for a request body, the response to that request.
   * @param bytes - The additional memory, in bytes.
   * @throws {HttpError} 503 at the limit.
   */
  hold(response: ServerResponse, bytes: number): void {
    if (this.tryHold(response, bytes)) return;
    throw new HttpError(503, 'Cannot answer now: other clients have not read their answers yet', {
      'Retry-After': '2',
    });
  }

  /**
   * Reserves memory as `hold` does.
   *
   * @returns False at the limit.
   */
  tryHold(response: ServerResponse, bytes: number): boolean {
    // Its `close` event is over: nothing would release the memory.
    if (response.destroyed) return true;
    if (!this.#freeMemory(response, bytes)) return false;
    this.#bytes += bytes;
    const holding = this.#holdings.get(response);
    if (holding !== undefined) {
      holding.bytes += bytes;
      return true;
    }
    this.#holdings.set(response, { bytes, since: performance.now() });
    response.once('close', () => this.#release(response));
    return true;
  }

  #freeMemory(response: ServerResponse, bytes: number): boolean {
    const now = performance.now();
    for (const [other, { since }] of this.#holdings) {
      if (this.#bytes + bytes <= this.#limit || now - since < SAFE_MS) break;
      if (other === response) continue;
      other.destroy();
      this.#release(other);
    }
    return this.#bytes + bytes <= this.#limit;
  }

  #release(response: ServerResponse): void {
    this.#bytes -= this.#holdings.get(response)?.bytes ?? 0;
    this.#holdings.delete(response);
  }
}

/** The largest response that is sent as a whole, in bytes; batches and exports are streamed. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** The memory of a compressor, in bytes, and the size of a response from which on it is counted. */
const COMPRESSED_BYTES = 64 * 1024;
const COMPRESSOR_BYTES = 512 * 1024;

/**
 * Counts the memory of every response that the app sends as a whole, until the client has read it.
 *
 * @param app - The app. `send` of its responses then throws an `HttpError`: 503 at the limit, 413 for a response of more
 *   than 16 MiB.
 * @param held - The memory that is held for clients.
 */
export function holdAnswers(app: Express, held: HeldMemory): void {
  const { send } = app.response;
  app.response.send = function (this: Response, body: unknown) {
    holdAnswer(held, this, bytesOf(body));
    return send.call(this, body);
  };
}

function bytesOf(body: unknown): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (Array.isArray(body)) return lengthOf(body);
  return Buffer.isBuffer(body) ? body.length : 0;
}

/**
 * Counts an answer that is sent as a whole, until the client has read it. The next large answer may be composed.
 *
 * @param held - The memory that is held for clients.
 * @param response - The response.
 * @param bytes - The length of its body.
 * @throws {HttpError} 503 where there is no room, 413 for an answer of more than 16 MiB.
 */
export function holdAnswer(held: HeldMemory, response: ServerResponse, bytes: number): void {
  endLargeAnswer(response);
  if (bytes > LARGEST_ANSWER) throw tooLargeAnswer();
  if (bytes >= COUNTED_BYTES) held.hold(response, bytes < COMPRESSED_BYTES ? bytes : bytes + COMPRESSOR_BYTES);
}

function tooLargeAnswer(): HttpError {
  const mebibytes = LARGEST_ANSWER / 1024 / 1024;
  return new HttpError(
    413,
    `Cannot send an answer of more than ${mebibytes} MiB: ask for less, such as a smaller limit`,
  );
}
