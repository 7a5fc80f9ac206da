import type { AuditHead } from '../../registry/audit.ts';
import { hashAuditRow, SELECT_AUDIT, type StoredAudit } from './audit-chain.ts';
import type { Connection } from './database.ts';

/** The result of a check of the audit's hash chain. */
export interface AuditCheck {
  /** The number of rows with the right hash, up to the first wrong one. */
  readonly rows: number;
  /** The last row with the right hash; null for none. */
  readonly head: AuditHead | null;
  /** The id of the first row whose hash is not that of its fields and the row before; null when all are right. */
  readonly broken: number | null;
  /** The row with the hash that the caller noted; null when no row up to the first wrong one has it. */
  readonly noted: AuditHead | null;
}

/**
 * Computes the hash of every row of the audit log again. A chain proves that nobody changed, inserted or deleted a row in the
 * middle; only a head that was noted elsewhere proves that nobody deleted the last rows or computed a new chain.
 *
 * @param db - Any connection.
 * @param notedHash - The hash of a head that was noted earlier; null for none.
 */
export function checkAudit(db: Connection, notedHash: string | null = null): AuditCheck {
  const stored = db.prepare<[], StoredAudit>(`SELECT ${SELECT_AUDIT} FROM audit ORDER BY id`);
  let rows = 0;
  let head: AuditHead | null = null;
  let noted: AuditHead | null = null;
  for (const row of stored.iterate()) {
    if (hashAuditRow(head?.hash ?? null, row) !== row.hash) return { rows, head, broken: row.id, noted };
    const { id, at, hash } = row;
    head = { id, at, hash };
    if (hash === notedHash) noted = head;
    rows++;
  }
  return { rows, head, broken: null, noted };
}
