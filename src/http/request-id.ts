import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'X-Request-ID';

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
  const given = request.get(HEADER) ?? '';
  response.set(HEADER, SANE.test(given) ? given : randomUUID());
  next();
}

/**
 * Gives the id of the request that a response answers.
 *
 * @param response - A response that went through `assignRequestId`.
 */
export function requestIdOf(response: Response): string {
  return response.get(HEADER) ?? '';
}
