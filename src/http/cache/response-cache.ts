import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { ByteText } from '../../byte-text.ts';
import type { Counts } from '../../metrics/request-counts.ts';
import type { ReportSource } from '../../registry/report-source.ts';
import { DAY_MS } from '../../registry/values/day.ts';
import { isSameVersion, type RegistryVersion, VERSION_AGE_MS } from '../../registry/values/registry-version.ts';
import { HEALTH_PATHS } from '../message/probe-paths.ts';
import { contextOf, startContext } from '../message/request-context.ts';
import { POSITION_AT_LEAST } from '../middleware/position.ts';
import { COUNTED_BYTES, type HeldMemory } from '../work/held-memory.ts';
import { type CachedResponse, originKey, recordResponse, type StoreResponse, sendCached } from './cached-response.ts';
import { type DirectGraphql, isForReader } from './direct-graphql.ts';
import { PortReports } from './port-reports.ts';
import { RecentKeys } from './recent-keys.ts';

/** The header field of requests that wait until this server has a write. */
const WAITING = POSITION_AT_LEAST.toLowerCase();

/** The capacity in bytes, for keys, header fields, bodies and overhead. */
export const CACHE_BYTES = 8 * 1024 * 1024;

/** The overhead of an entry, in bytes: objects, the array of fields, the nodes of the LRU. */
const ENTRY_BYTES = 600;

/** The largest cached GraphQL request, in bytes. */
const LARGEST_REQUEST = 16 * 1024;

const JSON_TYPES: readonly (string | undefined)[] = ['application/json', 'application/json; charset=utf-8'];

/** The dependencies of the cache. */
export interface CacheParts {
  /** The registry. A new version clears the cache. */
  readonly registry: ReportSource;
  /** The counters of requests, shared with the app. */
  readonly counts: Counts;
  /** The allowed web origins: the CORS header fields depend on them. */
  readonly corsOrigins: readonly string[];
  /** The memory that is held for clients. */
  readonly held: HeldMemory;
  /** The header field in which a proxy names the signed-in user, in lower case; empty for none. */
  readonly userField: string;
  /** Answers compiled GraphQL queries that are not cached; without it the app answers them. */
  readonly graphql?: DirectGraphql;
}

/**
 * Serves cached responses before Express runs. A response that the app marks as cacheable depends only on the registry's
 * version, the day (UTC) and the request. It is cached when the request is repeated. The cache is cleared when the version or the
 * day changes. The version is read at most every `VERSION_AGE_MS`.
 *
 * @param app - The app, which handles all other requests.
 * @param parts - The dependencies.
 */
export function cacheResponses(app: RequestListener, parts: CacheParts): RequestListener {
  const cache = new ResponseCache(app, parts);
  return (request, response) => cache.answer(request, response);
}

