import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import type { Position } from '../../sqlite/replay/decide.ts';
import { registerOf } from '../../sqlite/tables/shared-node.ts';
import type { Head } from './log-head.ts';
import type { SharedLog } from './shared-log.ts';

/**
 * Checks that the shared log continues the audit log of this node. A server that went back to an older state has lost rows, or has
 * others with the same numbers: a backup was restored, or a standby took over that had not received everything.
 *
 * @param log - The shared log.
 * @param head - Its head.
 * @param position - The last row of this node.
 * @throws {RegistryError} `unavailable`, with the remedy.
 */
export async function checkHead(log: SharedLog, head: Head, position: Position): Promise<void> {
  if (position.id > head.position.id) {
    throw wentBack(`its log ends at position ${head.position.id}, this node is at ${position.id}`);
  }
  if (position.id < head.base.id) {
    const detail = `this node is at position ${position.id}, and the log begins at ${head.base.id}`;
    throw new RegistryError('unavailable', `The shared register cannot be used: ${detail}: run portolan shared rejoin`);
  }
  const known = [head.position, head.base].find(({ id }) => id === position.id);
  const hash = known === undefined ? await log.hashOf(position.id) : known.hash;
  if (hash !== position.hash) throw wentBack(`its row ${position.id} is not the one of this node`);
}

function wentBack(detail: string): RegistryError {
  const message = `PostgreSQL went back to an older state: ${detail}. This node does not write; run portolan shared rejoin`;
  return new RegistryError('unavailable', message);
}

/**
 * Checks that a database is a node of the register.
 *
 * @param db - Any connection.
 * @param head - The head of the log.
 * @throws {RegistryError} `unavailable`, with the remedy.
 */
export function checkRegister(db: Connection, { register }: Head): void {
  const own = registerOf(db);
  if (own === register) return;
  const detail =
    own === null
      ? 'the database is no node of it: run portolan shared join'
      : 'the database is a node of another register: set SHARED to that one, or run portolan shared join';
  throw new RegistryError('unavailable', `The shared register cannot be used: ${detail}`);
}
