import { randomBytes } from 'node:crypto';
import { type Author, checkBinding, checkTokenName, type StoredToken, type Token } from '../../registry/own/token.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, makeDurable } from '../file/database.ts';
import { audit } from './audit-log.ts';

/** A token that has no id yet. */
export type NewToken = Omit<StoredToken, 'id' | 'rotatedAt' | 'lastUsedAt'>;

interface TokenRow extends Omit<StoredToken, 'owners' | 'pools' | 'hosts'> {
  readonly owners: string;
  readonly pools: string;
  readonly hosts: string;
}

const SELECT = `SELECT id, name, scope, owners, pools, hosts, created_at AS createdAt, rotated_at AS rotatedAt, expires_at AS expiresAt,
  revoked_at AS revokedAt, last_used_at AS lastUsedAt, sha256 FROM token`;

/**
 * Lists all tokens by name and time of creation, including expired and revoked ones.
 *
 * @param db - Any connection.
 */
export function storedTokens(db: Connection): StoredToken[] {
  return db.prepare<[], TokenRow>(`${SELECT} ORDER BY name, created_at, id`).all().map(fromRow);
}

/**
 * Stores a new token.
 *
 * @param db - A connection for writing, migrated.
 * @param token - The token.
 * @param by - The author.
 * @throws {RegistryError} `conflict` when another token has the name and is not revoked; `not_found` when it is bound to a
 *   pool that does not exist.
 */
export function createToken(db: Connection, token: NewToken, by: Author): void {
  checkTokenName(token.name);
  checkBinding(token);
  write(db, () => {
    if (findToken(db, token.name)?.revokedAt === null) {
      const detail = `Cannot create token ${quoteInput(token.name)}: a token with this name is not revoked`;
      throw new RegistryError('conflict', detail, { parameter: 'name' });
    }
    for (const pool of token.pools) checkPoolExists(db, pool);
    const { name, sha256, scope, owners, pools, hosts, createdAt, expiresAt, revokedAt } = token;
    const id = `token-${randomBytes(6).toString('hex')}`;
    db.prepare(
      `INSERT INTO token (id, name, sha256, scope, owners, pools, hosts, created_at, expires_at, revoked_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      id,
      name,
      sha256,
      scope,
      ...[owners, pools, hosts].map((names) => JSON.stringify(names)),
      createdAt,
      expiresAt,
      revokedAt,
    );
    const after = { id, name, scope, owners, pools, hosts, createdAt, rotatedAt: null, expiresAt, revokedAt };
    audit(db, { kind: 'token', key: name, before: null, after }, by);
  });
}

/**
 * Revokes a token. Does nothing if the token is already revoked.
 *
 * @param db - A connection for writing, migrated.
 * @param name - Its name.
 * @param by - The author.
 * @returns The revoked token.
 * @throws {RegistryError} `not_found`
 */
export function revokeToken(db: Connection, name: string, by: Author): Token {
  return write(db, () => {
    const before = requireToken(db, name);
    if (before.revokedAt !== null) return before;
    return change(db, before, { revokedAt: new Date().toISOString() }, before.sha256, by);
  });
}

/**
 * Gives a token a new secret. The old one is not valid from then on. All other properties stay.
 *
 * @param db - A connection for writing, migrated.
 * @param name - Its name.
 * @param sha256 - SHA-256 of the new secret, in hexadecimal.
 * @param by - The author.
 * @throws {RegistryError} `not_found`; `conflict` for a token that is revoked or has expired.
 */
export function rotateToken(db: Connection, name: string, sha256: string, by: Author): Token {
  return write(db, () => {
    const before = requireToken(db, name);
    const now = new Date().toISOString();
    const hasExpired = before.expiresAt !== null && before.expiresAt <= now;
    if (before.revokedAt !== null || hasExpired) {
      const reason = before.revokedAt === null ? `has expired at ${before.expiresAt}` : 'is revoked';
      throw new RegistryError('conflict', `Cannot rotate token ${quoteInput(name)}: it ${reason}; create a new one`);
    }
    return change(db, before, { rotatedAt: now }, sha256, by);
  });
}

/**
 * Stores the hour in which a token was last used, without a row in the audit log.
 *
 * @param db - A connection for writing, in a transaction.
 * @param id - The id of the token.
 * @param hour - The start of the hour, ISO 8601 in UTC with milliseconds.
 */
export function storeLastUse(db: Connection, id: string, hour: string): void {
  db.prepare('UPDATE token SET last_used_at = ? WHERE id = ? AND last_used_at IS NOT ?').run(hour, id, hour);
}

function write<T>(db: Connection, run: () => T): T {
  // A part of another transaction is as durable as that one; SQLite refuses the pragma there.
  if (!db.inTransaction) makeDurable(db);
  return db.transaction(run).immediate();
}

function change(db: Connection, stored: StoredToken, fields: Partial<Token>, sha256: string, by: Author): Token {
  const before = publicFields(stored);
  const after = { ...before, ...fields };
  const values = [sha256, after.rotatedAt, after.revokedAt, stored.id];
  db.prepare('UPDATE token SET sha256 = ?, rotated_at = ?, revoked_at = ? WHERE id = ?').run(...values);
  audit(db, { kind: 'token', key: stored.name, before, after }, by);
  return after;
}

/** Finds the token with a name that is not revoked, or else the last one that was. */
function findToken(db: Connection, name: string): StoredToken | undefined {
  const order = 'ORDER BY revoked_at IS NULL DESC, revoked_at DESC LIMIT 1';
  const row = db.prepare<[string], TokenRow>(`${SELECT} WHERE name = ? ${order}`).get(name);
  return row === undefined ? undefined : fromRow(row);
}

function requireToken(db: Connection, name: string): StoredToken {
  const found = findToken(db, name);
  if (found === undefined) throw new RegistryError('not_found', `Cannot find token ${quoteInput(name)}: no such name`);
  return found;
}

function checkPoolExists(db: Connection, name: string): void {
  const found = db.prepare('SELECT 1 FROM pool WHERE name = ?').get(name);
  if (found === undefined) throw new RegistryError('not_found', `Cannot find pool ${quoteInput(name)}: no such pool`);
}

function fromRow({ owners, pools, hosts, ...row }: TokenRow): StoredToken {
  return { ...row, owners: JSON.parse(owners), pools: JSON.parse(pools), hosts: JSON.parse(hosts) };
}

/** Returns a token as the audit log has it: without the hash of its secret and its last use. */
function publicFields({ sha256: _, lastUsedAt: _used, ...token }: StoredToken): Token {
  const { id, name, scope, owners, pools, hosts, ...times } = token;
  return { id, name, scope, owners, pools, hosts, ...times };
}
