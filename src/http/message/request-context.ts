import type { ServerResponse } from 'node:http';
import type { ByteText } from '../../byte-text.ts';
import { LOOKUP_SOURCES } from '../../registry/report/port-report.ts';

/** The state of one request. Its response carries it. */
export interface RequestContext {
  /** The arrival of the request, in milliseconds of `performance.now`. */
  readonly start: number;
  /** The decoded body; undefined unless it was read before the app ran. */
  readonly body: ByteText | undefined;
  /** The numbers of lookups, by the index of the source in `LOOKUP_SOURCES`. */
  readonly lookups: number[];
  /** Whether the response may be cached; undefined until it was marked. */
  isCacheable: boolean | undefined;
}

const CONTEXT = Symbol('request context');

/** A response as `startContext` leaves it. */
type ContextCarrier = ServerResponse & { [CONTEXT]?: RequestContext };

/**
 * Creates the context of a request, before the app runs.
 *
 * @param response - The response that carries it.
 * @param start - The arrival of the request, in milliseconds of `performance.now`.
 * @param body - The decoded body, if it was read already.
 */
export function startContext(response: ServerResponse, start: number, body?: ByteText): RequestContext {
  const context = { start, body, lookups: LOOKUP_SOURCES.map(() => 0), isCacheable: undefined };
  (response as ContextCarrier)[CONTEXT] = context;
  return context;
}

/** Returns the context of a response. Creates one if there is none. */
export function contextOf(response: ServerResponse): RequestContext {
  return (response as ContextCarrier)[CONTEXT] ?? startContext(response, performance.now());
}

/**
 * Marks whether a response may be cached: it depends only on the registry, the day (UTC) and the request. A
 * false mark is final.
 *
 * @param response - The response, before its header is sent.
 * @param isCacheable - Whether it may be cached.
 */
export function markCacheable(response: ServerResponse, isCacheable = true): void {
  const context = contextOf(response);
  context.isCacheable = isCacheable && context.isCacheable !== false;
}
