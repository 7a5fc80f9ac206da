import express, { type Express, Router } from 'express';
import type { Logger } from '../../log.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { parseQuery } from '../../rest/query.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { METRICS_PATH } from '../message/probe-paths.ts';
import { HttpError } from '../message/problem.ts';
import { assignRequestId } from '../message/request-id.ts';
import { sendSecurityHeaders } from '../message/security-headers.ts';
import { handleError } from '../middleware/error-handler.ts';

/** Prometheus' text format. */
const MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes the metrics of all worker processes in Prometheus' text format. */
export type WriteMetrics = () => Promise<string>;

/**
 * Serves `GET /metrics`.
 *
 * @param writeMetrics - Writes the metrics.
 */
export function metricsRouter(writeMetrics: WriteMetrics): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.all(METRICS_PATH, allowMethods(READ_METHODS), async (request, response) => {
    parseQuery(searchOf(request.originalUrl), []);
    const metrics = await writeMetrics();
    // Without an ETag: the metrics change with every request.
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': MEDIA_TYPE }).end(metrics);
  });
  return router;
}

/**
 * Creates the app of a port that serves metrics only.
 *
 * @param writeMetrics - Writes the metrics.
 * @param log - The log.
 */
export function createMetricsApp(writeMetrics: WriteMetrics, log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use(assignRequestId, sendSecurityHeaders([]), metricsRouter(writeMetrics));
  app.use((request) => {
    throw new HttpError(404, `Cannot find ${quoteInput(request.path)}: the metrics are at ${METRICS_PATH}`);
  });
  app.use(handleError(log, false, []));
  return app;
}
