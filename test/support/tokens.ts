import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import type { WriteSource } from '../../src/cli/actions/write-source.ts';
import { COMMAND_LINE, type Scope, type StoredToken } from '../../src/registry/own/token.ts';
import { openForOwnWrites } from '../../src/sqlite/file/database.ts';
import { createToken } from '../../src/sqlite/tables/tokens.ts';
import { sourceOf } from './write-source.ts';

const CREATE_TOKEN = fileURLToPath(new URL('create-token.ts', import.meta.url));

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
 * @param place - The SQLite file, or its settings.
 * @param scope - The scope, which is also the default name.
 * @param more - Fields to override, such as the name.
 */
export function bearer(place: string | WriteSource, scope: Scope, more: Partial<StoredToken> = {}): string {
  const token = tokenNamed(more.name ?? scope);
  const { database, shared } = typeof place === 'string' ? sourceOf(place) : place;
  const none = { owners: [], pools: [], hosts: [], expiresAt: null, revokedAt: null };
  const stored = { name: scope, scope, createdAt: '2026-11-24T00:00:00.000Z', ...none };
  const created = { ...stored, sha256: sha256(Buffer.from(token)), ...more };
  if (shared !== '') {
    execFileSync(process.execPath, [CREATE_TOKEN, JSON.stringify(place), JSON.stringify(created)]);
    return `Bearer ${token}`;
  }
  const db = openForOwnWrites(database);
  try {
    createToken(db, created, COMMAND_LINE);
  } finally {
    db.close();
  }
  return `Bearer ${token}`;
}
