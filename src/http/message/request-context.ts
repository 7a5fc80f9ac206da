import type { ServerResponse } from 'node:http';
import type { ByteText } from '../../byte-text.ts';
import { LOOKUP_SOURCES } from '../../registry/report/lookup-source.ts';

/** What the parts that answer one request tell each other. Its response carries it. */
export interface RequestContext {
  /** When the request arrived, in milliseconds of `performance.now`. */
  readonly start: number;
  /** The whole body, without a content coding, where it was read before the app ran. */
  readonly body: ByteText | undefined;
  /** How many ports were looked up, by the index of their origin in `LOOKUP_SOURCES`. */
  readonly lookups: number[];
  /** Whether the response may be cached; undefined while nothing is known. */
  isCacheable: boolean | undefined;
}

const CONTEXT = Symbol('request context');

/** A response as `startContext` leaves it. */
type ContextCarrier = ServerResponse & { [CONTEXT]?: RequestContext };

/**
 * Creates the context of a request, before anything else of the app runs.
 *
 * @param response - The response that carries it.
 * @param start - When the request arrived, in milliseconds of `performance.now`.
 * @param body - The whole body, where it was read already.
 */
export function startContext(response: ServerResponse, start: number, body?: ByteText): RequestContext {
  const context = { start, body, lookups: LOOKUP_SOURCES.map(() => 0), isCacheable: undefined };
  (response as ContextCarrier)[CONTEXT] = context;
  return context;
}

/** Returns the context of the request that a response answers; it starts now where nothing ran before. */
export function contextOf(response: ServerResponse): RequestContext {
  return (response as ContextCarrier)[CONTEXT] ?? startContext(response, performance.now());
}

/**
 * Marks whether a response depends only on the registry and the request, so that it may be cached. Nothing that is time-dependent
 * may be in it: a false mark stays, whatever other parts of the answer say.
 *
 * @param response - The response, before its header is sent.
 * @param isCacheable - Whether it may be cached.
 */
export function markCacheable(response: ServerResponse, isCacheable = true): void {
  const context = contextOf(response);
  context.isCacheable = isCacheable && context.isCacheable !== false;
}
