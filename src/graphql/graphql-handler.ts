import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { Request, RequestHandler, Response } from 'express';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import type { ByteText } from '../byte-text.ts';
import type { Author, Scope } from '../registry/own/token.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { LookedUp } from '../registry/report/port-report.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import { type ErrorCode, RegistryError } from '../registry/values/registry-error.ts';
import { isPromise } from './compiled/complete-value.ts';
import { CompiledQueries, type ExecuteQuery } from './compiled-queries.ts';
import type { Context } from './context.ts';
import { formatError, isForClient } from './format-error.ts';
import { okForPlainJson } from './legacy-status.ts';
import { LIMIT_RULES, LIMITS, limitCost } from './limits.ts';
import type { FindQuery, QueryAnswer, QueryParts } from './query-request.ts';
import { resolvers } from './resolvers.ts';
import { keepWork, stringifyResult } from './response-json.ts';
import type { Work } from './turns.ts';

/**
 * The capacity for parsed documents, in bytes of their JSON; they take about five times as much memory. Front ends repeat a few
 * documents: without this cache they get half as many responses. With Apollo's default of 30 MiB a client that sends new
 * documents took 120 MB of live memory.
 */
const LARGEST_DOCUMENT_STORE = 1024 * 1024;

/** The dependencies of the handler. */
export interface GraphqlParts {
  readonly registry: Context['registry'];
  readonly own: OwnRegistry;
  /** Returns the work of a request. */
  readonly workOf: (response: Response) => Work;
  /** Returns the author of a write, or of a query that needs a token. Throws `unauthorized` or `forbidden`. */
  readonly authorize: (request: Request, response: Response, scope: Scope) => Author;
  /** Returns whether the token of a request may read what hosts have reported. */
  readonly maySeeObserved: (request: Request, response: Response) => boolean;
  /** Whether introspection is allowed, and errors suggest similar names. */
  readonly introspection: boolean;
  /** Returns the id of a request. */
  readonly requestIdOf: (response: Response) => string;
  /** Marks whether a response may be cached. A false mark is final. */
  readonly markCacheable: (response: Response, isCacheable: boolean) => void;
  /** As `Context.chargeCost`. */
  readonly chargeCost: (response: Response, cost: number) => Promise<string | null>;
  /** Called with the reports of a response. */
  readonly onLookups: (response: Response, reports: readonly LookedUp[]) => void;
  /** Called with the result of every write. */
  readonly onWrite: (result: 'done' | ErrorCode) => void;
  /** Called with every internal error. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/** The handler of GraphQL requests. */
export interface GraphqlHandler {
  /** Handles a request of Express. Expects `request.body` to be parsed JSON or undefined. */
  readonly handle: RequestHandler;
  /** Finds a compiled query. */
  readonly findQuery: FindQuery;
}

/**
 * Creates the handler of `/graphql`.
 *
 * @param parts - The dependencies.
 */
export async function createGraphqlHandler(parts: GraphqlParts): Promise<GraphqlHandler> {
  const queries = new CompiledQueries();
  // Apollo would build the schema several times, which takes 30 ms more. The text of the schema is checked by tests.
  const options = { updateResolversInPlace: true, assumeValid: true, assumeValidSDL: true };
  const schema = makeExecutableSchema({ typeDefs: readSchema(), resolvers, ...options });
  // Building the schema and creating Apollo's server take 15 ms each.
  await setImmediate();
  const server = new ApolloServer<Context>({
    schema,
    introspection: parts.introspection,
    hideSchemaDetailsFromClientErrors: !parts.introspection,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: LIMIT_RULES,
    // There are no cookies, so this check would only reject plain GETs.
    csrfPrevention: false,
    persistedQueries: false,
    documentStore: new InMemoryLRUCache({ maxSize: LARGEST_DOCUMENT_STORE }),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // The schema has no cache hints. Looking for them in every field takes a tenth of the time.
      ApolloServerPluginCacheControlDisabled(),
      limitCost(),
      okForPlainJson(),
      logInternalErrors(parts.onInternalError),
      keepQueries(queries),
      cacheQueries(),
      reportWrites(parts.onWrite),
      keepWork(),
    ],
    formatError,
    stringifyResult,
  });
  await server.start();
  const context = async ({ req, res }: { req: Request; res: Response }): Promise<Context> => {
    return {
      registry: parts.registry,
      own: parts.own,
      work: parts.workOf(res),
      size: new AnswerSize(),
      authorize: (scope) => {
        if (scope !== 'read') refuseKey(req);
        return parts.authorize(req, res, scope);
      },
      maySeeObserved: once(() => parts.maySeeObserved(req, res)),
      requestId: parts.requestIdOf(res),
      markCacheable: (isCacheable) => parts.markCacheable(res, isCacheable),
      chargeCost: (cost) => parts.chargeCost(res, cost),
      onLookups: (reports) => parts.onLookups(res, reports),
    };
  };
  const findQuery: FindQuery = (request) => {
    const execute = queries.find(request);
    return execute && ((around) => answerQuery(execute, parts, around));
  };
  return { handle: expressMiddleware(server, { context }), findQuery };
}

