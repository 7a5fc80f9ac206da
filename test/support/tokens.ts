import { sha256 } from '../../src/cli/actions/sha256.ts';
import { COMMAND_LINE, type Scope, type StoredToken } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { createToken } from '../../src/sqlite/tables/tokens.ts';

/**
 * Returns the token that `bearer` creates for a name.
 *
 * @param name - The name.
 */
export function tokenNamed(name: string): string {
  return `portolan_${name.padEnd(43, '-')}`;
}

/**
 * Creates a token as `portolan token create` does, and returns the value of the `Authorization` header with it.
 *
 * @param database - The SQLite file.
 * @param scope - The scope, which is also the default name.
 * @param more - Fields to override, such as the name.
 */
export function bearer(database: string, scope: Scope, more: Partial<StoredToken> = {}): string {
  const token = tokenNamed(more.name ?? scope);
  const db = openForOwnWrites(database);
  try {
    const none = { owners: [], pools: [], expiresAt: null, revokedAt: null };
    const stored = { name: scope, scope, createdAt: '2026-11-24T00:00:00.000Z', ...none };
    createToken(db, { ...stored, sha256: sha256(Buffer.from(token)), ...more }, COMMAND_LINE);
  } finally {
    db.close();
  }
  return `Bearer ${token}`;
}
