import type { Response } from 'express';
import type { HeldMemory } from './held-memory.ts';
import { ClientDisconnected, workOf } from './request-work.ts';

/** The memory of a streamed response with ordinary pieces, in bytes: the pieces in transit and the compressor. */
const HELD_BYTES = 1024 * 1024;

/** The memory of a large piece by its length: the piece, the rows it was made of, and its copy in the compressor. */
const HELD_PER_BYTE = 3;

/**
 * The length of the pieces that a compressor gets between two flushes, in characters. A flush ends a block of gzip: with one for each
 * 16 results, the batch of all ports has 11 MB in place of 5.8.
 */
const FLUSHED_LENGTH = 512 * 1024;

/** The timeout of a streamed response, in milliseconds: it keeps a snapshot of the data open. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Streams a response with back-pressure. Ends early if the client disconnects.
 *
 * @param response - The response, before anything was sent.
 * @param mediaType - The media type of the response.
 * @param pieces - The pieces, created on demand.
 * @param held - The memory that is held for clients.
 * @param encoding - The encoding of the pieces: `latin1` for pieces that are `ByteText`.
 * @throws {HttpError} 503 at the limit of memory. After the first piece, the connection is closed in its place.
 * @throws The error of a piece; the caller then closes the connection, so that a part is not taken for the whole.
 */
export async function sendStream(
  response: Response,
  mediaType: string,
  pieces: AsyncIterable<string>,
  held: HeldMemory,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<void> {
  let reserved = HELD_BYTES;
  held.hold(response, reserved);
  const reserve = (bytes: number): void => {
    if (bytes <= reserved) return;
    if (!response.headersSent) held.hold(response, bytes - reserved);
    else if (!held.tryHold(response, bytes - reserved))
      throw new ClientDisconnected('there is no memory for its next piece');
    reserved = bytes;
  };
  response.type(mediaType);
  let isOver = false;
  // The first piece is flushed at once.
  let unflushed = FLUSHED_LENGTH;
  let isFirst = true;
  let wake = (): void => {};
  const stop = (): void => {
    isOver = true;
    wake();
  };
  response.once('close', stop);
  // Not `AbortSignal.timeout`: it would keep the response in memory for the full 10 minutes.
  const timeout = setTimeout(stop, TIMEOUT_MS);
  // One listener for all pieces: `compression` moves `drain` listeners to its own stream, where they cannot be removed.
  response.on('drain', () => wake());
  try {
    for await (const piece of pieces) {
      reserve(piece.length * HELD_PER_BYTE);
      if (!isOver && !response.write(piece, encoding)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      // Here, so that no further piece is composed for it.
      if (isOver) throw new ClientDisconnected('the client has closed its connection, or reads too slowly');
      // Otherwise compression would hold the pieces until its buffer is full.
      unflushed += piece.length;
      if (unflushed >= FLUSHED_LENGTH) {
        unflushed = 0;
        response.flush();
        // Writing takes up to four times as long as composing: 20 ms at once, if only composing counted.
        if (!isFirst) await workOf(response).turn();
      }
      isFirst = false;
    }
    response.end();
  } catch (error) {
    if (!(error instanceof ClientDisconnected || isOver)) throw error;
    response.destroy();
  } finally {
    clearTimeout(timeout);
  }
}
