import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** The scopes of tokens. Each includes those before it: read; write own entries; read the audit and manage pools. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** An access token of a person or a program. */
export interface Token {
  /** The name of its bearer. A name is never used twice. */
  readonly name: string;
  readonly scope: Scope;
  /** The time of its creation. All times are UTC, ISO 8601 with milliseconds. */
  readonly createdAt: string;
  /** The time of its expiry; null for never. */
  readonly expiresAt: string | null;
  /** The time of its revocation; null for a token that is not revoked. */
  readonly revokedAt: string | null;
}

/** A token with its hash. */
export interface StoredToken extends Token {
  /** SHA-256 of the token, in hexadecimal. The token itself is not stored. */
  readonly sha256: string;
}

/** The author of a write, as in the audit. */
export interface Author {
  /** The name of the token, or `COMMAND_LINE`. */
  readonly token: string;
  /** The id of the request; null on the command line. */
  readonly requestId: string | null;
  /** The key of a request that may be sent again; undefined for none. */
  readonly idempotency?: Idempotency | undefined;
}

/** The `Idempotency-Key` of a request. A write with a key that its token has used is refused as `key_used`. */
export interface Idempotency {
  readonly key: string;
  /** The SHA-256 of the route and the body of the request, in hexadecimal. */
  readonly requestHash: string;
}

/** The author of writes on the command line. No token can have this name, as it contains a blank. */
export const COMMAND_LINE: Author = { token: 'command line', requestId: null };

const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Checks the name of a token.
 *
 * @param name - Any text.
 * @returns The same name.
 * @throws {RegistryError} `invalid_argument` unless it is 1 to 64 letters, digits, dots, hyphens and underscores, with
 *   a letter or digit first.
 */
export function checkTokenName(name: string): string {
  if (TOKEN_NAME.test(name)) return name;
  const expected = 'expected 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first';
  throw new RegistryError('invalid_argument', `Cannot name a token ${quoteInput(name)}: ${expected}`, {
    parameter: 'name',
  });
}

/**
 * Returns whether a token is neither expired nor revoked.
 *
 * @param token - The token.
 * @param now - The current time, ISO 8601 in UTC with milliseconds.
 */
export function isValid({ expiresAt, revokedAt }: Token, now: string): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

/**
 * Checks that a token has a scope.
 *
 * @param token - The token.
 * @param needed - The required scope.
 * @throws {RegistryError} `forbidden`
 */
export function checkScope({ name, scope }: Token, needed: Scope): void {
  if (SCOPES.indexOf(scope) >= SCOPES.indexOf(needed)) return;
  throw new RegistryError('forbidden', `The token ${quoteInput(name)} has the scope ${scope}: expected ${needed}`);
}
