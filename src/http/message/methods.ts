import type { RequestHandler } from 'express';
import { HttpError } from './problem.ts';

/** The methods of a resource that can only be read. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/**
 * Refuses every method that a resource does not have, with 405 and `Allow`; answers `OPTIONS`, with 204 and `Allow`.
 *
 * @param methods - The methods that it has, without `OPTIONS`.
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
 * Answers `OPTIONS` where there is no resource: with 204 for the server as a whole (`*`) and for a preflight, so that
 * the page that asks gets to see the 404.
 */
export const answerOptions: RequestHandler = (request, response, next) => {
  const isAnswered = request.url === '*' || request.get('Access-Control-Request-Method') !== undefined;
  if (request.method === 'OPTIONS' && isAnswered) response.status(204).end();
  else next();
};
