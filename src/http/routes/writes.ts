import { type RequestHandler, Router } from 'express';
import type { Counts } from '../../metrics/request-counts.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import type { Registry } from '../../registry/registry.ts';
import { readQuery } from '../../rest/query.ts';
import { ROUTES } from '../../rest/routes.ts';
import { WRITES, type WriteAnswer, type WriteRoute } from '../../rest/writes.ts';
import { searchOf } from '../message/form-query.ts';
import { negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { type Authorize, requireScope } from '../middleware/authorization.ts';
import { countWrites } from '../middleware/counting.ts';
import { associationTag, readPrecondition } from '../middleware/precondition.ts';
import { parseJsonBody, readBody } from '../work/body.ts';
import type { HeldMemory } from '../work/held-memory.ts';

/** What writes are made with. */
export interface WriteParts {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  readonly authorize: Authorize;
  readonly counts: Counts;
  /** The memory that is held for clients. */
  readonly held: HeldMemory;
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
}

/**
 * Answers every write. Who may not write learns that before anything else is looked at.
 *
 * @param parts - The registry, and what it is changed with.
 */
export function writeRouter(parts: WriteParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of WRITES) {
    const check = requireScope(parts.authorize, route.scope);
    const count = countWrites(parts.counts);
    router.all(route.path, passOthers(route.method), count, check, ...bodyOf(route, parts), answer(route, parts));
  }
  return router;
}

/** Leaves other methods to who reads: a route of one method would have Express answer OPTIONS in its own way. */
function passOthers(method: string): RequestHandler {
  return (request, _response, next) => (request.method === method ? next() : next('route'));
}

/**
 * Names the methods by which a resource is changed.
 *
 * @param path - Its address, in Express' notation.
 */
export function writeMethodsOf(path: string): string[] {
  return WRITES.filter((route) => route.path === path).map(({ method }) => method);
}

/** Where nothing can be read: these paths have no other methods. */
export const WRITE_ONLY_PATHS = [...new Set(WRITES.map(({ path }) => path))].filter(
  (path) => !ROUTES.some((route) => route.path === path),
);

function bodyOf({ takes }: WriteRoute, { bodyBytes, held }: WriteParts): RequestHandler[] {
  if (takes.length === 0) return [];
  const expectJson: RequestHandler = (request, _response, next) => {
    if (request.is([...takes])) next();
    else throw new HttpError(415, `Cannot read the body: expected Content-Type ${takes.join(' or ')}`);
  };
  return [expectJson, readBody(bodyBytes, held), parseJsonBody(false)];
}

function answer(route: WriteRoute, { registry, own }: WriteParts): RequestHandler {
  return async (request, response) => {
    readQuery(searchOf(request.originalUrl), []);
    negotiate(request, ['json'], undefined);
    const parts = request.params as Record<string, string | undefined>;
    const revision = route.needsMatch ? readPrecondition(request, registry, parts.id ?? '') : null;
    const by = response.locals.author as Author;
    const { status, location, body } = await route.write(own, { parts, body: request.body, revision, by });
    response.status(status).set('Cache-Control', 'no-store').vary('Accept');
    if (location !== undefined) response.location(request.baseUrl + location);
    if (body === undefined) response.end();
    else if (isAssociation(body))
      response.set('ETag', associationTag(body)).type('application/json').send(JSON.stringify(body));
    // Express would add an ETag, which is no fingerprint of anything that can be read at this address.
    else response.type('application/json').end(JSON.stringify(body));
  };
}

function isAssociation(body: WriteAnswer['body']): body is Extract<WriteAnswer['body'], { readonly id: string }> {
  return body !== undefined && 'id' in body;
}
