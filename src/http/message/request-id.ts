import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

/** The header field of a request's id. */
export const REQUEST_ID = 'X-Request-ID';

/** Ids that are accepted from a client: without blanks, quotes and control characters, which could forge a log line. */
const SAFE_ID = /^[A-Za-z0-9._:+/=-]{1,128}$/;

/**
 * Assigns an id to every request, the client's if it is safe to log, and returns it in `X-Request-ID`.
 *
 * @param request - The request.
 * @param response - The response.
 * @param next - Calls the next handler.
 */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  response.set(REQUEST_ID, idFor(request));
  next();
}

/**
 * Returns the id of a request: the client's if it is safe to log, else a new UUID.
 *
 * @param request - The request.
 */
export function idFor({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
}

/**
 * Returns the id of the request that a response answers.
 *
 * @param response - A response that went through `assignRequestId`.
 */
export function requestIdOf(response: Response): string {
  return response.get(REQUEST_ID) ?? '';
}
