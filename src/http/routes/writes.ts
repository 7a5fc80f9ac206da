import { type Request, type RequestHandler, Router } from 'express';
import type { Counts } from '../../metrics/request-counts.ts';
import type { AccessRecords } from '../../registry/access-records.ts';
import type { Catalogue } from '../../registry/catalogue.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import { type ErrorCode, RegistryError } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { parseQuery } from '../../rest/query.ts';
import { ROUTES } from '../../rest/routes.ts';
import {
  type ReplaySource,
  WRITES,
  type WriteCommand,
  type WriteResult,
  type WriteRoute,
} from '../../rest/write/writes.ts';
import { searchOf } from '../message/form-query.ts';
import { IDEMPOTENT_REPLAYED, readIdempotency } from '../message/idempotency-key.ts';
import { negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { type Authorize, requireScope } from '../middleware/authorization.ts';
import { countWrites } from '../middleware/counting.ts';
import { sendPosition } from '../middleware/position.ts';
import { associationTag, checkPrecondition } from '../middleware/precondition.ts';
import { parseJsonBody, readBody } from '../work/body.ts';
import type { HeldMemory } from '../work/held-memory.ts';
import { workOf } from '../work/request-work.ts';

/** The dependencies of the routes that write. */
export interface WriteParts {
  readonly registry: Catalogue & ReplaySource & Pick<AccessRecords, 'auditHead'>;
  readonly own: OwnRegistry;
  readonly authorize: Authorize;
  readonly counts: Counts;
  /** The memory that is held for clients. */
  readonly held: HeldMemory;
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
}

/**
 * Handles every write. The token is checked before anything else of the request.
 *
 * @param parts - The registries, the check of tokens, and the limits.
 */
export function writeRouter(parts: WriteParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of WRITES) {
    const check = requireScope(parts.authorize, route.scope);
    const count = countWrites(parts.counts);
    router.all(route.path, onlyMethod(route.method), count, check, ...bodyOf(route, parts), handleWrite(route, parts));
  }
  return router;
}

/** Passes other methods to the routes that read. `router.post` would not do: Express would answer OPTIONS itself. */
function onlyMethod(method: string): RequestHandler {
  return (request, _response, next) => (request.method === method ? next() : next('route'));
}

/**
 * Lists the methods that change a resource.
 *
 * @param path - The path of the resource, in Express' notation.
 */
export function writeMethodsOf(path: string): string[] {
  return WRITES.filter((route) => route.path === path).map(({ method }) => method);
}

/** The paths without a readable resource: they have no other methods. */
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

function handleWrite(route: WriteRoute, { registry, own }: WriteParts): RequestHandler {
  return async (request, response) => {
    const query = parseQuery(searchOf(request.originalUrl), route.parameters);
    negotiate(request, ['json'], undefined);
    const parts = request.params as Record<string, string | undefined>;
    const idempotency = route.replay === null ? undefined : readIdempotency(request);
    const by = { ...(response.locals.author as Author), idempotency };
    const command = { parts, query, body: request.body, by };
    const { run } = workOf(response);
    const check = () => (route.needsMatch ? checkMatch(request, { registry, own }, parts.id ?? '') : null);
    const { status, location, body, isReplayed } = await writeOnce(route, { registry, own }, command, check, run);
    if (isReplayed) response.set(IDEMPOTENT_REPLAYED, 'true');
    sendPosition(registry, response);
    response.status(status).set('Cache-Control', 'no-store').vary('Accept');
    if (location !== undefined) response.location(request.baseUrl + location);
    if (body === undefined) response.end();
    else if (isAssociation(body)) {
      const { warnings: _, ...entry } = { warnings: [], ...body };
      response.set('ETag', associationTag(entry)).type('application/json').send(JSON.stringify(body));
    }
    // `send` might refuse a large body, after the write.
    else response.type('application/json').end(JSON.stringify(body));
  };
}

/** The errors of a precondition that a write on another server of a shared register may have fulfilled. */
const ERRORS_OF_LAG: readonly ErrorCode[] = ['not_found', 'stale'];

/** Checks the precondition of a write. A server that lacks writes of others applies them before it refuses one. */
async function checkMatch(
  request: Request,
  { registry, own }: Pick<WriteParts, 'registry' | 'own'>,
  id: string,
): Promise<number | null> {
  try {
    return checkPrecondition(request, registry, id);
  } catch (error) {
    if (!(error instanceof RegistryError) || !ERRORS_OF_LAG.includes(error.code)) throw error;
    await own.catchUp();
    return checkPrecondition(request, registry, id);
  }
}

/** The errors of a request that its token has sent before: its key is used, or the entry has changed since or is deleted. */
const ERRORS_OF_REPEAT: readonly ErrorCode[] = ['key_used', 'stale', 'not_found'];

/** Runs a write. A request that its token has sent before with the same key gets the same result, rebuilt from the audit log. */
async function writeOnce(
  route: WriteRoute,
  { registry, own }: Pick<WriteParts, 'registry' | 'own'>,
  command: Omit<WriteCommand, 'revision'>,
  check: () => Promise<number | null> | null,
  run: RunStep,
): Promise<WriteResult & { readonly isReplayed: boolean }> {
  try {
    return { ...(await route.write(own, { ...command, revision: await check() })), isReplayed: false };
  } catch (error) {
    const { tokenId, idempotency } = command.by;
    const isRepeat = error instanceof RegistryError && ERRORS_OF_REPEAT.includes(error.code);
    if (!isRepeat || tokenId === null || idempotency === undefined || route.replay === null) throw error;
    const rows = registry.writesWithKey(tokenId, idempotency.key);
    if (rows[0]?.requestHash !== idempotency.requestHash) throw error;
    return { ...(await route.replay(registry, rows, command, run)), isReplayed: true };
  }
}

function isAssociation(body: WriteResult['body']): body is Extract<WriteResult['body'], { readonly id: string }> {
  return body !== undefined && 'id' in body;
}
