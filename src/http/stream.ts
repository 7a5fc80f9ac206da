import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Sends an answer piece by piece, no faster than the client reads. A client that goes away ends it.
 *
 * @param response - The response, of which nothing was sent yet.
 * @param mediaType - Its media type.
 * @param pieces - The pieces, made when they are asked for.
 * @throws What making a piece throws; the connection is cut then, so that nobody takes the part for the whole.
 */
export async function sendStream(
  response: Response,
  mediaType: string,
  pieces: AsyncIterable<string | Buffer>,
): Promise<void> {
  response.type(mediaType);
  try {
    await pipeline(Readable.from(flushed(response, pieces), { objectMode: false }), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Sends each piece when the next one is asked for: compression would hold it back until its own buffer is full. */
async function* flushed(response: Response, pieces: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
  for await (const piece of pieces) {
    yield piece;
    response.flush();
  }
}
