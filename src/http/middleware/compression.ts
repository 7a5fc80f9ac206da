import { hash } from 'node:crypto';
import { constants } from 'node:zlib';
import compression from 'compression';
import type { Express, Request, RequestHandler, Response } from 'express';

/** Responses below this size, in bytes, are not compressed: they fit one packet either way. */
const THRESHOLD = 1024;

/** Compressible media types that the library does not know: the bytes of the chart shrink to 1/20. */
const MORE_TEXT = /^application\/(?:x-ndjson|yaml|octet-stream)\b/;

/**
 * Compresses responses with Brotli or gzip if the client accepts it.
 *
 * @returns The middleware; it adds `response.flush`, which sends what is compressed so far.
 */
export function compressAnswers(): RequestHandler {
  const compress = compressBody(isCompressible);
  return (request, response, next) => {
    // Also without a body: a 304 varies as its 200 does.
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
    // Measured on a report of 7 kB and a list of 2 MB: smaller than gzip's level 6 and faster. Level 5 takes 1.5
    // times as long and saves a tenth; a window beyond 256 KiB only uses memory.
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } },
  });
}

/** Decides whether to compress; called just before the header is sent. */
function isCompressible(request: Request, response: Response): boolean {
  const isText = compression.filter(request, response) || MORE_TEXT.test(String(response.get('Content-Type')));
  // The length is known only after compression, and HEAD must not send another one (RFC 9110, section 9.3.2).
  if (isText && request.method === 'HEAD' && Number(response.get('Content-Length')) >= THRESHOLD) {
    if (request.acceptsEncodings('br', 'gzip', 'deflate')) response.removeHeader('Content-Length');
  }
  return isText;
}

/**
 * Adds an ETag to the responses to GET and HEAD that the app sends as a whole. The body of any other response cannot be read at
 * its URL, so no client could revalidate it.
 *
 * @param app - The app, with Express' own ETags disabled: it would hash every body.
 */
export function tagAnswers(app: Express): void {
  const { send } = app.response;
  app.response.send = function (this: Response, body: unknown) {
    const isRead = this.req.method === 'GET' || this.req.method === 'HEAD';
    const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
    if (isRead && isWhole && this.get('ETag') === undefined) this.set('ETag', validatorOf(body));
    return send.call(this, body);
  };
}

/**
 * Computes the ETag of a response from its body before compression. A response that may be compressed gets a weak
 * validator, because its content codings differ in bytes; a smaller one gets a strong validator.
 *
 * @param body - The body, not compressed.
 * @see RFC 9110, section 8.8.3.3
 */
function validatorOf(body: Buffer | string): string {
  const tag = strongValidatorOf(body);
  return Buffer.byteLength(body) < THRESHOLD ? tag : `W/${tag}`;
}

/**
 * Computes the ETag of a response that is never compressed.
 *
 * @param body - The body.
 */
export function strongValidatorOf(body: Buffer | string): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}
