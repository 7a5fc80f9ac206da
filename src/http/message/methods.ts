import type { RequestHandler } from 'express';
import { HttpError } from './problem.ts';

/** The methods of a resource that can only be read. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/**
 * Rejects every method that a resource does not have with 405 and `Allow`. Answers `OPTIONS` with 204 and `Allow`.
 *
 * @param methods - The methods of the resource, without `OPTIONS`.
 */
export function allowMethods(methods: readonly string[]): RequestHandler {
  const allow = [...methods, 'OPTIONS'].join(', ');
  const expected = methods.join(', ');
  return (request, response, next) => {
    if (methods.includes(request.method)) next();
    else if (request.method === 'OPTIONS')
      response.status(204).set({ Allow: allow, 'Cache-Control': 'no-store' }).end();
    else {
      const detail = `Cannot ${request.method} this resource: expected one of ${expected}`;
      throw new HttpError(405, detail, { Allow: allow });
    }
  };
}

/**
 * Answers `OPTIONS` without a resource: 204 for the server as a whole (`*`) and for a preflight, so that the page then
 * receives the 404 of its request.
 */
export const answerOptions: RequestHandler = (request, response, next) => {
  const needsAnswer = request.url === '*' || request.get('Access-Control-Request-Method') !== undefined;
  if (request.method === 'OPTIONS' && needsAnswer) response.status(204).end();
  else next();
};
