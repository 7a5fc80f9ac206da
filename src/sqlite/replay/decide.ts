import { SELECT_AUDIT, type StoredAudit } from '../file/audit-chain.ts';
import { type Connection, retryWhileBusy, type Statement } from '../file/database.ts';
import { DryRun } from '../file/dry-run.ts';
import { auditHead } from '../tables/audit-table.ts';

/** A row of the audit log, with the hash of a token that only the table of tokens has. */
export interface LogRow extends StoredAudit {
  /** SHA-256 of the secret after a write of a token, in hexadecimal; null for other writes. The audit log itself never has it. */
  readonly tokenSha256: string | null;
}

/** The last row of an audit log; the position of an empty one is 0. */
export interface Position {
  readonly id: number;
  /** The hash of the row; null for an empty log. */
  readonly hash: string | null;
}

/** The result of a write that was rolled back. */
export interface Decision<T> {
  /** What the write returned. */
  readonly value: T;
  /** The last row before the write. */
  readonly position: Position;
  /** The rows that the write adds to the audit log; empty for a write that changes nothing. */
  readonly rows: readonly LogRow[];
}

/**
 * Returns the position of a database: the last row of its audit log.
 *
 * @param db - Any connection.
 */
export function positionOf(db: Connection): Position {
  return auditHead(db) ?? { id: 0, hash: null };
}

/** Runs writes, reads the rows that they add to the audit log, and rolls them back: the shared log decides which rows are stored. */
export class Decider {
  readonly #db: Connection;
  readonly #rows: Statement<[number], StoredAudit>;
  readonly #hash: Statement<[string], string>;

  /** @param db - A connection for writing. */
  constructor(db: Connection) {
    this.#db = db;
    this.#rows = db.prepare(`SELECT ${SELECT_AUDIT} FROM audit WHERE id > ? ORDER BY id`);
    this.#hash = db.prepare<[string], string>('SELECT sha256 FROM token WHERE id = ?').pluck();
  }

  /**
   * Runs a write and rolls it back.
   *
   * @param write - The write. Its own transaction becomes a part of this one.
   * @throws What the write throws; the error of SQLite when another process holds the lock too long.
   */
  decide<T>(write: () => T): Decision<T> {
    const run = this.#db.transaction((): never => {
      const position = positionOf(this.#db);
      throw new DryRun<Decision<T>>({ position, ...this.#run(write, position) });
    });
    try {
      return retryWhileBusy(() => run.immediate());
    } catch (error) {
      if (error instanceof DryRun) return error.result;
      throw error;
    }
  }

  /** Runs a write. One that is a dry run itself adds no rows. */
  #run<T>(write: () => T, { id }: Position): Omit<Decision<T>, 'position'> {
    try {
      const value = write();
      return { value, rows: this.#rows.all(id).map((row) => ({ ...row, tokenSha256: this.#secretOf(row) })) };
    } catch (error) {
      if (error instanceof DryRun) return { value: error.result, rows: [] };
      throw error;
    }
  }

  #secretOf({ kind, after }: StoredAudit): string | null {
    if (kind !== 'token' || after === null) return null;
    return this.#hash.get((JSON.parse(after) as { readonly id: string }).id) ?? null;
  }
}
