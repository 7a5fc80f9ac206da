import { Router } from 'express';
import type { AccessRecords } from '../../registry/access-records.ts';
import type { Author } from '../../registry/own/token.ts';
import { auditNameOf } from '../../registry/own/user.ts';
import { parseQuery } from '../../rest/query.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { type Authorize, requireScope, TOKEN_PATH } from '../middleware/authorization.ts';
import { findUser } from '../middleware/signed-in-user.ts';

/**
 * Serves `/token`: the name, the scope, the binding and the expiry of the token that the request was sent with, or the name and
 * the scope of the signed-in user.
 *
 * @param registry - The registry with the tokens.
 * @param authorize - The check of tokens.
 */
export function tokenRouter(registry: AccessRecords, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const check = requireScope(authorize, null);
  router.all(TOKEN_PATH, allowMethods(READ_METHODS), (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    parseQuery(searchOf(request.originalUrl), []);
    check(request, response, next);
  });
  router.all(TOKEN_PATH, (request, response) => {
    const user = findUser(request);
    if (user !== null) {
      const { scope } = user;
      response.json({ name: auditNameOf(user), scope, owners: [], pools: [], hosts: [], expiresAt: null });
      return;
    }
    const { tokenId } = response.locals.author as Author;
    const found = registry.tokens().find(({ id }) => id === tokenId);
    // Nothing of the secret, not even its hash.
    if (found === undefined) response.json(null);
    else {
      const { name, scope, owners, pools, hosts, expiresAt } = found;
      response.json({ name, scope, owners, pools, hosts, expiresAt });
    }
  });
  return router;
}
