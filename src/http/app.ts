import cors from 'cors';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import type { Logger } from '../log.ts';
import type { Registry } from '../registry/registry.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { ROUTES } from '../rest/routes.ts';
import { type BatchLimits, batchRouter } from './batch.ts';
import { exportRouter } from './exports.ts';
import { healthRouter } from './health.ts';
import { allowMethods, READ_METHODS } from './methods.ts';
import { HttpError, sendProblem } from './problem.ts';
import { assignRequestId, requestIdOf } from './request-id.ts';
import { answerRoute } from './resources.ts';

/** What the app is made of. */
export interface AppParts {
  readonly registry: Registry;
  /** Answers `/graphql`; it finds the parsed JSON body in `request.body`. */
  readonly graphql: RequestHandler;
  readonly log: Logger;
  /** The web origins that may read from a browser; `*` for any. */
  readonly corsOrigins: readonly string[];
  readonly limits: BatchLimits;
}

/** The largest body of a GraphQL request, in bytes. */
const LARGEST_BODY = 100 * 1024;

const SECURITY_HEADERS: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  // The data is public, to be read by any page's scripts.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // Only who runs TLS in front of the server knows whether all of the domain speaks it.
  strictTransportSecurity: false,
};

/**
 * Builds the Express app. The order of the middleware is the order of these lines.
 *
 * @param parts - The registry and the faces.
 */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('etag', 'strong');
  // Query parameters are read by the routes, which refuse what they do not know.
  app.set('query parser', false);
  app.disable('x-powered-by');
  app.use(assignRequestId);
  app.use(helmet(SECURITY_HEADERS));
  const origin = parts.corsOrigins.includes('*') ? '*' : [...parts.corsOrigins];
  app.use(cors({ origin, methods: ['GET', 'HEAD', 'POST'], exposedHeaders: ['ETag', 'X-Request-ID'] }));
  app.use(healthRouter(parts.registry));
  app.use(batchRouter(parts.registry, parts.limits));
  app.use(exportRouter(parts.registry));
  for (const route of ROUTES) app.all(route.path, allowMethods(READ_METHODS), answerRoute(parts.registry, route));
  app
    .route('/graphql')
    .all(allowMethods(['GET', 'POST']), expectJson, express.json({ limit: LARGEST_BODY }), parts.graphql);
  app.use((request: Request) => {
    throw new HttpError(404, `Cannot find ${quoteInput(request.path)}: no such resource`);
  });
  app.use(handleError(parts.log));
  return app;
}

/** Refuses a body that is no JSON before it is read. */
function expectJson(request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store').vary('Accept');
  if (request.method !== 'POST' || request.is('application/json')) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type application/json');
}

/** The last middleware: every error becomes a problem, and what is not the client's fault is logged once. */
function handleError(log: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const requestId = requestIdOf(response);
    if (response.headersSent) {
      log.error({ err: error, requestId }, 'an answer broke off');
      next(error);
      return;
    }
    const status = sendProblem(response, error, requestId);
    if (status === 503 && error instanceof RegistryError) log.warn({ requestId, path: request.path }, error.message);
    else if (status >= 500) log.error({ err: error, requestId, path: request.path }, 'a request failed');
  };
}
