import cors from 'cors';
import type { RequestHandler } from 'express';

/** The methods that a page of another origin may use. It may send any header field: there are no cookies. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The header fields that a page of another origin may read. */
const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'Portolan-Position',
  'WWW-Authenticate',
  'X-Request-ID',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
];

/** The time for which a browser may store the answer to a preflight, in seconds: the longest that Chromium accepts. */
const MAX_AGE_S = 7_200;

/** The value of the setting `CORS_ORIGINS` that allows every origin. */
const ANY = '*';

/**
 * Sends the CORS header fields to pages of the listed origins. A page of any other origin gets none, so its browser
 * blocks the response and sends no write: every write needs `Authorization`, and therefore a preflight.
 *
 * @param origins - Origins such as `https://wiki.example.org`; `*` for every origin; empty for no other origin.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  // Without other origins a response has no CORS header fields and does not vary by Origin.
  if (origins.length === 0) return (_request, _response, next) => next();
  const origin = isPublic(origins) ? ANY : [...origins];
  return cors({ origin, methods: METHODS, exposedHeaders: EXPOSED, maxAge: MAX_AGE_S, preflightContinue: true });
}

/**
 * Checks whether pages of every origin may read.
 *
 * @param origins - As in `allowOrigins`.
 */
export function isPublic(origins: readonly string[]): boolean {
  return origins.includes(ANY);
}
