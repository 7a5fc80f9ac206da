import type { ServerResponse } from 'node:http';
import type { Express, Response } from 'express';
import { HttpError } from './problem.ts';

/**
 * How long a client holds memory before another may take its place, in milliseconds: a client that reads at all has taken
 * an answer of some megabytes by then.
 */
const SAFE_MS = 2_000;

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

  /** Returns how much is held now, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Holds memory for a response until its connection is done with it.
   *
   * @param response - The response, or the one that will answer the request.
   * @param bytes - How much more is held for it.
   * @throws {HttpError} 503 where there is no room.
   */
  hold(response: ServerResponse, bytes: number): void {
    this.#makeRoom(response, bytes);
    this.#bytes += bytes;
    const holding = this.#holdings.get(response);
    if (holding !== undefined) {
      holding.bytes += bytes;
      return;
    }
    this.#holdings.set(response, { bytes, since: performance.now() });
    response.once('close', () => this.#release(response));
  }

  #makeRoom(response: ServerResponse, bytes: number): void {
    const now = performance.now();
    for (const [other, { since }] of this.#holdings) {
      if (this.#bytes + bytes <= this.#limit || now - since < SAFE_MS) break;
      if (other === response) continue;
      other.destroy();
      this.#release(other);
    }
    if (this.#bytes + bytes <= this.#limit) return;
    throw new HttpError(503, 'Cannot answer now: other clients have not read their answers yet', {
      'Retry-After': '2',
    });
  }

  #release(response: ServerResponse): void {
    this.#bytes -= this.#holdings.get(response)?.bytes ?? 0;
    this.#holdings.delete(response);
  }
}

/** An answer below this size is not counted, in bytes: the operating system takes it at once. */
const COUNTED_BYTES = 16 * 1024;

/** The largest answer that is sent as a whole, in bytes; batches and exports are sent piece by piece. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** What a compressor holds beside the answer, in bytes. */
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
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : Buffer.isBuffer(body) ? body.length : 0;
    if (bytes > LARGEST_ANSWER) throw tooLargeAnswer();
    if (bytes >= COUNTED_BYTES) held.hold(this, bytes + COMPRESSOR_BYTES);
    return send.call(this, body);
  };
}

function tooLargeAnswer(): HttpError {
  const mebibytes = LARGEST_ANSWER / 1024 / 1024;
  return new HttpError(
    413,
    `Cannot send an answer of more than ${mebibytes} MiB: ask for less, such as a smaller limit`,
  );
}
