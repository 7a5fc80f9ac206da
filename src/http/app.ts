import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from '../log.ts';
import type { Counts } from '../metrics/request-counts.ts';
import type { ObservationLimits } from '../registry/observed/observation.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { SharedStatus } from '../registry/shared-status.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { ROUTES } from '../rest/routes.ts';
import type { Build } from '../version.ts';
import { setBasePath } from '../web/parts/address.ts';
import { setSignIn } from '../web/parts/layout.ts';
import { allowOrigins } from './message/cors.ts';
import { allowMethods, answerOptions, READ_METHODS } from './message/methods.ts';
import { refuseOtherOrigins } from './message/own-origin.ts';
import { HttpError } from './message/problem.ts';
import { assignRequestId } from './message/request-id.ts';
import { sendSecurityHeaders } from './message/security-headers.ts';
import {
  authorizeBy,
  markPrivate,
  readersOfObserved,
  requireScope,
  requireTokenToRead,
} from './middleware/authorization.ts';
import { compressAnswers, tagAnswers } from './middleware/compression.ts';
import { countRequests } from './middleware/counting.ts';
import { handleError } from './middleware/error-handler.ts';
import { refuseForgedWrites } from './middleware/forged-writes.ts';
import { sendPositionOfMutation, waitForPosition } from './middleware/position.ts';
import { logRequests } from './middleware/request-log.ts';
import { SIGN_IN, type SignIn } from './middleware/signed-in-user.ts';
import { batchRouter } from './routes/batch.ts';
import { chartRouter } from './routes/chart.ts';
import { exportRouter } from './routes/exports.ts';
import { healthRouter } from './routes/health.ts';
import { importRouter } from './routes/imports.ts';
import { metricsRouter, type WriteMetrics } from './routes/metrics.ts';
import { observationRouter } from './routes/observations.ts';
import { ownPageRouter } from './routes/own-pages.ts';
import { exploreGraphql, PAGE_PATHS, pageRouter } from './routes/pages.ts';
import { handleRoute, serveFormPage } from './routes/resources.ts';
import { tokenRouter } from './routes/token.ts';
import { WRITE_ONLY_PATHS, writeMethodsOf, writeRouter } from './routes/writes.ts';
import { parseJsonBody, readBody } from './work/body.ts';
import { type HeldMemory, holdAnswers } from './work/held-memory.ts';
import { type Limits, refuseLongUrl } from './work/limits.ts';
import { queueRequests, type RequestQueue } from './work/overload.ts';
import { limitRequests, type RequestCounts } from './work/request-cost.ts';
import { CPU_LIMIT } from './work/request-work.ts';
import { sendInSteps } from './work/send-in-steps.ts';

/** The parts that the app is built from. */
export interface AppParts {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  /** Handles `/graphql`; the parsed JSON body is in `request.body`. */
  readonly graphql: RequestHandler;
  /** Handles `POST /mcp`; the parsed JSON body is in `request.body`. */
  readonly mcp: RequestHandler;
  readonly log: Logger;
  /** The other web origins with pages that may read and write; `*` for every origin, empty for none. */
  readonly corsOrigins: readonly string[];
  readonly limits: Limits;
  /** The limits of stored observations. */
  readonly observations: ObservationLimits;
  /** The queue for requests under overload. */
  readonly queue: RequestQueue;
  /** The memory that is held for clients. */
  readonly held: HeldMemory;
  /** The counts for `RATE_LIMIT`; null for no limit. */
  readonly requestCounts: RequestCounts | null;
  /** The request counters behind `/metrics`. */
  readonly counts: Counts;
  /** Writes the metrics for `/metrics`; null if this port does not serve them. */
  readonly writeMetrics: WriteMetrics | null;
  /** Returns the state of a node of a shared register; null for a standalone server. */
  readonly sharedStatus: (() => SharedStatus) | null;
  /** The version of the program. */
  readonly build: Build;
  /** Whether reading requires a token too; writing always does. Then the probes, which need no token, show no version. */
  readonly requireToken: boolean;
  /** The path under which a proxy mounts this server (`BASE_PATH`), for the links of pages; empty for none. */
  readonly basePath: string;
  /** The addresses and networks of proxies that are trusted to name the client (`X-Forwarded-For`). */
  readonly trustProxy: readonly string[];
  /** How a trusted proxy names signed-in users. */
  readonly signIn: SignIn;
  /** Whether the log contains client addresses. */
  readonly logClientAddresses: boolean;
}

