import type { RequestHandler } from 'express';
import { HttpError } from './problem.ts';

/** The methods of a resource that can only be read. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/**
 * Refuses every method that a resource does not have, with 405 and `Allow`.
 *
 * @param methods - The methods that it has.
 */
export function allowMethods(methods: readonly string[]): RequestHandler {
  const allow = methods.join(', ');
  return (request, _response, next) => {
    if (methods.includes(request.method)) next();
    else throw new HttpError(405, `Cannot ${request.method} this resource: expected one of ${allow}`, { Allow: allow });
  };
}
