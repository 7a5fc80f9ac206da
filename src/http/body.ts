import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import { type ByteText, decode } from '../registry/byte-text.ts';
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
  return (request, response, next) => {
    const kept = keptBodies.get(request);
    if (kept !== undefined) {
      // Not for the collector alone: it takes what a long-lived map holds for long-lived until it looks at everything.
      keptBodies.delete(request);
      if (kept.length > limit) throw tooLarge(limit);
      request.body = parseJson(kept);
      next();
      return;
    }
    if (Number(request.get('Content-Length') ?? 0) > limit) throw tooLarge(limit);
    let isSettled = false;
    const source = sourceOf(request);
    const settle = (error?: unknown): void => {
      if (isSettled) return;
      isSettled = true;
      request.body = source.body;
      next(explain(error, limit));
    };
    parse(source, response, settle);
    // A parser that does not know the media type has left the body alone.
    if (isSettled) return;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) settle(tooLarge(limit));
    });
  };
}

/**
 * Gives what the parsers read a body from. A client that has closed its side of the connection while its request queued may
 * have sent all of the body before, which they do not believe: they get a copy of the stream, and no look at the connection.
 *
 * @throws {HttpError} 400 when the client had not sent all of it.
 */
function sourceOf(request: Request): Request {
  if (request.socket.readable) return request;
  if (!request.complete) throw new HttpError(400, 'Cannot read the body: the request was aborted');
  const { headers, body } = request;
  return Object.assign(request.pipe(new PassThrough()), { headers, body }) as unknown as Request;
}

const keptBodies = new WeakMap<IncomingMessage, ByteText>();

/**
 * Has `readBody` take a body that was read before.
 *
 * @param request - The request.
 * @param body - JSON, whole and not packed.
 */
export function keepBody(request: IncomingMessage, body: ByteText): void {
  keptBodies.set(request, body);
}

/** As Express' parser does: an object or an array, and nothing else. */
function parseJson(body: ByteText): unknown {
  try {
    const value: unknown = JSON.parse(decode(body));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Below.
  }
  throw new HttpError(400, 'Cannot parse the body: expected JSON');
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `Cannot read the body: it is larger than ${limit} bytes`);
}

/** Puts into words what the parsers leave without a type of their own, or tell without the limit. */
function explain(error: unknown, limit: number): unknown {
  const { type, code } = (error ?? {}) as { type?: unknown; code?: unknown };
  // Small as it was sent, and too large when it is unpacked.
  if (type === 'entity.too.large') return tooLarge(limit);
  // Zlib's errors are Z_DATA_ERROR and the like, Brotli's ERR__ERROR_FORMAT_…, Zstandard's ZSTD_error_….
  if (type === undefined && /^(?:Z_|ZSTD_|ERR__ERROR_)/.test(String(code))) {
    return new HttpError(400, 'Cannot unpack the body: expected the content coding that Content-Encoding names');
  }
  return error;
}
