import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { type ErrorCode, RegistryError } from '../registry/values/registry-error.ts';
import { LIMITS } from './limits.ts';

/** How the domain's errors are called in GraphQL, in `extensions.code`. */
const CODE_OF: Record<ErrorCode, string> = {
  invalid_argument: 'BAD_USER_INPUT',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  stale: 'STALE',
  too_large: 'TOO_LARGE',
  unauthorized: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  unavailable: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
};

/** What the libraries say of their own settings and budgets, in words that help a client. */
const REWORDED = [
  [/^Syntax Error: Document contains more that \d+ tokens/, `Tokens limit of ${LIMITS.tokens} exceeded.`],
  [
    /^GraphQL introspection is not allowed by Apollo Server/,
    'Cannot show the schema: introspection is off on this server',
  ],
  // graphql-js' own bound on documents that repeat a field over and over.
  [
    /^Validation aborted\.$/,
    'Cannot check the document: comparing its fields takes more than the limit of 500000 steps',
  ],
] as const;

/** The longest message of the library's own that is sent, in UTF-16 units. */
const LONGEST_MESSAGE = 1_000;

/**
 * Keeps GraphQL's own errors, translates the domain's, and masks anything else.
 *
 * @param formatted - The error as Apollo would send it.
 * @param error - What was thrown.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (isForClient(cause)) {
    const { code, message, errors = [] } = cause;
    // One fault is told by the message.
    const extensions = { code: CODE_OF[code], ...(errors.length > 1 && { errors }) };
    return { ...formatted, message, extensions };
  }
  if (formatted.extensions?.code !== CODE_OF.internal) return reword(formatted);
  return { ...formatted, message: 'Something went wrong inside the server' };
}

/** Tells whether an error of the domain is meant for the client. */
export function isForClient(cause: unknown): cause is RegistryError {
  return cause instanceof RegistryError && cause.code !== 'internal';
}

/** The code is all that `extensions` has, as the contract says; Apollo would add a second one for introspection. */
function reword({ message, extensions, ...place }: GraphQLFormattedError): GraphQLFormattedError {
  const [, words = message] = REWORDED.find(([pattern]) => pattern.test(message)) ?? [];
  // The library quotes values of variables as a whole.
  const short = words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : words;
  return { message: short, ...place, extensions: { code: extensions?.code } };
}
