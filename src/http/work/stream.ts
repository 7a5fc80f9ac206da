import type { Response } from 'express';
import type { HeldMemory } from './held-memory.ts';
import { ClientGone } from './request-work.ts';

/** What is held for a client that reads an answer piece by piece, in bytes: the pieces on their way and the compressor. */
const HELD_BYTES = 1024 * 1024;

/** How long a client may take to read an answer, in milliseconds: a snapshot of the data is kept for it meanwhile. */
const LONGEST_MS = 10 * 60_000;

/**
 * Sends an answer piece by piece, no faster than the client reads. It ends when the client has gone.
 *
 * @param response - The response, of which nothing was sent yet.
 * @param mediaType - Its media type.
 * @param pieces - The pieces, made when they are asked for.
 * @param held - The memory that is held for clients.
 * @throws {HttpError} 503 where there is no memory for another such answer.
 * @throws What making a piece throws; the connection is cut then, so that nobody takes the part for the whole.
 */
export async function sendStream(
  response: Response,
  mediaType: string,
  pieces: AsyncIterable<string | Buffer>,
  held: HeldMemory,
): Promise<void> {
  held.hold(response, HELD_BYTES);
  response.type(mediaType);
  let isOver = false;
  let wake = (): void => {};
  const stop = (): void => {
    isOver = true;
    wake();
  };
  response.once('close', stop);
  // Cleared below: `AbortSignal.timeout` would hold the response until the 10 minutes are over.
  const timeout = setTimeout(stop, LONGEST_MS);
  // One listener for all pieces: `compression` adds those of `drain` to its own stream, where they cannot be removed.
  response.on('drain', () => wake());
  try {
    for await (const piece of pieces) {
      if (isOver) throw new ClientGone('the client has closed its connection, or reads too slowly');
      if (!response.write(piece)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      // Compression would hold the piece back until its own buffer is full.
      response.flush();
    }
    response.end();
  } catch (error) {
    if (!(error instanceof ClientGone || isOver)) throw error;
    response.destroy();
  } finally {
    clearTimeout(timeout);
  }
}
