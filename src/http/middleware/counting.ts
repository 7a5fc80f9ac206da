import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type Counts, NONE, type WriteResult } from '../../metrics/request-counts.ts';
import { LOOKUP_SOURCES, type LookedUp, lookupSource } from '../../registry/report/port-report.ts';
import { contextOf } from '../message/request-context.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Counts every request that the app answers, with its time, when its answer was handed over or its client has gone.
 *
 * @param counts - The counts to update.
 */
export function countRequests(counts: Counts): RequestHandler {
  return (request, response, next) => {
    const { start } = contextOf(response);
    response.once('close', () => {
      // Status 0: the client disconnected before a response.
      const status = response.headersSent ? response.statusCode : 0;
      counts.of(routeOf(request), methodOf(request)).add(status, performance.now() - start);
    });
    next();
  };
}

/**
 * Returns the route of a request as in the contract, such as `/ports/{number}`.
 *
 * @param request - A request after routing by Express.
 * @returns The route; `none` if the request was refused earlier or no route matched.
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

/** The routes as in the contract by Express' notation: at most as many as the app has. */
const routes = new Map<string, string>();

/** Returns the method; `none` if the app does not have it, because a client can send any text. */
function methodOf({ method = '' }: IncomingMessage): string {
  return METHODS.includes(method) ? method : NONE;
}

/**
 * Counts look-ups, and adds them to the request's context: a cached response counts them again each time it is sent.
 *
 * @param counts - The counts to update.
 * @param response - The response.
 * @param reports - The reports.
 */
export function countLookups(counts: Counts, response: ServerResponse, reports: readonly LookedUp[]): void {
  const { lookups } = contextOf(response);
  for (const report of reports) {
    const place = LOOKUP_SOURCES.indexOf(lookupSource(report));
    counts.addLookups(place);
    lookups[place] = (lookups[place] ?? 0) + 1;
  }
}

/** The result of a write by status. */
const RESULTS: Readonly<Record<number, WriteResult>> = {
  400: 'invalid_argument',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'stale',
  422: 'key_used',
  500: 'internal',
  503: 'unavailable',
};

/**
 * Counts a write request when its response closes. If the client has disconnected, the status is the one it would have
 * received.
 *
 * @param counts - The counts to update.
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
