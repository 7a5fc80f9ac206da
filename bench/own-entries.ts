import assert from 'node:assert/strict';
import { ask } from './ask.ts';
import { runProgram } from './child.ts';

/**
 * Creates a token.
 *
 * @param database - The SQLite file.
 * @param scope - Its scope, which is also its name.
 */
export async function createToken(database: string, scope: 'write' | 'observe' = 'write'): Promise<string> {
  const command = [process.execPath, 'bin/portolan.js', 'token', 'create', '--name', scope, '--scope', scope];
  const token = await runProgram({ name: 'portolan token', command, environment: { DATABASE: database } });
  return token.trim();
}

/**
 * Creates an own entry.
 *
 * @param url - The base URL of the server.
 * @param token - A token with the scope `write`.
 * @param firstPort - The port of the entry, 0-65535.
 */
export async function createEntry(url: string, token: string, firstPort: number): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const body = JSON.stringify({ name: 'bench', firstPort });
  const { status } = await ask(url, { method: 'POST', path: '/associations', headers, body });
  assert.equal(status, 201);
}
