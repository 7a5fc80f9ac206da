import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from '../log.ts';
import type { Counts } from '../metrics/request-counts.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { ROUTES } from '../rest/routes.ts';
import { linkBelow } from '../web/parts/address.ts';
import { allowOrigins } from './message/cors.ts';
import { allowMethods, answerOptions, READ_METHODS } from './message/methods.ts';
import { HttpError } from './message/problem.ts';
import { assignRequestId } from './message/request-id.ts';
import { sendSecurityHeaders } from './message/security-headers.ts';
import { authorizeBy, keepPrivate, requireScope, requireTokenToRead } from './middleware/authorization.ts';
import { compressAnswers, validatorOf } from './middleware/compression.ts';
import { countRequests } from './middleware/counting.ts';
import { handleError } from './middleware/error-handler.ts';
import { logRequests } from './middleware/request-log.ts';
import { batchRouter } from './routes/batch.ts';
import { chartRouter } from './routes/chart.ts';
import { exportRouter } from './routes/exports.ts';
import { healthRouter } from './routes/health.ts';
import { metricsRouter, type WriteMetrics } from './routes/metrics.ts';
import { exploreGraphql, pageRouter } from './routes/pages.ts';
import { answerRoute, formPage } from './routes/resources.ts';
import { WRITE_ONLY_PATHS, writeMethodsOf, writeRouter } from './routes/writes.ts';
import { parseJsonBody, readBody } from './work/body.ts';
import { type HeldMemory, holdAnswers } from './work/held-memory.ts';
import { type Limits, refuseLongUrl } from './work/limits.ts';
import { queueRequests } from './work/overload.ts';
import { limitRequests, type RequestCounts } from './work/request-cost.ts';
import { CPU_LIMIT } from './work/request-work.ts';

/** What the app is made of. */
export interface AppParts {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  /** Answers `/graphql`; it finds the parsed JSON body in `request.body`. */
  readonly graphql: RequestHandler;
  readonly log: Logger;
  /** The other web origins whose pages may read and write; `*` for every origin, empty for none. */
  readonly corsOrigins: readonly string[];
  readonly limits: Limits;
  /** The memory that is held for clients. */
  readonly held: HeldMemory;
  /** Where requests are counted for `RATE_LIMIT`; null for no limit. */
  readonly requestCounts: RequestCounts | null;
  /** Where requests are counted for whoever watches. */
  readonly counts: Counts;
  /** Writes the figures for `/metrics`; null where they are not there. */
  readonly writeMetrics: WriteMetrics | null;
  /** Whether reading needs a token too; writing always does. */
  readonly requireToken: boolean;
  /** The path of another server below which this one is shown, as pages link to it; empty for none. */
  readonly basePath: string;
  /** The addresses and networks of proxies that are believed when they say who the client is. */
  readonly trustProxy: readonly string[];
  /** Whether the log tells who the client is. */
  readonly logClientAddresses: boolean;
}

/** The largest body of a GraphQL request where no smaller one is set, in bytes: it holds one document, no batch. */
const LARGEST_DOCUMENT = 100 * 1024;

/**
 * Builds the Express app. The order of the middleware is the order of these lines.
 *
 * @param parts - The registry and the faces.
 */
export function createApp(parts: AppParts): Express {
  const app = express();
  const { held } = parts;
  holdAnswers(app, held);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('etag', validatorOf);
  // Query parameters are read by the routes, which refuse what they do not know.
  app.set('query parser', false);
  app.set(CPU_LIMIT, parts.limits.cpuMs);
  app.disable('x-powered-by');
  app.set('trust proxy', [...parts.trustProxy]);
  linkBelow(parts.basePath);
  app.use(countRequests(parts.counts));
  app.use(assignRequestId);
  app.use(logRequests(parts.log, parts.logClientAddresses));
  app.use(sendSecurityHeaders(parts.corsOrigins));
  app.use(allowOrigins(parts.corsOrigins));
  app.use(queueRequests(parts.limits.waitMs, parts.log));
  app.use(compressAnswers());
  app.use(refuseLongUrl(parts.limits.urlBytes));
  app.use(healthRouter(parts.registry));
  app.use(limitRequests(parts.limits, parts.requestCounts));
  const authorize = authorizeBy(parts.registry);
  if (parts.requireToken) app.use(requireTokenToRead(authorize));
  if (parts.writeMetrics !== null) app.use(metricsRouter(parts.writeMetrics));
  app.use(batchRouter(parts.registry, parts.limits, parts.counts, held));
  app.use(exportRouter(parts.registry, held));
  app.use(chartRouter(parts.registry));
  app.use(writeRouter({ ...parts, authorize, held, bodyBytes: parts.limits.bodyBytes }));
  for (const route of ROUTES) {
    const methods = allowMethods([...READ_METHODS, ...writeMethodsOf(route.path)]);
    const check =
      route.scope === null
        ? []
        : [formPage(parts.registry, route), requirePrivately(requireScope(authorize, route.scope))];
    app.all(route.path, methods, ...check, answerRoute(parts.registry, route, parts.counts));
  }
  for (const path of WRITE_ONLY_PATHS) app.all(path, allowMethods(writeMethodsOf(path)));
  app.use(pageRouter(parts.registry));
  const limit = Math.min(LARGEST_DOCUMENT, parts.limits.bodyBytes);
  app
    .route('/graphql')
    .all(
      allowMethods(['GET', 'POST']),
      exploreGraphql,
      expectJson,
      readBody(limit, held),
      parseJsonBody(true),
      parts.graphql,
    );
  app.use(answerOptions);
  app.use((request: Request) => {
    throw new HttpError(404, `Cannot find ${quoteInput(request.path)}: no such resource`);
  });
  app.use(handleError(parts.log, parts.logClientAddresses));
  return app;
}

/** What only some may see is kept by no cache that others share. */
function requirePrivately(check: RequestHandler): RequestHandler {
  return (request, response, next) => {
    keepPrivate(response);
    check(request, response, next);
  };
}

/** Refuses a body that is no JSON before it is read. */
function expectJson(request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store').vary('Accept');
  if (request.method !== 'POST' || request.is('application/json')) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type application/json');
}
