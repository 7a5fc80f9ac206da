import type { RequestHandler } from 'express';
import { rateLimit, type Store } from 'express-rate-limit';
import type { BatchLimits } from './batch.ts';
import { HttpError } from './problem.ts';

/** What a client may ask of the app. */
export interface Limits extends BatchLimits {
  /** How long a request may wait for its turn, in milliseconds. */
  readonly waitMs: number;
  /** The processor time that one request may use, in milliseconds. */
  readonly cpuMs: number;
  /** The memory that may be held for all clients together, in bytes. */
  readonly heldBytes: number;
  /** The longest path and query, in bytes. */
  readonly urlBytes: number;
  /** How many requests a client may make in a window; 0 for any number. */
  readonly windowRequests: number;
  /** How long the window is, in milliseconds. */
  readonly windowMs: number;
}

/**
 * Refuses a path and query that are too long, with 414. Node counts them into the header block, so one that is longer
 * than that block too never gets here: `answerRefused` tells the two apart.
 *
 * @param urlBytes - The longest one, in bytes.
 */
export function refuseLongUrl(urlBytes: number): RequestHandler {
  return (request, _response, next) => {
    // Node gives the URL as Latin-1: one character a byte.
    if (request.originalUrl.length <= urlBytes) next();
    else throw new HttpError(414, `Cannot read the URL: its path and query are longer than ${urlBytes} bytes`);
  };
}

/**
 * Refuses clients that ask too often, with 429, and tells every client how much is left (`RateLimit`,
 * `RateLimit-Policy` and `Retry-After`). A client is an IPv4 address or a /56 of IPv6, as the connection has it.
 *
 * @param limits - How many requests in which window.
 * @param counts - Where they are counted, in place of this process alone.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-08
 */
export function limitRequests({ windowRequests, windowMs }: Limits, counts?: Store): RequestHandler {
  if (windowRequests === 0) return (_request, _response, next) => next();
  return rateLimit({
    windowMs,
    limit: windowRequests,
    ...(counts === undefined ? {} : { store: counts, passOnStoreError: true }),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // A preflight that is refused would hide the 429 of the request behind it.
    skip: ({ method }) => method === 'OPTIONS',
    // Header fields that anybody can write are not believed; that one came is no fault of the server's.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => {
      next(new HttpError(429, `Cannot answer more than ${windowRequests} requests in ${windowMs / 1000} s`));
    },
  });
}
