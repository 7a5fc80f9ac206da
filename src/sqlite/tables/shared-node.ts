import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';

/**
 * Returns the id of the shared register of which a database is a node; null for a standalone database.
 *
 * @param db - Any connection.
 */
export function registerOf(db: Connection): string | null {
  return db.prepare<[], string>('SELECT register FROM shared_node').pluck().get() ?? null;
}

/**
 * Makes a database a node of a shared register.
 *
 * @param db - A connection for writing.
 * @param register - The id of the register: 32 hexadecimal digits.
 */
export function markNode(db: Connection, register: string): void {
  db.prepare('INSERT OR REPLACE INTO shared_node VALUES (1, ?)').run(register);
}

/**
 * Makes a node a standalone database.
 *
 * @param db - A connection for writing.
 */
export function unmarkNode(db: Connection): void {
  db.exec('DELETE FROM shared_node');
}

/**
 * Refuses a node, for writes that go to the database alone: the next row of the shared log would have the same number.
 *
 * @param db - Any connection.
 * @throws {RegistryError} `unavailable`
 */
export function refuseNode(db: Connection): void {
  if (registerOf(db) === null) return;
  const remedy = 'set SHARED, or run portolan shared leave to make the database standalone';
  throw new RegistryError('unavailable', `The database is a node of a shared register: ${remedy}`);
}
