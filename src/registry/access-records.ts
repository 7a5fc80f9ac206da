import type { AuditEvent, AuditFilter, AuditHead, AuditRow } from './audit.ts';
import type { OwnChange, OwnChangeFilter } from './own/own-change.ts';
import type { StoredToken } from './own/token.ts';
import type { Page, PageRequest } from './values/page.ts';
import type { Steps } from './values/run-step.ts';

/** Lists tokens, and the writes by them. */
export interface AccessRecords {
  /** Lists all tokens by name, including those that are no longer valid. */
  tokens(): StoredToken[];

  /**
   * Lists writes, the newest first.
   *
   * @param filter - Selects the rows.
   * @param page - The page.
   * @returns The work, in steps.
   */
  audit(filter: AuditFilter, page: PageRequest): Steps<Page<AuditRow>>;

  /**
   * Lists the writes grouped by transaction, the newest first.
   *
   * @param filter - Selects the groups with a matching write.
   * @param page - The page.
   * @returns The work, in steps.
   */
  auditEvents(filter: AuditFilter, page: PageRequest): Steps<Page<AuditEvent>>;

  /**
   * Finds changes of own entries among the newest writes, the newest first. It names no authors.
   *
   * @param filter - Selects the changes.
   * @param page - The page.
   * @returns The work, in steps.
   * @throws {RegistryError} `invalid_argument` for an unknown pool.
   */
  ownChanges(filter: OwnChangeFilter, page: PageRequest): Steps<Page<OwnChange>>;

  /**
   * Finds the writes of a request by its `Idempotency-Key`.
   *
   * @param tokenId - The id of the token.
   * @param key - The key.
   * @returns The writes in their order; empty for a key that the token has not used.
   */
  writesWithKey(tokenId: string, key: string): readonly AuditRow[];

  /** Returns the head of the audit's hash chain, its last row; null before the first write. */
  auditHead(): AuditHead | null;

  /**
   * Finds the times of the last writes of own entries.
   *
   * @param ids - The ids of the entries.
   * @returns The time by id, in UTC, ISO 8601 with milliseconds.
   */
  lastWrites(ids: readonly string[]): ReadonlyMap<string, string>;
}
