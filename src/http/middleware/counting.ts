import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type Counts, NONE, type WriteResult } from '../../metrics/request-counts.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import { LOOKUP_SOURCES, lookupSource } from '../../registry/report/port-report.ts';
import { contextOf } from '../message/request-context.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Counts every request that the app answers, with its time, when its answer was handed over or its client has gone.
 *
 * @param counts - Where it is counted.
 */
export function countRequests(counts: Counts): RequestHandler {
  return (request, response, next) => {
    const { start } = contextOf(response);
    response.once('close', () => {
      // Who goes away before anything was sent was given no status.
      const status = response.headersSent ? response.statusCode : 0;
      counts.of(routeOf(request), methodOf(request)).add(status, performance.now() - start);
    });
    next();
  };
}

/**
 * Gives the route that a request has come to, as the contract writes it.
 *
 * @param request - A request that Express has routed; for one that was refused before or found nothing it is `none`.
 */
export function routeOf(request: IncomingMessage): string {
  const path = (request as { readonly route?: { readonly path?: unknown } }).route?.path;
  if (typeof path !== 'string') return NONE;
  let route = routes.get(path);
  if (route === undefined) {
    route = path.replace(/\{?[:*](\w+)\}?/g, '{$1}');
    routes.set(path, route);
  }
  return route;
}

/** By the same in Express' notation; there are only as many as the app has. */
const routes = new Map<string, string>();

/** What is no method of the app's is any text. */
function methodOf({ method = '' }: IncomingMessage): string {
  return METHODS.includes(method) ? method : NONE;
}

/**
 * Counts look-ups, and adds them to the request's context: a cached response counts them again each time it is sent.
 *
 * @param counts - Where they are counted.
 * @param response - What they are answered by.
 * @param reports - The reports.
 */
export function countLookups(
  counts: Counts,
  response: ServerResponse,
  reports: readonly Pick<PortReport, 'assignments' | 'associations'>[],
): void {
  const { lookups } = contextOf(response);
  for (const report of reports) {
    const place = LOOKUP_SOURCES.indexOf(lookupSource(report));
    counts.addLookups(place);
    lookups[place] = (lookups[place] ?? 0) + 1;
  }
}

/** What a status says of a write. */
const RESULTS: Readonly<Record<number, WriteResult>> = {
  400: 'invalid_argument',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'stale',
  500: 'internal',
  503: 'unavailable',
};

/**
 * Counts a request to write when it is answered. One whose client has gone before is counted by what it would have got.
 *
 * @param counts - Where it is counted.
 */
export function countWrites(counts: Counts): RequestHandler {
  return (_request, response, next) => {
    response.once('close', () => {
      const { statusCode } = response;
      counts.addWrite('rest', statusCode < 400 ? 'done' : (RESULTS[statusCode] ?? 'other'));
    });
    next();
  };
}
