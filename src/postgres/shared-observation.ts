import type { ObservationLimits, ObservedSnapshot } from '../registry/observed/observation.ts';
import type { Snapshot } from '../registry/observed/snapshot.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import { toRegistryError } from '../sqlite/file/database.ts';
import {
  type ObservedKey,
  observedKeys,
  packObserved,
  readObserved,
  textOfKey,
} from '../sqlite/replay/observed-rows.ts';
import { unknownOutcome } from '../sqlite/write/write-job.ts';
import { type NewSnapshot, type ObservedHead, ObservedLog, type SharedSnapshot } from './log/observed-log.ts';
import type { SharedLog } from './log/shared-log.ts';
import type { NodeFile } from './node-file.ts';
import { applySnapshot, type ObservedFollower } from './observed-follower.ts';

/** What a node has decided of a snapshot. */
interface Decided {
  readonly value: ObservedSnapshot;
  readonly stored: NewSnapshot;
  /** The hosts that were deleted for it. */
  readonly removed: ReturnType<typeof observedKeys>;
}

/**
 * Stores a snapshot for all nodes: decides it on the file of this node by the rules of one server, rolls that back, and replaces the
 * row of its host and source in PostgreSQL. After the commit, this node applies the row as the others do.
 *
 * @param log - The shared log.
 * @param file - The file of the node.
 * @param follower - Follows the snapshots over the connection of the log.
 * @param snapshot - The snapshot.
 * @param limits - The limits of what is stored.
 * @throws {RegistryError} As `OwnRegistry.observe`; `unavailable` with the reason: nothing is stored, or the error
 *   of an unknown outcome.
 */
export async function observeShared(
  log: SharedLog,
  file: NodeFile,
  follower: ObservedFollower,
  snapshot: Snapshot,
  limits: ObservationLimits,
): Promise<ObservedSnapshot> {
  const observed = new ObservedLog(log.connection);
  // A log of a newer format is refused.
  await log.head();
  let head: ObservedHead;
  let decided: Decided;
  try {
    head = await observed.lock();
    const last = await observed.find(snapshot);
    // Whether there is room for another host depends on all snapshots. A damaged one is reported by the polls.
    if (last === null) await follower.follow().catch(() => {});
    decided = decide(file, snapshot, limits, last);
    await observed.store(head, decided.stored, decided.removed);
  } catch (error) {
    await log.rollback();
    throw error;
  }
  await log.commit().catch((cause: unknown) => {
    log.connection.close();
    // The commit may have been made before the connection failed.
    throw unknownOutcome(cause);
  });
  try {
    applySnapshot(file, { ...decided.stored, seq: head.seq + 1 });
    for (const key of decided.removed) file.open().observed.apply(key, null);
  } catch (cause) {
    // The other nodes have the snapshot.
    throw unknownOutcome(toRegistryError(cause));
  }
  return decided.value;
}

/** Decides a snapshot after the last one of its host and source, which another node may have stored. */
function decide(file: NodeFile, snapshot: Snapshot, limits: ObservationLimits, last: SharedSnapshot | null): Decided {
  const { host, source } = snapshot;
  const key: ObservedKey = { host, source };
  const { db, decider, writes, observed } = file.open();
  return decider.decide(() => {
    if (last === null) observed.apply(key, null);
    else applyIfSound(file, last);
    // Only a new host makes room.
    const before = last === null ? observedKeys(db) : [];
    const value = writes.observe(snapshot, limits);
    const rows = readObserved(db, key);
    if (rows === null) throw new Error('The snapshot was not stored');
    const { at, sha256 } = rows.snapshot as { readonly at: string; readonly sha256: string };
    const kept = new Set(before.length === 0 ? [] : observedKeys(db).map(textOfKey));
    const removed = before.filter((one) => !kept.has(textOfKey(one)));
    return { value, stored: { ...key, at, sha256, rows: packObserved(rows) }, removed };
  }).value;
}

/** Applies a row unless it is damaged: the next snapshot of its host replaces it, and the history is then that of this node. */
function applyIfSound(file: NodeFile, last: SharedSnapshot): void {
  try {
    applySnapshot(file, last);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
  }
}
