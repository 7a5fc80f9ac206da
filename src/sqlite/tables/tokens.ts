import { type Author, checkTokenName, type StoredToken, type Token } from '../../registry/own/token.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, makeDurable } from '../file/database.ts';
import { audit } from './audit-log.ts';

const COLUMNS = 'name, sha256, scope, created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt';

/**
 * Lists all tokens by name, including expired and revoked ones.
 *
 * @param db - Any connection.
 */
export function storedTokens(db: Connection): StoredToken[] {
  return db.prepare<[], StoredToken>(`SELECT ${COLUMNS} FROM token ORDER BY name`).all();
}

/**
 * Stores a new token.
 *
 * @param db - A connection for writing, migrated.
 * @param token - The token.
 * @param by - The author.
 * @throws {RegistryError} `conflict` when a token has the name, even a revoked one.
 */
export function createToken(db: Connection, token: StoredToken, by: Author): void {
  checkTokenName(token.name);
  makeDurable(db);
  db.transaction(() => {
    if (findToken(db, token.name) !== undefined) {
      const detail = `Cannot create token ${quoteInput(token.name)}: the name was given already, and stands in the audit`;
      throw new RegistryError('conflict', detail, { parameter: 'name' });
    }
    const { name, sha256, scope, createdAt, expiresAt, revokedAt } = token;
    db.prepare('INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)').run(name, sha256, scope, createdAt, expiresAt, revokedAt);
    audit(db, { kind: 'token', key: name, before: null, after: withoutHash(token) }, by);
  }).immediate();
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
  makeDurable(db);
  return db
    .transaction(() => {
      const before = findToken(db, name);
      if (before === undefined)
        throw new RegistryError('not_found', `Cannot find token ${quoteInput(name)}: no such name`);
      if (before.revokedAt !== null) return before;
      const after = { ...before, revokedAt: new Date().toISOString() };
      db.prepare('UPDATE token SET revoked_at = ? WHERE name = ?').run(after.revokedAt, name);
      audit(db, { kind: 'token', key: name, before: withoutHash(before), after: withoutHash(after) }, by);
      return after;
    })
    .immediate();
}

function findToken(db: Connection, name: string): StoredToken | undefined {
  return db.prepare<[string], StoredToken>(`SELECT ${COLUMNS} FROM token WHERE name = ?`).get(name);
}

/** Returns a token without the hash of its secret. */
function withoutHash({ sha256: _, ...token }: StoredToken): Token {
  return token;
}
