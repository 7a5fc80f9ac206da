import { type IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Request, Response } from 'express';
import fresh from 'fresh';
import type { ByteText } from '../../byte-text.ts';
import { allowOrigins, isPublic } from '../message/cors.ts';
import { contextOf } from '../message/request-context.ts';
import { idFor, REQUEST_ID } from '../message/request-id.ts';
import { sendSecurityHeaders } from '../message/security-headers.ts';
import { routeOf } from '../middleware/counting.ts';

/** The largest cached body, in bytes: sending a larger one takes longer than computing it. */
const LARGEST_BODY = 64 * 1024;

/** A response of status 200 as it was sent. */
export interface CachedResponse {
  /** The header fields, names and values in turn, except those that `sendCached` and Node add. */
  readonly fields: readonly string[];
  readonly tag: string | undefined;
  /** False where the body is sent in chunks, as a compressed one is. */
  readonly sendsLength: boolean;
  readonly body: ByteText;
  /** The route, as metrics name it. */
  readonly route: string;
  /** As in `RequestContext`. */
  readonly lookups: readonly number[];
}

/** Stores a cacheable response of status 200 after it was sent. */
export type StoreResponse = (sent: CachedResponse) => void;

/** The header fields that `sendCached` and Node add. */
const ADDED = ['x-request-id', 'etag', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date'];

/** The header fields that a 304 leaves out. */
const OF_BODY = ['content-type', 'content-encoding'];

/**
 * Sends a cached response, or 304 if the client has it already.
 *
 * @param request - The request.
 * @param response - The response, not started yet.
 * @param cached - The cached response.
 * @returns The status code.
 */
export function sendCached(request: IncomingMessage, response: ServerResponse, cached: CachedResponse): number {
  const { fields, tag, sendsLength, body } = cached;
  const added = [REQUEST_ID, idFor(request)];
  if (tag !== undefined) added.push('ETag', tag);
  if (tag !== undefined && isFresh(request, tag)) {
    response.writeHead(304, [...withoutBody(fields), ...added]);
    response.end();
    return 304;
  }
  if (sendsLength) added.push('Content-Length', String(body.length));
  response.writeHead(200, [...fields, ...added]);
  response.end(body, 'latin1');
  return 200;
}

/** Returns whether the client has the response. `If-None-Match` of a POST is ignored, as Express does. */
function isFresh({ method, headers }: IncomingMessage, tag: string): boolean {
  return method === 'GET' && headers['if-none-match'] !== undefined && fresh(headers, { etag: tag });
}

function withoutBody(fields: readonly string[]): string[] {
  // A value has the name before it.
  return fields.filter((_, index) => !OF_BODY.includes((fields[index - (index % 2)] as string).toLowerCase()));
}

/**
 * Records a response while the app sends it.
 *
 * @param response - The response, not started yet.
 * @param store - Called when a cacheable response of status 200 was sent.
 */
export function recordResponse(response: ServerResponse, store: StoreResponse): void {
  const { write, end } = response;
  // Null as soon as the response is known not to be cached.
  let body: string | null = '';
  const record = (chunk: unknown, encoding: unknown): void => {
    if (body === null || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
    if (contextOf(response).isCacheable !== true || body.length + chunk.length > LARGEST_BODY) {
      body = null;
      return;
    }
    const coding = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
    body += Buffer.from(chunk as string, coding).toString('latin1');
  };
  response.write = ((...args: Parameters<typeof write>) => {
    record(args[0], args[1]);
    return write.apply(response, args);
  }) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => {
    record(args[0], args[1]);
    return end.apply(response, args);
  }) as typeof end;
  response.once('finish', () => {
    const { isCacheable, lookups } = contextOf(response);
    if (isCacheable !== true || body === null || response.statusCode !== 200) return;
    store({
      fields: fieldsOf(response),
      tag: response.getHeader('ETag')?.toString(),
      sendsLength: response.hasHeader('Content-Length'),
      body: body as ByteText,
      route: routeOf(response.req),
      lookups,
    });
  });
}

/** Returns the header fields of a response, names and values in turn, except those that `sendCached` and Node add. */
function fieldsOf(response: ServerResponse): string[] {
  return rawNames(response)
    .filter((name) => !ADDED.includes(name.toLowerCase()))
    .flatMap((name) => [response.getHeader(name)].flat().flatMap((value) => [name, String(value)]));
}

/** Returns the names of the header fields as they are written; Node's types have the method on client requests only. */
function rawNames(response: ServerResponse): string[] {
  return (response as unknown as { getRawHeaderNames: () => string[] }).getRawHeaderNames();
}

/**
 * The header fields that all responses of a route have, for responses that are sent without Express. The app's own middleware
 * sets them, once per `originKey`.
 */
export class FixedHeaders {
  readonly #corsOrigins: readonly string[];
  readonly #ofRoute: Readonly<Record<string, string>>;
  readonly #fields = new Map<string, readonly string[]>();

  /**
   * @param corsOrigins - The allowed web origins.
   * @param ofRoute - The header fields that the route adds to those of the middleware.
   */
  constructor(corsOrigins: readonly string[], ofRoute: Readonly<Record<string, string>>) {
    this.#corsOrigins = corsOrigins;
    this.#ofRoute = ofRoute;
  }

  /**
   * Returns the header fields of the response to a request, names and values in turn.
   *
   * @param request - The request.
   */
  for({ headers }: IncomingMessage): readonly string[] {
    const origin = originKey(this.#corsOrigins, headers);
    const fields = this.#fields.get(origin) ?? this.#compute(origin);
    this.#fields.set(origin, fields);
    return fields;
  }

  #compute(origin: string): string[] {
    const request = new IncomingMessage(new Socket());
    if (origin !== '') request.headers.origin = origin;
    const response = new ServerResponse(request);
    sendSecurityHeaders(this.#corsOrigins)(request, response, () => {});
    allowOrigins(this.#corsOrigins)(request as Request, response as Response, () => {});
    response.setHeader('Vary', [response.getHeader('Vary') ?? [], 'Accept-Encoding', 'Accept'].flat().join(', '));
    for (const [name, value] of Object.entries(this.#ofRoute)) response.setHeader(name, value);
    return fieldsOf(response);
  }
}

/**
 * Returns the part of a cache key that stands for the request's origin. All origins that are not listed get the same
 * response and share one key, so the number of keys is bounded by the setting.
 *
 * @param origins - The allowed web origins, as in `allowOrigins`.
 * @param headers - The header fields of the request.
 * @returns The listed origin; empty for every other one, and if all origins get the same response.
 */
export function originKey(origins: readonly string[], { origin }: IncomingHttpHeaders): string {
  return origin !== undefined && !isPublic(origins) && origins.includes(origin) ? origin : '';
}
