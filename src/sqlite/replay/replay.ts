import type { AuditedPool } from '../../registry/audit.ts';
import type { Token } from '../../registry/own/token.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { hashAuditRow } from '../file/audit-chain.ts';
import { type Connection, retryWhileBusy } from '../file/database.ts';
import { associationValues, INSERT_ASSOCIATION, UPDATE_ASSOCIATION } from '../tables/association-table.ts';
import { INSERT_AUDIT } from '../tables/audit-log.ts';
import { OwnSearchEntries } from '../tables/own-search-entries.ts';
import { parseAuditedEntry } from './audited-entry.ts';
import { type LogRow, type Position, positionOf } from './decide.ts';

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
        `INSERT INTO token (scope, owners, pools, created_at, expires_at, name, sha256, rotated_at, revoked_at, id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      updateToken: db.prepare('UPDATE token SET sha256 = ?, rotated_at = ?, revoked_at = ? WHERE id = ?'),
    };
  }

  /**
   * Applies rows in one transaction. Rows that the database has already are left out: another process may have applied them.
   *
   * @param rows - Rows in their order, from `parseLogRow`; none of a list.
   * @throws {RegistryError} `unavailable` when a row is not the next one of the hash chain. Nothing is changed.
   */
  apply(rows: readonly LogRow[]): void {
    const run = this.#db.transaction(() => {
      let position = positionOf(this.#db);
      for (const row of rows) {
        if (row.id <= position.id) continue;
        this.#write(row);
        position = this.addAudit(row, position);
      }
      this.#searchEntries.update();
    });
    retryWhileBusy(() => run.immediate());
  }

  /**
   * Adds a row to the audit log alone. The caller has a transaction and has applied what the row says.
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

  #write(row: LogRow): void {
    if (row.kind === 'association') this.#writeAssociation(row);
    else if (row.kind === 'pool') this.#writePool(row);
    else this.#writeToken(row);
  }

  #writeAssociation({ key, before, after }: LogRow): void {
    const { insert, update, remove } = this.#statements;
    if (after === null) remove.run(key);
    else {
      const values = associationValues(parseAuditedEntry(after));
      if (before === null) insert.run(...values);
      else update.run(...values, key);
    }
  }

  #writePool({ key, before, after }: LogRow): void {
    const { insertPool, updatePool, removePool } = this.#statements;
    if (after === null) removePool.run(key);
    else {
      const { ranges, protocols, owner } = JSON.parse(after) as AuditedPool;
      const statement = before === null ? insertPool : updatePool;
      statement.run(JSON.stringify(ranges), JSON.stringify(protocols), owner, key);
    }
  }

  #writeToken({ before, after, tokenSha256 }: LogRow): void {
    const { insertToken, updateToken } = this.#statements;
    const token = JSON.parse(after ?? 'null') as Token;
    const { id, name, scope, owners, pools, createdAt, rotatedAt, expiresAt, revokedAt } = token;
    if (before !== null) updateToken.run(tokenSha256, rotatedAt, revokedAt, id);
    else {
      const rights = [scope, JSON.stringify(owners), JSON.stringify(pools), createdAt, expiresAt, name];
      insertToken.run(...rights, tokenSha256, rotatedAt, revokedAt, id);
    }
  }
}

/**
 * Checks that a row is the next one of the hash chain.
 *
 * @param row - The row.
 * @param last - The last row of the log.
 * @throws {RegistryError} `unavailable`
 */
export function checkNext(row: LogRow, last: Position): void {
  const { tokenSha256: _, ...stored } = row;
  if (row.id !== last.id + 1) {
    const expected = `expected row ${last.id + 1}, got row ${row.id}`;
    throw new RegistryError('unavailable', `Cannot apply the shared log: it has a gap: ${expected}`);
  }
  if (hashAuditRow(last.hash, stored) !== row.hash) {
    throw new RegistryError('unavailable', `Cannot apply the shared log: row ${row.id} is not in its hash chain`);
  }
}
