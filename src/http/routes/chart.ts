import { type Response, Router } from 'express';
import type { Catalogue } from '../../registry/catalogue.ts';
import type { ObservedUse } from '../../registry/observed-use.ts';
import { runInSteps } from '../../registry/values/run-step.ts';
import { parseFlag, parseQuery } from '../../rest/query.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { markCacheable } from '../message/request-context.ts';
import { type Authorize, markPrivate, requireScope } from '../middleware/authorization.ts';
import { workOf } from '../work/request-work.ts';

/** The path of the chart. */
export const CHART_PATH = '/chart.bin';

/**
 * Serves the chart of all ports: 65,536 bytes, one for each port. It has the states, or the numbers of hosts that listen, for
 * readers with a token.
 *
 * @param registry - The registry.
 * @param authorize - The check of tokens.
 */
export function chartRouter(registry: Catalogue & ObservedUse, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const checkReader = requireScope(authorize, 'read');
  router.all(CHART_PATH, allowMethods(READ_METHODS), (request, response, next) => {
    const isObserved = parseFlag(parseQuery(searchOf(request.originalUrl), ['observed']), 'observed');
    if (isObserved) {
      markPrivate(response);
      return checkReader(request, response, next);
    }
    markCacheable(response);
    sendChart(response, registry.kindChart());
  });
  router.all(CHART_PATH, async (_request, response) => {
    const { run } = workOf(response);
    sendChart(response, await runInSteps(registry.hostChart(), run));
  });
  return router;
}

function sendChart(response: Response, { buffer, byteOffset, byteLength }: Uint8Array): void {
  response.set('Cache-Control', 'no-cache').type('application/octet-stream');
  response.send(Buffer.from(buffer, byteOffset, byteLength));
}
