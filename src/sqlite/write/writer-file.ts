import { statSync } from 'node:fs';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { type Connection, openForOwnWrites } from '../file/database.ts';
import { checkSchema } from '../file/migrate.ts';
import { OwnWrites } from './own-writes.ts';

/** The data that a thread of writes is started with. */
export interface WriterData {
  /** The SQLite file. */
  readonly path: string;
  /** The configured ephemeral ranges. */
  readonly ownRanges: readonly EphemeralRange[];
  /** The number of days in which a released port is not given again. */
  readonly quarantineDays: number;
}

/** The size from which the write-ahead log is truncated after a write, in bytes. */
const LARGE_LOG = 4 * 1024 * 1024;

/** The connection of a writer and its writes. */
export interface OpenWriter {
  readonly db: Connection;
  readonly writes: OwnWrites;
}

/** A SQLite file that a thread writes to. It is opened at the first write, and again after it was replaced. */
export class WriterFile {
  readonly #data: WriterData;
  /** The inode detects a replaced file: a write to the old file would be lost. */
  #open: (OpenWriter & { readonly inode: number }) | undefined;

  /** @param data - The file and the settings of its writes. */
  constructor(data: WriterData) {
    this.#data = data;
  }

  /**
   * Opens the file if it is not open.
   *
   * @throws {RegistryError} `unavailable`
   */
  open(): OpenWriter {
    const { path, ownRanges, quarantineDays } = this.#data;
    const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.#open !== undefined && this.#open.inode !== inode) this.close();
    if (this.#open === undefined) {
      const db = openForOwnWrites(path);
      this.#open = { db, writes: new OwnWrites(db, ownRanges, quarantineDays), inode };
    }
    checkSchema(this.#open.db);
    return this.#open;
  }

  /** Closes the file. A later write opens it again. */
  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  /**
   * Truncates a large write-ahead log; SQLite itself would only overwrite it from the start. The log grows while a snapshot
   * reads an earlier state, and cannot be truncated until that snapshot is closed.
   */
  emptyLog(): void {
    const log = statSync(`${this.#data.path}-wal`, { throwIfNoEntry: false });
    if (log === undefined || log.size < LARGE_LOG) return;
    try {
      this.#open?.db.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The write itself succeeded. If the file has become unwritable, the next write fails.
    }
  }
}