/** The largest body of a GraphQL or MCP request, in bytes, unless a smaller one is configured. */
const LARGEST_DOCUMENT = 100 * 1024;

/**
 * Builds the Express app. The order of the middleware is the order of these lines.
 *
 * @param parts - The registry, the handlers and the limits.
 */
export function createApp(parts: AppParts): Express {
  const app = express();
  const { held } = parts;
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.disable('etag');
  tagAnswers(app);
  sendInSteps(app);
  holdAnswers(app, held);
  // The routes parse query parameters and reject unknown ones.
  app.set('query parser', false);
  app.set(CPU_LIMIT, parts.limits.cpuMs);
  app.disable('x-powered-by');
  app.set('trust proxy', [...parts.trustProxy]);
  app.set(SIGN_IN, parts.signIn);
  setBasePath(parts.basePath);
  setSignIn(parts.signIn.userField !== '');
  app.use(countRequests(parts.counts));
  app.use(assignRequestId);
  app.use(logRequests(parts.log, parts.logClientAddresses));
  app.use(sendSecurityHeaders(parts.corsOrigins));
  app.use(allowOrigins(parts.corsOrigins));
  app.use(queueRequests(parts.queue));
  app.use(compressAnswers());
  app.use(refuseLongUrl(parts.limits.urlBytes));
  app.use(healthRouter(parts.registry, parts.requireToken ? null : parts.build, parts.sharedStatus));
  app.use(limitRequests(parts.limits, parts.requestCounts));
  app.use(refuseForgedWrites);
  const authorize = authorizeBy(parts.registry, parts.own);
  const maySeeObserved = readersOfObserved(authorize);
  const writeParts = { ...parts, authorize, held, bodyBytes: parts.limits.bodyBytes };
  // Before the check of REQUIRE_TOKEN: a token that sends snapshots may not read.
  app.use(observationRouter(writeParts));
  if (parts.requireToken) app.use(requireTokenToRead(authorize));
  app.use(waitForPosition(parts.registry));
  if (parts.writeMetrics !== null) app.use(metricsRouter(parts.writeMetrics));
  app.use(batchRouter(parts.registry, parts.limits, parts.counts, held));
  app.use(exportRouter(parts.registry, held));
  app.use(chartRouter(parts.registry, authorize));
  app.use(tokenRouter(parts.registry, authorize));
  // Before `/associations/:id`, which would take `import` and `new` as ids.
  app.use(importRouter(writeParts));
  app.use(writeRouter(writeParts));
  app.use(ownPageRouter(parts.registry));
  for (const route of ROUTES) {
    const methods = allowMethods([...READ_METHODS, ...writeMethodsOf(route.path)]);
    const check =
      route.scope === null
        ? []
        : [serveFormPage(parts.registry, route), requirePrivately(requireScope(authorize, route.scope))];
    app.all(route.path, methods, ...check, handleRoute(parts.registry, route, parts.counts, maySeeObserved));
  }
  for (const path of WRITE_ONLY_PATHS) app.all(path, allowMethods(writeMethodsOf(path)));
  app.use(pageRouter(parts.registry));
  const limit = Math.min(LARGEST_DOCUMENT, parts.limits.bodyBytes);
  app
    .route('/graphql')
    .all(
      allowMethods(['GET', 'POST']),
      exploreGraphql(parts.registry),
      expectJson,
      readBody(limit, held),
      parseJsonBody(true),
      sendPositionOfMutation(parts.registry),
      parts.graphql,
    );
  app
    .route('/mcp')
    .all(
      allowMethods(['POST']),
      refuseOtherOrigins(parts.corsOrigins),
      expectJson,
      readBody(limit, held),
      parseJsonBody(true),
      parts.mcp,
    );
  app.use(answerOptions);
  app.use((request: Request) => {
    throw new HttpError(404, `Cannot find ${quoteInput(request.path)}: no such resource`);
  });
  const pages = [...ROUTES.map(({ path }) => path), ...PAGE_PATHS];
  app.use(handleError(parts.log, parts.logClientAddresses, pages));
  return app;
}

/** Keeps responses that require a scope out of shared caches, before the scope is checked. */
function requirePrivately(check: RequestHandler): RequestHandler {
  return (request, response, next) => {
    markPrivate(response);
    check(request, response, next);
  };
}

/** Rejects a body of another media type than JSON before it is read. */
function expectJson(request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store').vary('Accept');
  if (request.method !== 'POST' || request.is('application/json')) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type application/json');
}
