import { sha256 } from '../../src/cli/actions/bundled.ts';
import { COMMAND_LINE, type Scope, type StoredToken } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { createToken } from '../../src/sqlite/tables/tokens.ts';

/**
 * Gives the token that `bearer` makes under a name.
 *
 * @param name - The name.
 */
export function tokenNamed(name: string): string {
  return `portolan_${name.padEnd(43, '-')}`;
}

/**
 * Makes a token as `portolan token create` does, and gives the value of the header field `Authorization` with it.
 *
 * @param database - The SQLite file.
 * @param scope - What it allows.
 * @param more - What is different about it, such as its name, which is that of the scope else.
 */
export function bearer(database: string, scope: Scope, more: Partial<StoredToken> = {}): string {
  const token = tokenNamed(more.name ?? scope);
  const db = openForOwnWrites(database);
  try {
    const stored = { name: scope, scope, createdAt: '2026-11-24T00:00:00.000Z', expiresAt: null, revokedAt: null };
    createToken(db, { ...stored, sha256: sha256(Buffer.from(token)), ...more }, COMMAND_LINE);
  } finally {
    db.close();
  }
  return `Bearer ${token}`;
}
