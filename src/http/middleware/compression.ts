import { hash } from 'node:crypto';
import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';

/** Answers below this size, in bytes, go out as they are: they fill one packet either way. */
const THRESHOLD = 1024;

/** Media types of which the library does not know that they shrink: the chart's bytes do to a twentieth. */
const MORE_TEXT = /^application\/(?:x-ndjson|yaml|octet-stream)\b/;

/**
 * Compresses answers with Brotli or gzip where the client takes it and it pays.
 *
 * @returns The middleware; it gives `response.flush`, which sends what is compressed so far.
 */
export function compressAnswers(): RequestHandler {
  const compress = compressBody(pays);
  return (request, response, next) => {
    // Also where there is no body that could be compressed: a 304 varies as its 200 does.
    response.vary('Accept-Encoding');
    compress(request, response, next);
  };
}

/**
 * Compresses bodies as `compressAnswers` does, without the header field `Vary`.
 *
 * @param filter - Says, when the header is about to be sent, whether the body is text.
 * @returns The middleware; it needs nothing of Express.
 */
export function compressBody(filter: compression.CompressionFilter = () => true): RequestHandler {
  return compression({
    threshold: THRESHOLD,
    filter,
    // Measured on a report of 7 kB and a list of 2 MB: smaller than gzip's level 6 and faster. Level 5 takes half as
    // long again for a tenth; a window beyond 256 KiB only takes memory.
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } },
  });
}

/** Is asked when the header is about to be sent. */
function pays(request: Request, response: Response): boolean {
  const isText = compression.filter(request, response) || MORE_TEXT.test(String(response.get('Content-Type')));
  // What the body's length would be is only known once it is compressed, and HEAD must tell no other (RFC 9110, 9.3.2).
  if (isText && request.method === 'HEAD' && Number(response.get('Content-Length')) >= THRESHOLD) {
    if (request.acceptsEncodings('br', 'gzip', 'deflate')) response.removeHeader('Content-Length');
  }
  return isText;
}

/**
 * Makes the ETag of an answer from its body before compression. An answer so large that it may be sent in several
 * content codings gets a weak validator, as its codings are not the same bytes; a smaller one gets a strong one.
 *
 * @param body - The body, not compressed.
 * @see RFC 9110, section 8.8.3.3
 */
export function validatorOf(body: Buffer): string {
  const tag = strongValidatorOf(body);
  return body.length < THRESHOLD ? tag : `W/${tag}`;
}

/**
 * Makes the ETag of an answer that is never compressed.
 *
 * @param body - The body.
 */
export function strongValidatorOf(body: Buffer | string): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}
