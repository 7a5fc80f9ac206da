import { statSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { type ErrorDetails, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, openForOwnWrites, toRegistryError } from '../file/database.ts';
import { checkSchema } from '../file/migrate.ts';
import { OwnWrites, type OwnWriting } from './own-writes.ts';

/** What the thread works with. */
export interface WriteData {
  /** The SQLite file. */
  readonly path: string;
  /** The team's own ephemeral ranges. */
  readonly ownRanges: readonly EphemeralRange[];
}

/** One write that is asked of the thread. */
export interface WriteQuestion {
  /** Tells which answer belongs to it. */
  readonly number: number;
  readonly method: keyof OwnWriting;
  readonly values: readonly unknown[];
}

/** What became of a write. Errors lose their class on the way between threads. */
export type WriteAnswer = { readonly number: number } & (
  | { readonly value: unknown }
  | { readonly refusal: ErrorDetails & Pick<RegistryError, 'code' | 'message'> }
  | { readonly failure: unknown }
);

interface Open {
  readonly db: Connection;
  readonly writes: OwnWrites;
  /** Tells this file from one put in its place: what is written into a file that was replaced is lost. */
  readonly inode: number;
}

let open: Open | undefined;

function connect({ path, ownRanges }: WriteData): Open {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
  if (open !== undefined && open.inode !== inode) close();
  if (open === undefined) {
    const db = openForOwnWrites(path);
    open = { db, writes: new OwnWrites(db, ownRanges), inode };
  }
  checkSchema(open.db);
  return open;
}

function close(): void {
  open?.db.close();
  open = undefined;
}

function answer({ number, method, values }: WriteQuestion): WriteAnswer {
  try {
    const write = connect(workerData).writes[method] as (...values: unknown[]) => unknown;
    return { number, value: write.apply(open?.writes, [...values]) };
  } catch (error) {
    const translated = toRegistryError(error);
    if (!(translated instanceof RegistryError)) return { number, failure: error };
    // A file that failed is opened anew for the next write: it may have been repaired or replaced.
    if (translated.code === 'unavailable') close();
    const { code, message, parameter, suggestions, errors, cause } = translated;
    const details = Object.entries({ parameter, suggestions, errors, cause }).filter(
      ([, value]) => value !== undefined,
    );
    return { number, refusal: { code, message, ...Object.fromEntries(details) } };
  }
}

/** How long the lock is left to other processes between two writes, in milliseconds: a few tries of theirs. */
const GAP_MS = 2;

/**
 * Lets other processes have a turn. Whoever writes on and on gives the lock back for microseconds, and SQLite tries again
 * every 100 ms: a queue of writes here would keep a second server waiting until its patience ends.
 */
function yieldLock(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GAP_MS);
}

/** A write-ahead log of this size is emptied after a write, in bytes. */
const LARGE_LOG = 4 * 1024 * 1024;

/**
 * Empties a large write-ahead log, which SQLite would only write over from its beginning. It grows while answers are sent
 * that began in an earlier state, and stays as it is while there are any.
 */
function emptyLog(): void {
  const log = statSync(`${workerData.path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size < LARGE_LOG) return;
  try {
    open?.db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // The write is done. A file that cannot be written any more is told of at the next one.
  }
}

/** Answers writes one after another; null ends the thread. */
function listen(port: MessagePort): void {
  port.on('message', (question: WriteQuestion | null) => {
    if (question !== null) {
      port.postMessage(answer(question));
      emptyLog();
      yieldLock();
    } else {
      close();
      port.close();
    }
  });
}

if (parentPort !== null) listen(parentPort);
