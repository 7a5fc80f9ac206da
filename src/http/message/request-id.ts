import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

/** The header field of a request's id. */
export const REQUEST_ID = 'X-Request-ID';

/** What is taken over from a client: no blanks, quotes or control characters that could forge a line of the log. */
const SANE = /^[A-Za-z0-9._:+/=-]{1,128}$/;

/**
 * Gives every request an id, the client's if it is sane, and sends it back in `X-Request-ID`.
 *
 * @param request - The request.
 * @param response - The response.
 * @param next - Goes on.
 */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  response.set(REQUEST_ID, idFor(request));
  next();
}

/**
 * Chooses the id of a request: the client's if it is sane, else a new one.
 *
 * @param request - The request.
 */
export function idFor({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}

/**
 * Gives the id of the request that a response answers.
 *
 * @param response - A response that went through `assignRequestId`.
 */
export function requestIdOf(response: Response): string {
  return response.get(REQUEST_ID) ?? '';
}
