import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { type ErrorCode, RegistryError } from '../registry/values/registry-error.ts';
import { LIMITS } from './limits.ts';

/** The values of `extensions.code` by the codes of the domain. */
const CODE_OF: Record<ErrorCode, string> = {
  invalid_argument: 'BAD_USER_INPUT',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  stale: 'STALE',
  key_used: 'CONFLICT',
  too_large: 'TOO_LARGE',
  unauthorized: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  unavailable: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
};

/** Messages of libraries about their own limits, with a replacement for clients. */
const REWORDED = [
  [/^Syntax Error: Document contains more that \d+ tokens/, `Tokens limit of ${LIMITS.tokens} exceeded.`],
  [
    /^GraphQL introspection is not allowed by Apollo Server/,
    'Cannot show the schema: introspection is off on this server',
  ],
  // The limit of graphql-js for documents that repeat a field.
  [
    /^Validation aborted\.$/,
    'Cannot check the document: comparing its fields takes more than the limit of 500000 steps',
  ],
] as const;

/** The longest message of a library that is sent, in UTF-16 units. */
const LONGEST_MESSAGE = 1_000;

/**
 * Formats an error: keeps those of GraphQL, translates those of the domain, and masks all others.
 *
 * @param formatted - The error as Apollo would send it.
 * @param error - The thrown error.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (isForClient(cause)) {
    const { code, message, errors = [], holders } = cause;
    // The message already contains a single fault.
    const extensions = { code: CODE_OF[code], ...(errors.length > 1 && { errors }), ...(holders && { holders }) };
    return { ...formatted, message, extensions };
  }
  if (formatted.extensions?.code !== CODE_OF.internal) return reword(formatted);
  return { ...formatted, message: 'Something went wrong inside the server' };
}

/** Returns whether an error of the domain is for the client. */
export function isForClient(cause: unknown): cause is RegistryError {
  return cause instanceof RegistryError && cause.code !== 'internal';
}

/** Returns only the code, as in the contract. Apollo adds a second one for introspection. */
function reword({ message, extensions, ...place }: GraphQLFormattedError): GraphQLFormattedError {
  const [, words = message] = REWORDED.find(([pattern]) => pattern.test(message)) ?? [];
  // The library quotes values of variables in full.
  const short = words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : words;
  return { message: short, ...place, extensions: { code: extensions?.code } };
}
