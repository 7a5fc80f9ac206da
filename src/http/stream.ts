import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
  const signal = AbortSignal.timeout(LONGEST_MS);
  try {
    await pipeline(Readable.from(flushed(response, pieces), { objectMode: false }), response, { signal });
  } catch (error) {
    const isGone =
      error instanceof ClientGone || (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!isGone) throw error;
  }
}

/** Sends each piece when the next one is asked for: compression would hold it back until its own buffer is full. */
async function* flushed(response: Response, pieces: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
  for await (const piece of pieces) {
    yield piece;
    response.flush();
  }
}
