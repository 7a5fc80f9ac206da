import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { AccessRecords } from '../../registry/access-records.ts';
import { type Author, checkScope, isValid, type Scope, type StoredToken } from '../../registry/own/token.ts';
import { authorOfUser, checkUserScope } from '../../registry/own/user.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { markCacheable } from '../message/request-context.ts';
import { requestIdOf } from '../message/request-id.ts';
import { findUser, SIGN_IN, type SignIn } from './signed-in-user.ts';
import { recordTokenUse } from './token-use.ts';

/**
 * Returns the author of a request: the bearer of its token, or the signed-in user. Throws `unauthorized` without either, and
 * `forbidden` if the scope is too small; null requires no scope.
 */
export type Authorize = (request: Request, response: Response, scope: Scope | null) => Author;

/** The challenge of `WWW-Authenticate` (RFC 6750, section 3). */
const CHALLENGE = 'Bearer realm="portolan"';

/**
 * Creates the check of tokens and users. A response that needs it is never cached: it depends on the client.
 *
 * @param registry - The registry with the tokens. They are read for each request, so a revoked token is rejected at once.
 * @param own - Stores the last use of tokens.
 */
export function authorizeBy(registry: AccessRecords, own: Pick<OwnRegistry, 'recordTokenUse'>): Authorize {
  const recordUse = recordTokenUse(own);
  return (request, response, scope) => {
    markCacheable(response, false);
    const user = findUser(request);
    if (user !== null) {
      if (scope !== null) checkUserScope(user, scope);
      return authorOfUser(user, requestIdOf(response));
    }
    const token = findToken(registry, request.get('Authorization'));
    if (scope !== null) checkScope(token, scope);
    recordUse(token);
    const { id: tokenId, name, owners, pools, hosts } = token;
    return { token: name, tokenId, owners, pools, hosts, requestId: requestIdOf(response) };
  };
}

function findToken(registry: AccessRecords, authorization: string | undefined): StoredToken {
  if (authorization === undefined) {
    throw new RegistryError('unauthorized', 'A token is needed: expected the header field Authorization: Bearer TOKEN');
  }
  const [, given] = /^Bearer +([\w.~+/=-]{1,256}) *$/i.exec(authorization) ?? [];
  if (given === undefined) {
    throw new RegistryError('unauthorized', 'Cannot read the header field Authorization: expected Bearer TOKEN');
  }
  const hash = createHash('sha256').update(given).digest();
  // Compares with all tokens in constant time, so that the duration does not reveal a partial match.
  const [found] = registry.tokens().filter(({ sha256 }) => timingSafeEqual(hash, Buffer.from(sha256, 'hex')));
  if (found !== undefined && isValid(found, new Date().toISOString())) return found;
  throw new RegistryError('unauthorized', 'The token is not valid: it is unknown, was revoked or has expired');
}

/**
 * Requires a token with a scope; other requests get a challenge (RFC 6750, section 3). Stores the author in
 * `response.locals.author`.
 *
 * @param authorize - The check.
 * @param scope - The required scope; null for any.
 */
export function requireScope(authorize: Authorize, scope: Scope | null): RequestHandler {
  return (request, response, next) => {
    try {
      response.locals.author = authorize(request, response, scope);
    } catch (error) {
      if (error instanceof RegistryError) {
        const wasGiven = request.get('Authorization') !== undefined;
        if (error.code === 'unauthorized')
          response.set('WWW-Authenticate', CHALLENGE + (wasGiven ? ', error="invalid_token"' : ''));
        else if (error.code === 'forbidden')
          response.set('WWW-Authenticate', `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`);
      }
      throw error;
    }
    next();
  };
}

/** The path of the token in use, for tokens of every scope. */
export const TOKEN_PATH = '/token';

/**
 * Requires a valid token to read, and keeps responses out of shared caches. A preflight passes: browsers send no token
 * with it.
 *
 * @param authorize - The check.
 */
export function requireTokenToRead(authorize: Authorize): RequestHandler {
  const checkReader = requireScope(authorize, 'read');
  const checkToken = requireScope(authorize, null);
  return (request, response, next) => {
    markPrivate(response);
    const check = request.path === TOKEN_PATH ? checkToken : checkReader;
    if (request.method === 'OPTIONS') next();
    else check(request, response, next);
  };
}

/** Returns the header fields that name a signed-in user. */
function userFieldsOf({ app }: Response): string[] {
  const { userField, groupsField } = app.get(SIGN_IN) as SignIn;
  return [userField, groupsField].filter((field) => field !== '');
}

/** Returns whether the token or the signed-in user of a request may read what hosts have reported. */
export type MaySeeObserved = (request: Request, response: Response) => boolean;

/**
 * Creates the check of requests that may read what hosts have reported. Other requests get the response without it.
 *
 * @param authorize - The check of tokens.
 */
export function readersOfObserved(authorize: Authorize): MaySeeObserved {
  return (request, response) => {
    if (request.get('Authorization') === undefined && findUser(request) === null) return false;
    try {
      authorize(request, response, 'read');
      return true;
    } catch (error) {
      if (error instanceof RegistryError && ['unauthorized', 'forbidden'].includes(error.code)) return false;
      throw error;
    }
  };
}

/**
 * Keeps a response out of shared caches.
 *
 * @param response - The response, before anything was sent.
 */
export function markPrivate(response: Response): void {
  const writeHead = response.writeHead;
  response.writeHead = ((...values: Parameters<Response['writeHead']>) => {
    const directives = String(response.get('Cache-Control') ?? '');
    if (!/private|no-store/.test(directives)) {
      response.set('Cache-Control', directives === '' ? 'private' : `private, ${directives}`);
    }
    for (const field of ['Authorization', ...userFieldsOf(response)]) response.vary(field);
    return writeHead.apply(response, values);
  }) as Response['writeHead'];
}
