import { type RequestHandler, type Response, Router } from 'express';
import type { Registry } from '../../registry/registry.ts';
import { parseQuery } from '../../rest/query.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { LIVENESS, READINESS } from '../message/probe-paths.ts';

/**
 * Answers whoever runs the server: `/healthz` is 200 while the process lives, `/readyz` is 200 when the registry can be
 * read and 503 with the reason when it cannot; it tells how the last update ended too, which takes no answer away.
 *
 * @param registry - The registry.
 */
export function healthRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read: RequestHandler[] = [allowMethods(READ_METHODS), refuseParameters];
  router.all(LIVENESS, ...read, sayOk);
  router.all(READINESS, ...read, (_request, response) => {
    registry.check();
    say(response, { status: 'ok', update: registry.info().update });
  });
  return router;
}

const refuseParameters: RequestHandler = (request, _response, next) => {
  parseQuery(searchOf(request.originalUrl), []);
  next();
};

const sayOk: RequestHandler = (_request, response) => say(response, { status: 'ok' });

function say(response: Response, words: object): void {
  response.set('Cache-Control', 'no-store').json(words);
}
