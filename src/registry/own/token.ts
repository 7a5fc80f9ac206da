import { parseHostName } from '../observed/host-name.ts';
import { LONGEST_NAME } from '../rows/association.ts';
import { text } from '../values/fields.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** The scopes of tokens: read; write own entries; read the audit log and manage pools; send snapshots of hosts. */
export const SCOPES = ['read', 'write', 'admin', 'observe'] as const;
export type Scope = (typeof SCOPES)[number];

/** The permissions of each scope. The scope `observe` permits nothing else. */
const PERMITTED: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: SCOPES,
  observe: ['observe'],
};

/**
 * Returns whether a scope permits what needs another one.
 *
 * @param scope - The scope of a token or a user.
 * @param needed - The required scope.
 */
export function permits(scope: Scope, needed: Scope): boolean {
  return PERMITTED[scope].includes(needed);
}

/** An access token of a person or a program. */
export interface Token {
  /** Identifies it in the audit log: `token-` and 12 hexadecimal digits. */
  readonly id: string;
  /** The name of its bearer. After a revocation, another token can get the name. */
  readonly name: string;
  readonly scope: Scope;
  /** The owners whose entries it may write; empty for all. */
  readonly owners: readonly string[];
  /** The names of the pools on whose ports it may write entries; empty for all ports. */
  readonly pools: readonly string[];
  /** The hosts of which it may send snapshots; empty for all. */
  readonly hosts: readonly string[];
  /** The time of its creation. All times are UTC, ISO 8601 with milliseconds. */
  readonly createdAt: string;
  /** The time at which it got its current secret; null for the secret of its creation. */
  readonly rotatedAt: string | null;
  /** The time of its expiry; null for never. */
  readonly expiresAt: string | null;
  /** The time of its revocation; null for a token that is not revoked. */
  readonly revokedAt: string | null;
}

/** A token with its hash and its last use. */
export interface StoredToken extends Token {
  /** SHA-256 of the token, in hexadecimal. The token itself is not stored. */
  readonly sha256: string;
  /** The start of the hour of its last use; null for never. */
  readonly lastUsedAt: string | null;
}

/** The author of a write, as in the audit log. */
export interface Author extends Pick<Token, 'owners' | 'pools' | 'hosts'> {
  /** The name of the token, of a user, such as `sso:alice`, or `command line`. */
  readonly token: string;
  /** The id of the token, or the name of the user; null on the command line. */
  readonly tokenId: string | null;
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
export const COMMAND_LINE: Author = {
  token: 'command line',
  tokenId: null,
  owners: [],
  pools: [],
  hosts: [],
  requestId: null,
};

/** The author of writes of `portolan mcp` on a local database. A token of the same name has an id. */
export const LOCAL_ASSISTANT: Author = { ...COMMAND_LINE, token: 'mcp' };

/** The most owners, pools or hosts to which a token can be bound. */
const MOST_BOUND = 20;

const BOUND_NAME = text(LONGEST_NAME);

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
 * Checks that only a token of the scope `write` is bound to owners or pools, and only one of the scope `observe` to hosts: other
 * scopes do nothing there, or more.
 *
 * @param token - The scope and the binding.
 * @throws {RegistryError} `invalid_argument` for another scope, more than `MOST_BOUND` names, or a name that no entry, pool or
 *   host can have.
 */
export function checkBinding({
  scope,
  owners,
  pools,
  hosts,
}: Pick<Token, 'scope' | 'owners' | 'pools' | 'hosts'>): void {
  if (scope !== 'write' && owners.length + pools.length > 0) {
    const message = `Cannot bind a token of the scope ${scope} to owners or pools: expected the scope write`;
    throw new RegistryError('invalid_argument', message, { parameter: 'scope' });
  }
  if (scope !== 'observe' && hosts.length > 0) {
    const message = `Cannot bind a token of the scope ${scope} to hosts: expected the scope observe`;
    throw new RegistryError('invalid_argument', message, { parameter: 'scope' });
  }
  checkHosts(hosts);
  for (const [parameter, names] of Object.entries({ owner: owners, pool: pools })) {
    const faulty = names.length > MOST_BOUND ? names : names.filter((name) => 'expected' in BOUND_NAME(name));
    if (faulty.length === 0) continue;
    const expected = `expected at most ${MOST_BOUND} names of 1 to ${LONGEST_NAME} characters without control or invisible characters`;
    const message = `Cannot bind a token to the ${parameter} ${quoteInput(faulty[0] ?? '')}: ${expected}`;
    throw new RegistryError('invalid_argument', message, { parameter });
  }
}

function checkHosts(hosts: readonly string[]): void {
  const faulty = hosts.length > MOST_BOUND ? hosts[0] : hosts.find((host) => parseHostName(host) !== host);
  if (faulty === undefined) return;
  const message = `Cannot bind a token to the host ${quoteInput(faulty)}: expected at most ${MOST_BOUND} names in lower case`;
  throw new RegistryError('invalid_argument', message, { parameter: 'host' });
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
  if (permits(scope, needed)) return;
  throw new RegistryError('forbidden', `The token ${quoteInput(name)} has the scope ${scope}: expected ${needed}`);
}
