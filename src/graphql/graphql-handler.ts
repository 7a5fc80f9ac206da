import { readFileSync } from 'node:fs';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Registry } from '../registry/registry.ts';
import { type ErrorCode, RegistryError } from '../registry/registry-error.ts';
import { type Context, resolvers } from './resolvers.ts';

/** How the domain's errors are called in GraphQL, in `extensions.code`. */
const CODE_OF: Record<ErrorCode, string> = {
  invalid_argument: 'BAD_USER_INPUT',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  unauthorized: 'UNAUTHENTICATED',
  unavailable: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
};

/** What the handler needs from around it. */
export interface GraphqlParts {
  readonly registry: Registry;
  /** Gives the id of a request. */
  readonly requestIdOf: (response: Response) => string;
  /** Is told of every error that is not the client's fault. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/**
 * Makes the handler of `/graphql`. It expects `request.body` to be parsed JSON or undefined.
 *
 * @param parts - The registry, and what the handler needs from around it.
 */
export async function createGraphqlHandler(parts: GraphqlParts): Promise<RequestHandler> {
  const server = new ApolloServer<Context>({
    typeDefs: readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8'),
    resolvers,
    introspection: true,
    // There are no cookies or other rights that a foreign page could borrow, so this check would only refuse plain GETs.
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), logInternalErrors(parts.onInternalError)],
    formatError,
  });
  await server.start();
  const context = async ({ res }: { req: Request; res: Response }): Promise<Context> => ({
    registry: parts.registry,
    requestId: parts.requestIdOf(res),
  });
  return expressMiddleware(server, { context });
}

/** Keeps GraphQL's own errors, translates the domain's, and masks anything else. */
function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (isForClient(cause)) return { ...formatted, message: cause.message, extensions: { code: CODE_OF[cause.code] } };
  if (formatted.extensions?.code !== CODE_OF.internal) return formatted;
  return { ...formatted, message: 'Something went wrong inside the server' };
}

function isForClient(cause: unknown): cause is RegistryError {
  return cause instanceof RegistryError && cause.code !== 'internal';
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
