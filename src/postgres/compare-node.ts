import type { Connection } from '../sqlite/file/database.ts';
import { positionOf } from '../sqlite/replay/decide.ts';
import { checkHead, checkRegister } from './log/head-fault.ts';
import { SharedLog } from './log/shared-log.ts';

/** The positions of a node and of its register. */
export interface ComparedPositions {
  readonly node: number;
  readonly register: number;
}

/**
 * Compares the file of a node with the shared log, without a change of either.
 *
 * @param url - The address of PostgreSQL.
 * @param db - Any connection to the file.
 * @throws {RegistryError} `unavailable` or `invalid_argument`, with the reason: PostgreSQL cannot be used, or the log is not that of
 *   this node.
 */
export async function compareNode(url: string, db: Connection): Promise<ComparedPositions> {
  const log = await SharedLog.open(url);
  try {
    // Read before the head: a server of this node may write in the meantime.
    const position = positionOf(db);
    const head = await log.head();
    checkRegister(db, head);
    await checkHead(log, head, position);
    return { node: position.id, register: head.position.id };
  } finally {
    log.connection.close();
  }
}
