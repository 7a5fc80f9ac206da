import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** What a token lets its bearer do, each with all before it: read, write own entries, see the audit and make pools. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A right to use the server, given to a person or a program. */
export interface Token {
  /** Names its bearer; a name is never given twice. */
  readonly name: string;
  readonly scope: Scope;
  /** UTC, ISO 8601 with milliseconds, as all times here. */
  readonly createdAt: string;
  /** From when on it is not valid; null for never. */
  readonly expiresAt: string | null;
  /** When it was taken back; null when it was not. */
  readonly revokedAt: string | null;
}

/** A token with what it is known by. */
export interface StoredToken extends Token {
  /** SHA-256 of the token, in hexadecimal: the token itself is kept nowhere. */
  readonly sha256: string;
}

/** Who writes, as the audit tells it. */
export interface Author {
  /** The name of the token, or `COMMAND_LINE`. */
  readonly token: string;
  /** The id of the request; null on the command line. */
  readonly requestId: string | null;
}

/** Who writes on the command line. No token has this name, for it holds a blank. */
export const COMMAND_LINE: Author = { token: 'command line', requestId: null };

const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Lets the name of a token pass.
 *
 * @param name - What was written.
 * @throws {RegistryError} `invalid_argument` for anything but 1 to 64 letters, digits, dots, hyphens and underscores.
 */
export function checkTokenName(name: string): string {
  if (TOKEN_NAME.test(name)) return name;
  const expected = 'expected 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first';
  throw new RegistryError('invalid_argument', `Cannot name a token ${quoteInput(name)}: ${expected}`, {
    parameter: 'name',
  });
}

/**
 * Returns whether a token can be used.
 *
 * @param token - The token.
 * @param now - The time, ISO 8601 in UTC with milliseconds.
 */
export function isValid({ expiresAt, revokedAt }: Token, now: string): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

/**
 * Checks that a token may be used for something.
 *
 * @param token - The token.
 * @param needed - The scope that is needed.
 * @throws {RegistryError} `forbidden`
 */
export function checkScope({ name, scope }: Token, needed: Scope): void {
  if (SCOPES.indexOf(scope) >= SCOPES.indexOf(needed)) return;
  throw new RegistryError('forbidden', `The token ${quoteInput(name)} has the scope ${scope}: expected ${needed}`);
}
