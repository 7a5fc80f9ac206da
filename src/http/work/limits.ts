import type { RequestHandler } from 'express';
import { HttpError } from '../message/problem.ts';
import type { RateLimit } from './request-cost.ts';

/** What a batch may hold. */
export interface BatchLimits {
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
  /** How many results it may give. */
  readonly batchResults: number;
}

/** What a client may ask of the app. */
export interface Limits extends BatchLimits, RateLimit {
  /** How long a request may wait for its turn, in milliseconds. */
  readonly waitMs: number;
  /** The processor time that one request may use, in milliseconds. */
  readonly cpuMs: number;
  /** The longest path and query, in bytes. */
  readonly urlBytes: number;
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
