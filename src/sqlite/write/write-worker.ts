import { statSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { type ErrorDetails, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, openForOwnWrites, toRegistryError } from '../file/database.ts';
import { checkSchema } from '../file/migrate.ts';
import { OwnWrites, type OwnWriting } from './own-writes.ts';

/** The data that the thread is started with. */
export interface WriterData {
  /** The SQLite file. */
  readonly path: string;
  /** The configured ephemeral ranges. */
  readonly ownRanges: readonly EphemeralRange[];
  /** The number of days in which a released port is not given again. */
  readonly quarantineDays: number;
}

/** A write for the thread. */
export interface WriteJob {
  /** Identifies the job in its outcome. */
  readonly number: number;
  readonly method: keyof OwnWriting;
  readonly values: readonly unknown[];
}

/** The outcome of a write. The structured clone between threads loses the class of an error. */
export type WriteOutcome = { readonly number: number } & (
  | { readonly value: unknown }
  | { readonly refusal: ErrorDetails & Pick<RegistryError, 'code' | 'message'> }
  | { readonly failure: unknown }
);

interface Open {
  readonly db: Connection;
  readonly writes: OwnWrites;
  /** Detects a replaced file: a write to the old file would be lost. */
  readonly inode: number;
}

let open: Open | undefined;

function connect({ path, ownRanges, quarantineDays }: WriterData): Open {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
  if (open !== undefined && open.inode !== inode) close();
  if (open === undefined) {
    const db = openForOwnWrites(path);
    open = { db, writes: new OwnWrites(db, ownRanges, quarantineDays), inode };
  }
  checkSchema(open.db);
  return open;
}

function close(): void {
  open?.db.close();
  open = undefined;
}

function run({ number, method, values }: WriteJob): WriteOutcome {
  try {
    const write = connect(workerData).writes[method] as (...values: unknown[]) => unknown;
    return { number, value: write.apply(open?.writes, [...values]) };
  } catch (error) {
    const translated = toRegistryError(error);
    if (!(translated instanceof RegistryError)) return { number, failure: error };
    // The next write opens the file again: it may have been repaired or replaced.
    if (translated.code === 'unavailable') close();
    const { code, message, parameter, suggestions, errors, holders, cause } = translated;
    const details = Object.entries({ parameter, suggestions, errors, holders, cause }).filter(
      ([, value]) => value !== undefined,
    );
    return { number, refusal: { code, message, ...Object.fromEntries(details) } };
  }
}

/** The pause between two writes in which other processes can take the lock, in milliseconds: a few of their retries. */
const GAP_MS = 2;

/**
 * Lets other processes take the write lock. A busy writer releases the lock only for microseconds, and SQLite retries every
 * 100 ms: a second server would wait until its busy timeout.
 */
function yieldLock(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GAP_MS);
}

/** The size from which the write-ahead log is truncated after a write, in bytes. */
const LARGE_LOG = 4 * 1024 * 1024;

/**
 * Truncates a large write-ahead log; SQLite itself would only overwrite it from the start. The log grows while a snapshot
 * reads an earlier state, and cannot be truncated until that snapshot is closed.
 */
function emptyLog(): void {
  const log = statSync(`${workerData.path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size < LARGE_LOG) return;
  try {
    open?.db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // The write itself succeeded. If the file has become unwritable, the next write fails.
  }
}

/** Runs the received jobs one after another; null ends the thread. */
function listen(port: MessagePort): void {
  port.on('message', (job: WriteJob | null) => {
    if (job !== null) {
      port.postMessage(run(job));
      emptyLog();
      yieldLock();
    } else {
      close();
      port.close();
    }
  });
}

if (parentPort !== null) listen(parentPort);
