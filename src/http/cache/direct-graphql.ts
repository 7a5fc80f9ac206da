import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { type ByteText, decode } from '../../byte-text.ts';
import { mayNameReaderField } from '../../graphql/compiled/special-fields.ts';
import type { AnswerQuery, FindQuery, QueryAnswer, QueryRequest } from '../../graphql/query-request.ts';
import type { Counts } from '../../metrics/request-counts.ts';
import type { LookedUp } from '../../registry/report/port-report.ts';
import { isDeeper } from '../../registry/values/json-depth.ts';
import { contextOf, markCacheable } from '../message/request-context.ts';
import { idFor, REQUEST_ID } from '../message/request-id.ts';
import { compressBody } from '../middleware/compression.ts';
import { countLookups } from '../middleware/counting.ts';
import { type HeldMemory, holdAnswer } from '../work/held-memory.ts';
import type { RequestQueue } from '../work/overload.ts';
import { RequestWork } from '../work/request-work.ts';
import { FixedHeaders, recordResponse, type StoreResponse, sendCached } from './cached-response.ts';

const ROUTE = '/graphql';

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

/** The media type of a response. */
type MediaType = typeof JSON_TYPE | typeof RESPONSE_TYPE;

/** The media type of a response by the `Accept` of usual clients. Apollo negotiates all others. */
const MEDIA_TYPES = new Map<string | undefined, MediaType>([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json', RESPONSE_TYPE],
  // graphql-request, urql, Apollo Client and GraphiQL.
  ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', RESPONSE_TYPE],
  ['application/json, multipart/mixed', JSON_TYPE],
]);

/** The supported fields of a GraphQL request. */
const FIELDS: readonly string[] = ['query', 'operationName', 'variables'];

/** The largest depth of variables. */
const DEEPEST_VARIABLE = 8;

/** The dependencies of `DirectGraphql`. */
export interface DirectGraphqlParts {
  /** Finds a compiled query. Returns undefined until GraphQL is loaded, and for a query that is not compiled. */
  readonly findQuery: FindQuery;
  /** The queue of all requests, shared with Express. */
  readonly queue: RequestQueue;
  readonly counts: Counts;
  readonly held: HeldMemory;
  readonly corsOrigins: readonly string[];
  /** The processor time that one request may use, in milliseconds. */
  readonly cpuMs: number;
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
}

/** The parts of a request that its response needs. */
interface AnswerOptions {
  /** The arrival of the request, in milliseconds of `performance.now`. */
  readonly start: number;
  /** Stores the response in the cache; undefined if it is not to be cached. */
  readonly store: StoreResponse | undefined;
  /** Passes the request to Express. */
  readonly runApp: () => void;
}

/** A request whose query is compiled, and its response. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly type: MediaType;
  /** Stores the response in the cache; undefined if it is not to be cached. */
  readonly store: StoreResponse | undefined;
}

/**
 * Returns whether the response to a GraphQL request depends on its token: then only Express answers it.
 *
 * @param request - The request.
 * @param body - Its body.
 */
export function isForReader({ headers }: IncomingMessage, body: ByteText): boolean {
  return headers.authorization !== undefined && mayNameReaderField(body);
}

/**
 * Executes compiled GraphQL queries before Express runs, and sends the header fields of its middleware. Requests with unusual
 * header fields and queries with errors go to Express. Do not use it if requests are rate-limited, need a token or are logged.
 */
export class DirectGraphql {
  readonly #parts: DirectGraphqlParts;
  readonly #compress = compressBody();
  /** By media type. */
  readonly #headers: Readonly<Record<MediaType, FixedHeaders>>;

  /** @param parts - The dependencies. */
  constructor(parts: DirectGraphqlParts) {
    this.#parts = parts;
    const headersOf = (type: string) =>
      new FixedHeaders(parts.corsOrigins, { 'Cache-Control': 'no-store', 'Content-Type': type });
    this.#headers = { [JSON_TYPE]: headersOf(JSON_TYPE), [RESPONSE_TYPE]: headersOf(RESPONSE_TYPE) };
  }