class ResponseCache {
  readonly #app: RequestListener;
  readonly #parts: CacheParts;
  readonly #reports: PortReports;
  readonly #responses = new LRUCache<string, CachedResponse>({ maxSize: CACHE_BYTES, sizeCalculation: sizeOf });
  readonly #recent = new RecentKeys();
  #version: RegistryVersion | undefined;
  /** The day of the cached responses, in days since 1970 (UTC): pages have the age of the registry in days. */
  #day = 0;
  /** The time of the last check of the version, in milliseconds of `performance.now`. */
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(app: RequestListener, parts: CacheParts) {
    this.#app = app;
    this.#parts = parts;
    this.#reports = new PortReports(parts.registry, parts.corsOrigins);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '' } = request;
    const start = performance.now();
    // A liveness probe must not depend on the database, which has the version. The app waits for a position of the log.
    const isWaiting = request.headers[WAITING] !== undefined;
    if (HEALTH_PATHS.includes(url) || isWaiting || dependsOnReader(request, this.#parts.userField))
      this.#app(request, response);
    else if (method === 'GET' && !hasBody(request)) this.#respond(request, response, start);
    // The app refuses forged requests of signed-in users.
    else if (method === 'POST' && request.headers[this.#parts.userField] !== undefined) this.#app(request, response);
    else if (method === 'POST' && url === '/graphql' && isSmallJson(request)) this.#read(request, response, start);
    else this.#app(request, response);
  }

  #read(request: IncomingMessage, response: ServerResponse, start: number): void {
    let body = '';
    // Strings: a small Buffer is a slice of a pooled one and would keep that in memory.
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.once('end', () => this.#respond(request, response, start, body as ByteText));
  }

  #respond(request: IncomingMessage, response: ServerResponse, start: number, body?: ByteText): void {
    if (body !== undefined && isForReader(request, body)) {
      startContext(response, start, body);
      this.#app(request, response);
      return;
    }
    // Before the version of the cache is checked: the registry checks that of its reports.
    const composed = body === undefined ? this.#reports.compose(request) : undefined;
    if (composed !== undefined) {
      this.#send(request, response, composed, start);
      return;
    }
    let store: StoreResponse | undefined;
    if (this.#isCurrent()) {
      const key = keyOf(request, this.#parts.corsOrigins, body);
      const cached = this.#responses.get(key);
      if (cached !== undefined && this.#hasRoom(cached, response)) {
        this.#send(request, response, cached, start);
        return;
      }
      if (this.#recent.add(key)) store = this.#storeAs(key);
    }
    startContext(response, start, body);
    const runApp = (): void => {
      if (store !== undefined) recordResponse(response, store);
      this.#countMiss(response);
      this.#app(request, response);
    };
    if (body === undefined || !this.#parts.graphql?.answer(request, response, body, { start, store, runApp })) runApp();
  }

  #send(request: IncomingMessage, response: ServerResponse, cached: CachedResponse, start: number): void {
    const { counts } = this.#parts;
    const status = sendCached(request, response, cached);
    counts.cache.hits++;
    for (const [place, times] of cached.lookups.entries()) if (times > 0) counts.addLookups(place, times);
    counts.of(cached.route, request.method ?? '').add(status, performance.now() - start);
  }

  /**
   * Returns the function that stores the response to a request, unless the cache was cleared meanwhile. The response shows the
   * version of the cache or a later one: then the next request clears the cache.
   */
  #storeAs(key: string): StoreResponse {
    const version = this.#version;
    return (sent) => {
      if (this.#version === version) this.#responses.set(key, sent);
    };
  }

  #countMiss(response: ServerResponse): void {
    response.on('finish', () => {
      const isMiss = contextOf(response).isCacheable === true && [200, 304].includes(response.statusCode);
      if (isMiss) this.#parts.counts.cache.misses++;
    });
  }

  /** Reserves memory for a large response until the client has read it. Returns false if the limit is reached. */
  #hasRoom({ body }: CachedResponse, response: ServerResponse): boolean {
    return body.length < COUNTED_BYTES || this.#parts.held.tryHold(response, body.length);
  }

  /** Clears the cache if the version has changed. Returns false if the registry cannot be read: the app reports the error. */
  #isCurrent(): boolean {
    const now = performance.now();
    if (now - this.#checkedAt < VERSION_AGE_MS) return true;
    try {
      const version = this.#parts.registry.version();
      const day = Math.floor(Date.now() / DAY_MS);
      if (day !== this.#day || !isSameVersion(version, this.#version)) this.#clear(version);
      this.#day = day;
      this.#checkedAt = now;
      return true;
    } catch {
      this.#clear(undefined);
      return false;
    }
  }

  #clear(version: RegistryVersion | undefined): void {
    this.#responses.clear();
    this.#version = version;
  }
}

/**
 * Returns the cache key of a request: everything on which its response depends. An absent header field differs from every
 * value, such as an empty one. HTTP allows no line feed in fields and paths.
 */
function keyOf({ method, url, headers }: IncomingMessage, corsOrigins: readonly string[], body = ''): string {
  const { accept, 'accept-encoding': codings, 'content-type': type } = headers;
  const fields = [accept, codings, type].map((value) => (value === undefined ? '' : `=${value}`));
  return `${method} ${url}\n${originKey(corsOrigins, headers)}\n${fields.join('\n')}\n${body}`;
}

/** Returns the size of an entry in bytes. Header fields count in full, although most responses share them. */
function sizeOf({ fields, body }: CachedResponse, key: string): number {
  return fields.reduce((sum, { length }) => sum + length, key.length + body.length + ENTRY_BYTES);
}

/** Returns whether the response may have more for the token or the signed-in user: the observed use. */
function dependsOnReader({ method, url = '', headers }: IncomingMessage, userField: string): boolean {
  const isNamed = headers.authorization !== undefined || headers[userField] !== undefined;
  return method === 'GET' && isNamed && /^\/(?:ports|suggestions|graphql)\b/.test(url);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
}

/** Returns whether a body is short JSON of a known length without a content coding. */
function isSmallJson({ headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  const isPlain = headers['content-encoding'] === undefined && headers['transfer-encoding'] === undefined;
  return length > 0 && length <= LARGEST_REQUEST && isPlain && JSON_TYPES.includes(headers['content-type']);
}
