import { readFileSync } from 'node:fs';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError } from 'graphql';
import type { Author, Scope } from '../registry/own/token.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { PortReport } from '../registry/report/port-report.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import { type ErrorCode, RegistryError } from '../registry/values/registry-error.ts';
import { CompiledQueries, type ExecuteQuery } from './compiled-queries.ts';
import type { Context } from './context.ts';
import { formatError, isForClient } from './format-error.ts';
import { okForPlainJson } from './legacy-status.ts';
import { LIMIT_RULES, LIMITS, limitCost } from './limits.ts';
import type { FindQuery, QueryAnswer, QueryParts } from './query-request.ts';
import { resolvers } from './resolvers.ts';
import type { Work } from './turns.ts';

/**
 * How much of parsed documents is kept, in bytes of their JSON; in memory it is some five times as much. Front ends ask
 * with a few documents again and again, which is half as fast without. Apollo's own 30 MiB only let a client that sends
 * ever new ones take 120 MB, and several times that in what V8 then holds back.
 */
const LARGEST_DOCUMENT_STORE = 1024 * 1024;

/** What the handler needs from around it. */
export interface GraphqlParts {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  /** Returns the work of a request, in steps with turns for others. */
  readonly workOf: (response: Response) => Work;
  /** Tells who asks, or throws `unauthorized` or `forbidden`. */
  readonly authorize: (request: Request, response: Response, scope: Scope) => Author;
  /** Whether clients may ask for the schema, and are told names that they perhaps meant. */
  readonly introspection: boolean;
  /** Gives the id of a request. */
  readonly requestIdOf: (response: Response) => string;
  /** Marks whether a response may be cached: it depends on the registry and the request alone. False stays. */
  readonly markCacheable: (response: Response, isCacheable: boolean) => void;
  /** As `Context.chargeCost`. */
  readonly chargeCost: (response: Response, cost: number) => Promise<string | null>;
  /** Is told of the ports that are looked up for an answer. */
  readonly onLookups: (response: Response, reports: readonly PortReport[]) => void;
  /** Is told what became of every request to write: done, or why not. */
  readonly onWrite: (result: 'done' | ErrorCode) => void;
  /** Is told of every error that is not the client's fault. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/** Answers GraphQL requests. */
export interface GraphqlHandler {
  /** Answers every request of Express. It expects `request.body` to be parsed JSON or undefined. */
  readonly handle: RequestHandler;
  /** Finds a query that was handled before. */
  readonly findQuery: FindQuery;
}

/**
 * Makes the handler of `/graphql`.
 *
 * @param parts - The registry, and what the handler needs from around it.
 */
export async function createGraphqlHandler(parts: GraphqlParts): Promise<GraphqlHandler> {
  const queries = new CompiledQueries();
  const server = new ApolloServer<Context>({
    typeDefs: readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8'),
    resolvers,
    introspection: parts.introspection,
    hideSchemaDetailsFromClientErrors: !parts.introspection,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: LIMIT_RULES,
    // There are no cookies or other rights that a foreign page could borrow, so this check would only refuse plain GETs.
    csrfPrevention: false,
    persistedQueries: false,
    documentStore: new InMemoryLRUCache({ maxSize: LARGEST_DOCUMENT_STORE }),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // The schema says nothing of how long answers hold, and to look for it at every field costs a tenth of the time.
      ApolloServerPluginCacheControlDisabled(),
      limitCost(),
      okForPlainJson(),
      logInternalErrors(parts.onInternalError),
      keepQueries(queries),
      cacheQueries(),
      tellOfWrites(parts.onWrite),
    ],
    formatError,
  });
  await server.start();
  const context = async ({ req, res }: { req: Request; res: Response }): Promise<Context> => {
    return {
      registry: parts.registry,
      own: parts.own,
      work: parts.workOf(res),
      size: new AnswerSize(),
      authorize: (scope) => parts.authorize(req, res, scope),
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

async function answerQuery(
  execute: ExecuteQuery,
  { registry, own }: GraphqlParts,
  around: QueryParts,
): Promise<QueryAnswer> {
  let isCacheable = true;
  const context: Context = {
    ...around,
    registry,
    own,
    size: new AnswerSize(),
    markCacheable: (mark) => {
      isCacheable &&= mark;
    },
    // What follows is for mutations, and for what graphql-js executes.
    authorize: () => {
      throw new RegistryError('unauthorized', 'Cannot authorize a query');
    },
    requestId: '',
    chargeCost: async () => null,
  };
  const data = await execute(context);
  // As Apollo writes it.
  return { body: `${JSON.stringify({ data })}\n`, isCacheable };
}

/** Keeps what was validated, so that it is compiled when it comes again. */
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

/** A request writes as a whole or not at all, as far as its first error tells. */
function tellOfWrites(onWrite: GraphqlParts['onWrite']): ApolloServerPlugin<Context> {
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

/** Errors of resolvers that are masked for the client are told to the log, with the request's id. */
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
