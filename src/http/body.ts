import type { RequestHandler } from 'express';
import { HttpError } from './problem.ts';

/**
 * Reads a body with Express' parsers, and answers 413 as soon as it is known to be too large: they would wait for its
 * end first, which in chunks may never come. The rest is read and thrown away, for as long as a request may take, so
 * that a client that sends before it reads gets to see the answer.
 *
 * @param limit - The largest body, in bytes, as it is sent and when it is unpacked.
 * @param makeParser - Makes a parser that stops at this many bytes of the unpacked body.
 */
export function readBody(limit: number, makeParser: (options: { limit: number }) => RequestHandler): RequestHandler {
  const parse = makeParser({ limit });
  const tooLarge = () => new HttpError(413, `Cannot read the body: it is larger than ${limit} bytes`);
  return (request, response, next) => {
    if (Number(request.get('Content-Length') ?? 0) > limit) throw tooLarge();
    let isSettled = false;
    const settle = (error?: unknown): void => {
      if (isSettled) return;
      isSettled = true;
      next(isTooLarge(error) ? tooLarge() : error);
    };
    parse(request, response, settle);
    // A parser that does not know the media type has left the body alone.
    if (isSettled) return;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) settle(tooLarge());
    });
  };
}

/** What a parser says of a body that is too large only when it is unpacked. */
function isTooLarge(error: unknown): boolean {
  return (error as { type?: unknown } | undefined)?.type === 'entity.too.large';
}
