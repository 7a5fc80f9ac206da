import { type RequestHandler, type Response, Router } from 'express';
import type { Registry } from '../../registry/registry.ts';
import type { SharedStatus } from '../../registry/shared-status.ts';
import { parseQuery } from '../../rest/query.ts';
import type { Build } from '../../version.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { LIVENESS, READINESS } from '../message/probe-paths.ts';

/**
 * Serves the probes: `/healthz` (liveness) is 200 while the process runs. `/readyz` (readiness) is 200 if the registry can
 * be read, else 503 with the reason; it also shows the id of the database, the result of the last update and the state of a node,
 * which do not affect the status: without PostgreSQL, a node still answers.
 *
 * @param registry - The registry.
 * @param build - The version to show; null to show neither the version nor the id of the database.
 * @param sharedStatus - Returns the state of a node of a shared register; null for a standalone server.
 */
export function healthRouter(
  registry: Pick<Registry, 'check' | 'info' | 'databaseId'>,
  build: Build | null,
  sharedStatus: (() => SharedStatus) | null,
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read: RequestHandler[] = [allowMethods(READ_METHODS), refuseParameters];
  const ok = { status: 'ok', ...build };
  router.all(LIVENESS, ...read, (_request, response) => sendStatus(response, ok));
  router.all(READINESS, ...read, (_request, response) => {
    registry.check();
    const database = build === null ? {} : { databaseId: registry.databaseId() };
    const shared = sharedStatus === null ? {} : { shared: sharedStatus() };
    sendStatus(response, { ...ok, ...database, update: registry.info().update, ...shared });
  });
  return router;
}

const refuseParameters: RequestHandler = (request, _response, next) => {
  parseQuery(searchOf(request.originalUrl), []);
  next();
};

function sendStatus(response: Response, body: object): void {
  response.set('Cache-Control', 'no-store').json(body);
}
