import type { AuditedPool } from '../../registry/audit.ts';
import type { Token } from '../../registry/own/token.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { hashAuditRow } from '../file/audit-chain.ts';
import { type Connection, retryWhileBusy, type Statement, toRegistryError } from '../file/database.ts';
import { associationValues, INSERT_ASSOCIATION, UPDATE_ASSOCIATION } from '../tables/association-table.ts';
import { INSERT_AUDIT } from '../tables/audit-log.ts';
import { OwnSearchEntries } from '../tables/own-search-entries.ts';
import { parseAuditedEntry } from './audited-entry.ts';
import { type LogRow, type Position, positionOf } from './decide.ts';

type RunResult = ReturnType<Statement['run']>;

/** Applies rows of the audit log that were decided on another database: tables and audit become those of that database. */
export class Replay {
  readonly #db: Connection;
  readonly #searchEntries: OwnSearchEntries;
  readonly #statements;

  /** @param db - A connection for writing. */
  constructor(db: Connection) {
    this.#db = db;
    this.#searchEntries = new OwnSearchEntries(db);
    this.#statements = {
      audit: db.prepare(INSERT_AUDIT),
      insert: db.prepare(INSERT_ASSOCIATION),
      update: db.prepare(UPDATE_ASSOCIATION),
      remove: db.prepare<[string]>('DELETE FROM association WHERE id = ?'),
      insertPool: db.prepare('INSERT INTO pool (ranges, protocols, owner, name) VALUES (?, ?, ?, ?)'),
      updatePool: db.prepare('UPDATE pool SET ranges = ?, protocols = ?, owner = ? WHERE name = ?'),
      removePool: db.prepare<[string]>('DELETE FROM pool WHERE name = ?'),
      insertToken: db.prepare(
        `INSERT INTO token (scope, owners, pools, hosts, created_at, expires_at, name, sha256, rotated_at, revoked_at, id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      updateToken: db.prepare('UPDATE token SET sha256 = ?, rotated_at = ?, revoked_at = ? WHERE id = ?'),
    };
  }

  /**
   * Applies rows in one transaction. Rows that the database has already are left out: another process may have applied them.
   *
   * @param rows - Rows in their order, from `parseLogRow`; none of a list.
   * @throws {RegistryError} `unavailable` when a row is not the next one of the hash chain, or does not fit the database. Nothing is
   *   changed.
   */
  apply(rows: readonly LogRow[]): void {
    const run = this.#db.transaction(() => {
      let position = positionOf(this.#db);
      for (const row of rows) {
        if (row.id <= position.id) continue;
        position = this.addAudit(row, position);
        this.#writeRow(row);
      }
      this.#searchEntries.update();
    });
    retryWhileBusy(() => run.immediate());
  }

  /**
   * Adds a row to the audit log alone. The caller has a transaction, in which it also applies what the row says.
   *
   * @param row - The row.
   * @param last - The last row of the log.
   * @returns The new position.
   * @throws {RegistryError} `unavailable` when the row is not the next one of the hash chain.
   */
  addAudit(row: LogRow, last: Position): Position {
    checkNext(row, last);
    const { tokenSha256: _, ...stored } = row;
    this.#statements.audit.run(stored);
    return row;
  }

  /** Writes what a row says; an error that is not one of the file or the disk is one of the row. */
  #writeRow(row: LogRow): void {
    let changes: number | undefined;
    try {
      ({ changes } = this.#write(row));
    } catch (cause) {
      if (toRegistryError(cause) instanceof RegistryError) throw cause;
      throw unfit(row, cause);
    }
    if (changes !== 1) throw unfit(row);
  }

  #write(row: LogRow): RunResult {
    if (row.kind === 'association') return this.#writeAssociation(row);
    return row.kind === 'pool' ? this.#writePool(row) : this.#writeToken(row);
  }

  #writeAssociation({ key, before, after }: LogRow): RunResult {
    const { insert, update, remove } = this.#statements;
    if (after === null) return remove.run(key);
    const values = associationValues(parseAuditedEntry(after));
    return before === null ? insert.run(...values) : update.run(...values, key);
  }

  #writePool({ key, before, after }: LogRow): RunResult {
    const { insertPool, updatePool, removePool } = this.#statements;
    if (after === null) return removePool.run(key);
    const { ranges, protocols, owner } = JSON.parse(after) as AuditedPool;
    const statement = before === null ? insertPool : updatePool;
    return statement.run(JSON.stringify(ranges), JSON.stringify(protocols), owner, key);
  }

  #writeToken({ before, after, tokenSha256 }: LogRow): RunResult {
    const { insertToken, updateToken } = this.#statements;
    const token = JSON.parse(after ?? 'null') as Token;
    const { id, name, scope, owners, pools, hosts = [], createdAt, rotatedAt, expiresAt, revokedAt } = token;
    if (before !== null) return updateToken.run(tokenSha256, rotatedAt, revokedAt, id);
    const rights = [scope, ...[owners, pools, hosts].map((names) => JSON.stringify(names)), createdAt, expiresAt, name];
    return insertToken.run(...rights, tokenSha256, rotatedAt, revokedAt, id);
  }
}

function unfit({ id }: LogRow, cause?: unknown): RegistryError {
  const detail = 'it does not fit the content of this database: run portolan shared rejoin';
  return new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: ${detail}`, { cause });
}

/**
 * Checks that a row is the next one of the hash chain.
 *
 * @param row - The row.
 * @param last - The last row of the log.
 * @throws {RegistryError} `unavailable`
 */
function checkNext(row: LogRow, last: Position): void {
  const { tokenSha256: _, ...stored } = row;
  if (row.id !== last.id + 1) {
    const expected = `expected row ${last.id + 1}, got row ${row.id}`;
    throw new RegistryError('unavailable', `Cannot apply the shared log: it has a gap: ${expected}`);
  }
  if (hashAuditRow(last.hash, stored) !== row.hash) {
    throw new RegistryError('unavailable', `Cannot apply the shared log: row ${row.id} is not in its hash chain`);
  }
}
