import { RegistryError } from '../../registry/values/registry-error.ts';
import { type AuditCheck, checkAudit } from '../../sqlite/file/audit-check.ts';
import { openForReading, toRegistryError } from '../../sqlite/file/database.ts';
import { checkSchema } from '../../sqlite/file/migrate.ts';

/**
 * Verifies the hash chain of the audit log, and prints its head.
 *
 * @param database - Path of the SQLite file.
 * @param notedHash - The hash of a head that was noted earlier; null for none.
 * @throws {RegistryError} `conflict` when the chain is broken or does not contain the noted head; `unavailable` when the
 *   database cannot be read.
 */
export function verify(database: string, notedHash: string | null): void {
  const { rows, head, broken, noted } = readAuditCheck(database, notedHash);
  if (broken !== null) {
    const right = head === null ? '' : `. Unbroken before it: ${count(rows)}, up to ${head.hash}`;
    throw new RegistryError('conflict', brokenAt(broken) + right);
  }
  if (notedHash !== null && noted === null) {
    const found = head === null ? 'it is empty' : `it is unbroken otherwise: ${count(rows)}, head ${head.hash}`;
    const detail = `no row has the hash ${notedHash}`;
    throw new RegistryError('conflict', `The audit log was cut off or replaced: ${detail}; ${found}`);
  }
  console.log(
    head === null
      ? 'The audit log is empty'
      : `The audit log is unbroken: ${count(rows)}, head ${head.hash} of ${head.at}`,
  );
  if (noted !== null) console.log(`The noted head is row ${noted.id} of ${noted.at}`);
}

/**
 * Checks the hash chain of the audit log.
 *
 * @param database - Path of a SQLite file of this version's schema.
 * @param notedHash - The hash of a head that was noted earlier; null for none.
 * @throws {RegistryError} `unavailable` when the database cannot be read.
 */
export function readAuditCheck(database: string, notedHash: string | null = null): AuditCheck {
  const db = openForReading(database);
  try {
    checkSchema(db);
    return checkAudit(db, notedHash);
  } catch (error) {
    throw toRegistryError(error);
  } finally {
    db.close();
  }
}

/**
 * Returns the sentence about a broken chain, without its full stop.
 *
 * @param id - The id of the first wrong row.
 */
export function brokenAt(id: number): string {
  return `The audit log is broken at row ${id}: its hash is not that of its fields and the row before`;
}

function count(rows: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`;
}
