import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type Counts, NONE, type WriteResult } from '../../metrics/request-counts.ts';
import { LOOKUP_SOURCES, lookupSource } from '../../registry/report/lookup-source.ts';
import type { PortReport } from '../../registry/report/port-report.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];

/** When requests began that were held back before the app got them, in milliseconds of `performance.now`. */
const begun = new WeakMap<IncomingMessage, number>();

/** The look-ups of an answer, by the places of their origins. */
const lookups = new WeakMap<ServerResponse, number[]>();

/**
 * Counts every request that the app answers, with its time, when its answer was handed over or its client has gone.
 *
 * @param counts - Where it is counted.
 */
export function countRequests(counts: Counts): RequestHandler {
  return (request, response, next) => {
    const start = begun.get(request) ?? performance.now();
    begun.delete(request);
    response.once('close', () => {
      // Who goes away before anything was sent was given no status.
      const status = response.headersSent ? response.statusCode : 0;
      counts.of(routeOf(request), methodOf(request)).add(status, performance.now() - start);
    });
    next();
  };
}

/**
 * Says that a request came earlier than the app gets it.
 *
 * @param request - The request.
 * @param start - When, in milliseconds of `performance.now`.
 */
export function beganAt(request: IncomingMessage, start: number): void {
  begun.set(request, start);
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
 * Counts look-ups, and keeps them with the answer: when it is sent again they are made again.
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
  const places = lookups.get(response) ?? LOOKUP_SOURCES.map(() => 0);
  for (const report of reports) {
    const place = LOOKUP_SOURCES.indexOf(lookupSource(report));
    counts.addLookups(place);
    places[place] = (places[place] ?? 0) + 1;
  }
  lookups.set(response, places);
}

/**
 * Gives the look-ups of an answer.
 *
 * @param response - The answer.
 * @returns How many there were for each place among `LOOKUP_SOURCES`; nothing for an answer without any.
 */
export function lookupsOf(response: ServerResponse): readonly number[] {
  return lookups.get(response) ?? [];
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