function readSchema(): DocumentNode {
  const text = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
  // The locations of 24,000 tokens would stay in memory.
  return parse(text, { noLocation: true });
}

/** Returns a function that computes a value at its first call. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

/**
 * Refuses a mutation with `Idempotency-Key`: a document can have several writes, and its response cannot be rebuilt from the audit
 * log. A client that sends the header field would mistake a second entry for the first one.
 */
function refuseKey(request: Request): void {
  if (request.get('Idempotency-Key') === undefined) return;
  const detail =
    'Cannot write with Idempotency-Key over GraphQL: expected a request without it, or a POST of the REST API';
  throw new RegistryError('invalid_argument', detail);
}

function answerQuery(
  execute: ExecuteQuery,
  { registry, own }: GraphqlParts,
  around: QueryParts,
): QueryAnswer | Promise<QueryAnswer> {
  let isCacheable = true;
  const context: Context = {
    ...around,
    registry,
    own,
    size: new AnswerSize(),
    markCacheable: (mark) => {
      isCacheable &&= mark;
    },
    // Everything below is for mutations and for queries that graphql-js executes.
    authorize: () => {
      throw new RegistryError('unauthorized', 'Cannot authorize a query');
    },
    maySeeObserved: () => false,
    requestId: '',
    chargeCost: async () => null,
  };
  // The same JSON as Apollo's.
  const toAnswer = (data: ByteText): QueryAnswer => ({ body: `{"data":${data}}\n` as ByteText, isCacheable });
  const data = execute(context);
  return isPromise(data) ? data.then(toAnswer) : toAnswer(data);
}

/** Adds validated documents to the compiled queries. */
function keepQueries(queries: CompiledQueries): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, schema, document }) => queries.add(source, schema, document),
    }),
  };
}

/** Marks the responses to queries without errors. */
function cacheQueries(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ operation, response: { body }, contextValue }) => {
        const isWhole = body.kind === 'single' && body.singleResult.errors === undefined;
        if (operation?.operation === 'query' && isWhole) contextValue.markCacheable(true);
      },
    }),
  };
}

/** Reports the result of a mutation: its first error, or `done`. */
function reportWrites(onWrite: GraphqlParts['onWrite']): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ operation, errors = [] }) => {
        if (operation?.operation !== 'mutation') return;
        const [error] = errors;
        const cause = error?.originalError;
        if (error === undefined) onWrite('done');
        else if (cause instanceof RegistryError) onWrite(cause.code);
        else onWrite(cause === undefined || cause instanceof GraphQLError ? 'invalid_argument' : 'internal');
      },
    }),
  };
}

/** Logs errors of resolvers that clients see masked. */
function logInternalErrors(onInternalError: GraphqlParts['onInternalError']): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue }) => {
        for (const { originalError } of errors) {
          if (
            originalError instanceof Error &&
            !(originalError instanceof GraphQLError) &&
            !isForClient(originalError)
          ) {
            onInternalError(originalError, contextValue.requestId);
          }
        }
      },
    }),
  };
}
