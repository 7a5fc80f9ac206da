import type { RequestHandler } from 'express';
import { HttpError } from '../message/problem.ts';
import type { RateLimit } from './request-cost.ts';

/** The limits of a batch. */
export interface BatchLimits {
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
  /** The most results of a batch. */
  readonly batchResults: number;
}

/** The limits of requests. */
export interface Limits extends BatchLimits, RateLimit {
  /** The processor time that one request may use, in milliseconds. */
  readonly cpuMs: number;
  /** The longest path and query, in bytes. */
  readonly urlBytes: number;
}

/**
 * Rejects a path and query that are too long with 414. Node counts the URL as a part of the header block: one that exceeds
 * the limit of the block never gets here, and `refuseRequests` answers it.
 *
 * @param urlBytes - The longest path and query, in bytes.
 */
export function refuseLongUrl(urlBytes: number): RequestHandler {
  return (request, _response, next) => {
    // Node decodes the URL as Latin-1: one character per byte.
    if (request.originalUrl.length <= urlBytes) next();
    else throw new HttpError(414, `Cannot read the URL: its path and query are longer than ${urlBytes} bytes`);
  };
}
