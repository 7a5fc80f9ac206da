import { type RequestHandler, Router } from 'express';
import type { Registry } from '../registry/registry.ts';
import { readQuery } from '../rest/query.ts';
import { searchOf } from './form-query.ts';
import { allowMethods, READ_METHODS } from './methods.ts';

/**
 * Answers whoever runs the server: `/healthz` is 200 while the process lives, `/readyz` is 200 when the registry can be
 * read and 503 with the reason when it cannot.
 *
 * @param registry - The registry.
 */
export function healthRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read: RequestHandler[] = [allowMethods(READ_METHODS), refuseParameters];
  router.all('/healthz', ...read, sayOk);
  router.all('/readyz', ...read, (request, response, next) => {
    registry.check();
    sayOk(request, response, next);
  });
  return router;
}

const refuseParameters: RequestHandler = (request, _response, next) => {
  readQuery(searchOf(request.originalUrl), []);
  next();
};

const sayOk: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};
