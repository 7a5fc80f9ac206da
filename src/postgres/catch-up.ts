import { RegistryError } from '../registry/values/registry-error.ts';
import { type Connection, retryWhileBusy } from '../sqlite/file/database.ts';
import { type LogRow, type Position, positionOf } from '../sqlite/replay/decide.ts';
import { lastUpdate, storeAttempt } from '../sqlite/tables/update-attempts.ts';
import { LARGEST_PACKED, replayList } from './list-replay.ts';
import { BATCH_ROWS, readEvents } from './log/event.ts';
import { checkHead } from './log/head-fault.ts';
import type { Head } from './log/log-head.ts';
import type { SharedLog } from './log/shared-log.ts';
import { parseAttempt } from './log/update-state.ts';
import type { NodeFile } from './node-file.ts';

/**
 * Applies all rows that a node lacks.
 *
 * @param log - The shared log.
 * @param file - The file of the node.
 * @returns The head up to which the node has all rows.
 * @throws {RegistryError} `unavailable` with the reason. If the log does not continue the audit log of the node, its connection is
 *   closed.
 */
export async function catchUp(log: SharedLog, file: NodeFile): Promise<Head> {
  for (;;) {
    const { db, replay } = file.open();
    // Read before the head: another process of this node may write in between.
    const position = positionOf(db);
    const head = await log.head();
    if (position.id >= head.position.id) {
      await checkOrClose(log, head, position);
      applyUpdate(file.open().db, head);
      return head;
    }
    const rows = await readEvents(log, position.id, head.position.id);
    if (rows.length === 0)
      throw new RegistryError('unavailable', 'Cannot apply the shared log: its last rows are missing');
    const list = rows.findIndex(({ kind }) => kind === 'list');
    const first = rows[0] as LogRow;
    if (list === 0) await replayList(db, replay, first, await log.file(first.id, LARGEST_PACKED));
    else replay.apply(list < 0 ? rows : rows.slice(0, list));
  }
}

/**
 * Applies new rows while the head is locked.
 *
 * @param log - The shared log.
 * @param file - The file of the node.
 * @param head - The locked head.
 * @returns False for many rows, long ones or a list, which take too long for that: nothing is applied.
 * @throws {RegistryError} `unavailable` with the reason.
 */
export async function applyFewRows(log: SharedLog, file: NodeFile, head: Head): Promise<boolean> {
  const { db, replay } = file.open();
  const position = positionOf(db);
  if (head.position.id - position.id >= BATCH_ROWS) return false;
  if (position.id < head.position.id) {
    const rows = await log.rowsAfter(position.id, BATCH_ROWS);
    const isPart = (rows.at(-1)?.id ?? head.position.id) < head.position.id;
    if (isPart || rows.some(({ kind }) => kind === 'list')) return false;
    replay.apply(rows);
  }
  await checkHead(log, head, positionOf(db));
  return true;
}

/** Closes a connection whose log does not continue the audit log of the node. */
async function checkOrClose(log: SharedLog, head: Head, position: Position): Promise<void> {
  try {
    await checkHead(log, head, position);
  } catch (error) {
    log.connection.close();
    throw error;
  }
}

/**
 * Stores the result of the last update, which another node may have made.
 *
 * @param db - A connection for writing.
 * @param head - The head of the log.
 */
export function applyUpdate(db: Connection, { lastUpdate: text }: Head): void {
  if (text === null || text === JSON.stringify(lastUpdate(db))) return;
  const attempt = parseAttempt(text);
  retryWhileBusy(() => storeAttempt(db, attempt));
}
