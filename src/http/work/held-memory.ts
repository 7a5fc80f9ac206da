import type { ServerResponse } from 'node:http';
import type { Express, Response } from 'express';
import { HttpError } from '../message/problem.ts';
import { endLargeAnswer } from './large-answers.ts';

/**
 * How long a client holds memory before another may take its place, in milliseconds: a client that reads at all has taken
 * an answer of some megabytes by then.
 */
const SAFE_MS = 2_000;

/** A smaller answer is not counted, in bytes: the operating system takes it at once. */
export const COUNTED_BYTES = 16 * 1024;

/** What one client holds. */
interface Holding {
  bytes: number;
  readonly since: number;
}

/**
 * The memory that is held for clients: bodies of requests while they are read and answered, and answers until the client
 * has read them. It has a limit for all clients together. Where there is no room, the connection that has held memory
 * longest is closed, if that is more than 2 s; else the request is refused.
 */
export class HeldMemory {
  readonly #limit: number;
  /** In the order in which they began to hold memory. */
  readonly #holdings = new Map<ServerResponse, Holding>();
  #bytes = 0;

  /** @param limit - The most that is held, in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Holds memory for a response until its connection is done with it.
   *
   * @param response - The response, or the one that will answer the request.
   * @param bytes - How much more is held for it.
   * @throws {HttpError} 503 where there is no room.
   */
  hold(response: ServerResponse, bytes: number): void {
    if (this.tryHold(response, bytes)) return;
    throw new HttpError(503, 'Cannot answer now: other clients have not read their answers yet', {
      'Retry-After': '2',
    });
  }

  /**
   * Holds memory as `hold` does.
   *
   * @returns False where there is no room.
   */
  tryHold(response: ServerResponse, bytes: number): boolean {
    // Its `close` came before: nothing would release the memory.
    if (response.destroyed) return true;
    if (!this.#makeRoom(response, bytes)) return false;
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

  #makeRoom(response: ServerResponse, bytes: number): boolean {
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

/** The largest answer that is sent as a whole, in bytes; batches and exports are sent piece by piece. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** What a compressor holds beside an answer that it cannot hand over at once, in bytes, and the size of such an answer. */
const COMPRESSED_BYTES = 64 * 1024;
const COMPRESSOR_BYTES = 512 * 1024;

/**
 * Counts every answer that the app sends as a whole, until the client has read it.
 *
 * @param app - The app; its responses' `send` throws an `HttpError`: 503 where there is no room, 413 for an answer of more
 *   than 16 MiB.
 * @param held - The memory that is held for clients.
 */
export function holdAnswers(app: Express, held: HeldMemory): void {
  const { send } = app.response;
  app.response.send = function (this: Response, body: unknown) {
    endLargeAnswer(this);
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : Buffer.isBuffer(body) ? body.length : 0;
    holdAnswer(held, this, bytes);
    return send.call(this, body);
  };
}

/**
 * Counts an answer that is sent as a whole, until the client has read it.
 *
 * @param held - The memory that is held for clients.
 * @param response - The response.
 * @param bytes - The length of its body.
 * @throws {HttpError} 503 where there is no room, 413 for an answer of more than 16 MiB.
 */
export function holdAnswer(held: HeldMemory, response: ServerResponse, bytes: number): void {
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