  /**
   * Answers a POST to `/graphql`.
   *
   * @param request - The request; its body was read already.
   * @param response - The response, not started yet.
   * @param body - The body.
   * @param options - `runApp` is called if the query has an error or waited too long.
   * @returns False if the query is not compiled; then `runApp` is not called.
   */
  answer(request: IncomingMessage, response: ServerResponse, body: ByteText, options: AnswerOptions): boolean {
    const { counts, queue } = this.#parts;
    const type = MEDIA_TYPES.get(request.headers.accept);
    if (type === undefined || body.length > this.#parts.bodyBytes || isForReader(request, body)) return false;
    const query = parseRequest(body);
    const answerQuery = query && this.#parts.findQuery(query);
    if (answerQuery === undefined) return false;
    const count = (): void => {
      counts.of(ROUTE, 'POST').add(response.headersSent ? response.statusCode : 0, performance.now() - options.start);
    };
    response.on('close', count);
    const passOn = (decision: 'started' | 'refused'): void => {
      response.off('close', count);
      queue.decide(response, decision);
      options.runApp();
    };
    const exchange = { request, response, type, store: options.store };
    queue.enter(
      response,
      () => void this.#execute(answerQuery, exchange, () => passOn('started')),
      () => passOn('refused'),
    );
    return true;
  }

  async #execute(answerQuery: AnswerQuery, exchange: Exchange, passOn: () => void): Promise<void> {
    const { response } = exchange;
    const { counts, held, cpuMs } = this.#parts;
    const work = new RequestWork(response, cpuMs);
    const reports: LookedUp[] = [];
    let answer: QueryAnswer;
    try {
      const given = answerQuery({ work, onLookups: (found) => reports.push(...found) });
      // Awaiting would take a detour over the queue of microtasks where there is nothing to wait for.
      answer = given instanceof Promise ? await given : given;
      holdAnswer(held, response, answer.body.length);
    } catch {
      // Express continues with the same budget of processor time.
      (response as Response).locals = { work };
      if (!response.destroyed) passOn();
      return;
    }
    if (response.destroyed) return;
    countLookups(counts, response, reports);
    if (answer.isCacheable) {
      markCacheable(response);
      counts.cache.misses++;
    }
    this.#send(exchange, answer);
  }

  #send({ request, response, type, store }: Exchange, { body, isCacheable }: QueryAnswer): void {
    const fields = this.#headers[type].for(request);
    const codings = request.headers['accept-encoding'];
    if (codings === undefined || codings === 'identity') {
      const { lookups } = contextOf(response);
      // Node writes a header and a text in one system call, but not a header and a buffer.
      const sent = { fields, tag: undefined, sendsLength: true, body, route: ROUTE, lookups };
      sendCached(request, response, sent);
      if (isCacheable) store?.(sent);
      return;
    }
    if (store !== undefined) recordResponse(response, store);
    // Set as Express does, for the cache.
    const routed = Object.assign(request, { route: { path: ROUTE } }) as Request;
    this.#compress(routed, response as Response, () => {});
    response.setHeader(REQUEST_ID, idFor(request));
    for (let index = 0; index < fields.length; index += 2) {
      response.setHeader(fields[index] as string, fields[index + 1] as string);
    }
    response.setHeader('Content-Length', body.length);
    response.end(body, 'latin1');
  }
}

/** Parses a request. Returns undefined unless it has only a query, an operation name and variables. */
function parseRequest(body: ByteText): QueryRequest | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decode(body));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const { query, operationName = null, variables = null } = parsed as Readonly<Record<string, unknown>>;
  const isRead =
    typeof query === 'string' &&
    (operationName === null || typeof operationName === 'string') &&
    typeof variables === 'object' &&
    !Array.isArray(variables) &&
    Object.keys(parsed).every((name) => FIELDS.includes(name)) &&
    !isDeeper(variables, DEEPEST_VARIABLE);
  return isRead ? { query, operationName, variables: variables as QueryRequest['variables'] } : undefined;
}
