import { Router } from 'express';
import type { Catalogue } from '../../registry/catalogue.ts';
import { parseQuery } from '../../rest/query.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { markCacheable } from '../message/request-context.ts';

/** The path of the chart. */
export const CHART_PATH = '/chart.bin';

/**
 * Serves the chart of all ports: 65,536 bytes, one for each port.
 *
 * @param registry - The registry.
 */
export function chartRouter(registry: Catalogue): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.all(CHART_PATH, allowMethods(READ_METHODS), (request, response) => {
    parseQuery(searchOf(request.originalUrl), []);
    const { buffer, byteOffset, byteLength } = registry.kindChart();
    markCacheable(response);
    response.set('Cache-Control', 'no-cache').type('application/octet-stream');
    response.send(Buffer.from(buffer, byteOffset, byteLength));
  });
  return router;
}
