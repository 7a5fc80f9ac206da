import { text } from '../values/fields.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { type Author, COMMAND_LINE, checkTokenName, permits, type Scope } from './token.ts';

/** The scopes of users who are signed in at a proxy, each with the permissions of those before it. */
export const USER_SCOPES = ['read', 'write', 'admin'] as const;
export type UserScope = (typeof USER_SCOPES)[number];

/** A user who is signed in at a trusted proxy. */
export interface User {
  /** The name at the proxy. */
  readonly name: string;
  readonly scope: UserScope;
}

/** The longest name of a user, in characters. */
const LONGEST_USER_NAME = 128;

const USER_NAME = text(LONGEST_USER_NAME);

/** The start of the names of users in the audit log. A token has no colon in its name. */
const PREFIX = 'sso:';

/**
 * Returns whether a text can be the name of a user: 1 to 128 printable characters.
 *
 * @param name - Any text.
 */
export function isUserName(name: string): boolean {
  return 'value' in USER_NAME(name);
}

/**
 * Returns the name of a user in the audit log, such as `sso:alice`.
 *
 * @param user - The user.
 */
export function auditNameOf({ name }: Pick<User, 'name'>): string {
  return PREFIX + name;
}

/**
 * Returns a user as the author of writes. The name identifies the user, as the id identifies a token.
 *
 * @param user - The user.
 * @param requestId - The id of the request.
 */
export function authorOfUser(user: User, requestId: string): Author {
  const token = auditNameOf(user);
  return { token, tokenId: token, owners: [], pools: [], hosts: [], requestId };
}

/**
 * Returns whether the author of writes is a user.
 *
 * @param by - The author.
 */
export function isUser({ token }: Author): boolean {
  return token.startsWith(PREFIX);
}

/**
 * Checks that a user has a scope.
 *
 * @param user - The user.
 * @param needed - The required scope.
 * @throws {RegistryError} `forbidden`
 */
export function checkUserScope({ name, scope }: User, needed: Scope): void {
  if (permits(scope, needed)) return;
  throw new RegistryError('forbidden', `The user ${quoteInput(name)} has the scope ${scope}: expected ${needed}`);
}

/**
 * Checks the name of an author of writes.
 *
 * @param name - Any text.
 * @throws {RegistryError} `invalid_argument` unless it is the name of a token, a user or the command line.
 */
export function checkAuthorName(name: string): void {
  if (name === COMMAND_LINE.token) return;
  if (!name.startsWith(PREFIX) || !isUserName(name.slice(PREFIX.length))) checkTokenName(name);
}
