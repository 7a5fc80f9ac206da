import type { Request } from 'express';
import { isUserName, USER_SCOPES, type User, type UserScope } from '../../registry/own/user.ts';
import { isFromTrustedProxy } from '../message/own-origin.ts';
import { HttpError } from '../message/problem.ts';

/** How a trusted proxy names signed-in users. */
export interface SignIn {
  /** The header field with the name of the user, in lower case; empty if no proxy names users. */
  readonly userField: string;
  /** The header field with the groups of the user, in lower case; empty for none. */
  readonly groupsField: string;
  /** The scopes of the members of groups. All other users have the scope `read`. */
  readonly scopes: ReadonlyMap<string, UserScope>;
}

/** The separators of groups: a comma, or `|` as Authentik sends. */
const SEPARATOR = /[,|]/;

/** The key of the `SignIn` in the settings of the app. */
export const SIGN_IN = 'sign-in';

/**
 * Finds the user that a trusted proxy names. A token takes precedence: a request with `Authorization` has no user. Only the
 * address of the connection decides whether the proxy is trusted.
 *
 * @param request - The request.
 * @returns Null for none.
 * @throws {HttpError} 400 if the proxy sends a field twice, because one of them may come from the client, or a name that no
 *   user can have.
 */
export function findUser(request: Request): User | null {
  const { userField, groupsField, scopes } = request.app.get(SIGN_IN) as SignIn;
  if (userField === '' || request.get('Authorization') !== undefined || !isFromTrustedProxy(request)) return null;
  const name = readField(request, userField);
  if (name === '') return null;
  if (name === null || !isUserName(name)) {
    const expected = 'expected the name of a user with 1 to 128 printable characters, in UTF-8';
    throw new HttpError(400, `Cannot read the header field ${userField}: ${expected}`);
  }
  const groups = readField(request, groupsField)?.split(SEPARATOR) ?? [];
  const places = groups.map((group) => USER_SCOPES.indexOf(scopes.get(group.trim()) ?? 'read'));
  return { name, scope: USER_SCOPES[Math.max(0, ...places)] ?? 'read' };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns the value of a field; empty for none, null if it is not UTF-8. */
function readField(request: Request, field: string): string | null {
  const values = field === '' ? [] : (request.headersDistinct[field] ?? []);
  if (values.length > 1) {
    throw new HttpError(400, `Cannot read the header field ${field}: expected it once, got it ${values.length} times`);
  }
  try {
    // Node decodes header fields as Latin-1.
    return UTF8.decode(Buffer.from(values[0] ?? '', 'latin1')).trim();
  } catch {
    return null;
  }
}
