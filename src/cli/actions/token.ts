import { randomBytes } from 'node:crypto';
import { COMMAND_LINE, isValid, type Scope, type Token } from '../../registry/own/token.ts';
import { createToken, revokeToken, storedTokens } from '../../sqlite/tables/tokens.ts';
import { alignColumns } from '../../text/columns.ts';
import { type FormFlags, printRows } from '../terminal/formats.ts';
import { withDatabase } from './prepare.ts';
import { sha256 } from './sha256.ts';

/** The prefix of a token, by which people and secret scanners recognize it. */
const PREFIX = 'portolan_';

/** Random bytes of a token: 43 characters in base64url. */
const BYTES = 32;

/**
 * Creates a token, and prints it as the only line of standard output.
 *
 * @param database - Path of the SQLite file.
 * @param name - The name of its bearer.
 * @param scope - The scope.
 * @param expiresAt - The time at which it expires; null for never.
 * @throws {RegistryError} `conflict` when the name is in use.
 */
export async function create(database: string, name: string, scope: Scope, expiresAt: string | null): Promise<void> {
  const token = PREFIX + randomBytes(BYTES).toString('base64url');
  const createdAt = new Date().toISOString();
  const stored = { name, scope, createdAt, expiresAt, revokedAt: null, sha256: sha256(Buffer.from(token)) };
  await withDatabase(database, async (db) => createToken(db, stored, COMMAND_LINE));
  console.log(token);
}

/**
 * Prints all tokens: name, scope, creation time and validity.
 *
 * @param database - Path of the SQLite file.
 * @param flags - The output format.
 */
export async function list(database: string, flags: FormFlags): Promise<void> {
  const now = new Date().toISOString();
  const tokens = await withDatabase(database, async (db) => storedTokens(db));
  if (tokens.length === 0) console.error('There is no token: make one with portolan token create');
  const rows = tokens.map((token) => {
    const { name, scope, createdAt, expiresAt, revokedAt } = token;
    return { name, scope, createdAt, expiresAt, revokedAt, valid: isValid(token, now) };
  });
  await printRows(flags, rows, (shown) =>
    alignColumns(shown.map((row) => [row.name, row.scope, `created ${dayOf(row.createdAt)}`, stateOf(row)])),
  );
}

/**
 * Revokes a token.
 *
 * @param database - Path of the SQLite file.
 * @param name - Its name.
 * @throws {RegistryError} `not_found`
 */
export async function revoke(database: string, name: string): Promise<void> {
  const { revokedAt } = await withDatabase(database, async (db) => revokeToken(db, name, COMMAND_LINE));
  console.log(`Revoked ${name}: not valid since ${revokedAt}`);
}

function stateOf(token: Omit<Token, 'sha256'> & { readonly valid: boolean }): string {
  if (token.revokedAt !== null) return `revoked ${dayOf(token.revokedAt)}`;
  if (!token.valid) return `expired ${token.expiresAt}`;
  return token.expiresAt === null ? 'valid' : `valid until ${token.expiresAt}`;
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}
