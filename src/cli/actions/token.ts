import { randomBytes } from 'node:crypto';
import { COMMAND_LINE, isValid, type Scope, type StoredToken } from '../../registry/own/token.ts';
import { createToken, revokeToken, rotateToken, storedTokens } from '../../sqlite/tables/tokens.ts';
import { alignColumns } from '../../text/columns.ts';
import { type FormFlags, printRows } from '../terminal/formats.ts';
import { withAnyDatabase } from './prepare.ts';
import { sha256 } from './sha256.ts';
import { type WriteSource, writeTo } from './write-source.ts';

/** The prefix of a token, by which people and secret scanners recognize it. */
const PREFIX = 'portolan_';

/** Random bytes of a token: 43 characters in base64url. */
const BYTES = 32;

/** The properties of a new token. */
export interface TokenProperties {
  /** The name of its bearer. */
  readonly name: string;
  readonly scope: Scope;
  /** The owners and the names of pools to which it is bound; empty for all. */
  readonly owners: readonly string[];
  readonly pools: readonly string[];
  /** The hosts to which it is bound; empty for all. */
  readonly hosts: readonly string[];
  /** The time at which it expires; null for never. */
  readonly expiresAt: string | null;
}

/**
 * Creates a token, and prints it as the only line of standard output.
 *
 * @param source - The settings of the database.
 * @param properties - Its properties.
 * @throws {RegistryError} As `createToken`.
 */
export async function create(source: WriteSource, properties: TokenProperties): Promise<void> {
  const secret = newSecret();
  const stored = { ...properties, createdAt: new Date().toISOString(), revokedAt: null, sha256: hashOf(secret) };
  await writeTo(source, ({ db }) => createToken(db, stored, COMMAND_LINE));
  console.log(secret);
}

/**
 * Gives a token a new secret, and prints it as the only line of standard output. The old secret becomes invalid immediately.
 *
 * @param source - The settings of the database.
 * @param name - Its name.
 * @throws {RegistryError} As `rotateToken`.
 */
export async function rotate(source: WriteSource, name: string): Promise<void> {
  const secret = newSecret();
  const secretHash = hashOf(secret);
  await writeTo(source, ({ db }) => rotateToken(db, name, secretHash, COMMAND_LINE));
  console.log(secret);
}

/**
 * Prints all tokens: name, scope, validity, last use and binding. JSON and CSV have all their properties.
 *
 * @param database - Path of the SQLite file.
 * @param flags - The output format.
 */
export async function list(database: string, flags: FormFlags): Promise<void> {
  const now = new Date().toISOString();
  const tokens = await withAnyDatabase(database, async (db) => storedTokens(db));
  if (tokens.length === 0) console.error('There is no token: create one with portolan token create');
  const rows = tokens.map(({ sha256: _, ...token }) => ({ ...token, valid: isValid(token, now) }));
  await printRows(flags, rows, (shown) => alignColumns(shown.map(cellsOf)));
}

/**
 * Revokes a token.
 *
 * @param source - The settings of the database.
 * @param name - Its name.
 * @throws {RegistryError} `not_found`
 */
export async function revoke(source: WriteSource, name: string): Promise<void> {
  const { revokedAt } = await writeTo(source, ({ db }) => revokeToken(db, name, COMMAND_LINE));
  console.log(`Revoked ${name}: not valid since ${revokedAt}`);
}

function newSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64url');
}

function hashOf(secret: string): string {
  return sha256(Buffer.from(secret));
}

type Listed = Omit<StoredToken, 'sha256'> & { readonly valid: boolean };

function cellsOf(token: Listed): string[] {
  const { name, scope, owners, pools, hosts, lastUsedAt } = token;
  const bound = [
    ...owners.map((owner) => `owner ${owner}`),
    ...pools.map((pool) => `pool ${pool}`),
    ...hosts.map((host) => `host ${host}`),
  ];
  // To the hour: `2026-11-24T08Z`.
  const use = lastUsedAt === null ? 'never used' : `used ${lastUsedAt.slice(0, 13)}Z`;
  return [name, scope, stateOf(token), use, bound.join(', ')];
}

function stateOf(token: Listed): string {
  if (token.revokedAt !== null) return `revoked ${dayOf(token.revokedAt)}`;
  if (!token.valid) return `expired ${minuteOf(token.expiresAt ?? '')}`;
  return token.expiresAt === null ? 'valid' : `valid until ${minuteOf(token.expiresAt)}`;
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}

function minuteOf(time: string): string {
  return `${time.slice(0, 16)}Z`;
}
