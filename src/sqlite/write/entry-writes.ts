import { randomUUID } from 'node:crypto';
import { checkRights, withOwner } from '../../registry/advice/token-rights.ts';
import { approve, clearOldApproval, NOT_APPROVED } from '../../registry/own/approval.ts';
import { applyPatch, checkOwn, newAssociation } from '../../registry/own/own-entry.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { Author } from '../../registry/own/token.ts';
import { type Association, OWN_ID_PREFIX } from '../../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { Connection } from '../file/database.ts';
import type { AdviceReads } from '../read/advice-reads.ts';
import { associationValues, INSERT_ASSOCIATION, UPDATE_ASSOCIATION } from '../tables/association-table.ts';
import type { AuditLog } from '../tables/audit-log.ts';
import type { ImportWrites } from './own-import.ts';
import type { WrittenEntries } from './written-entries.ts';

/** The parts of a connection that writes of entries use. */
export interface EntryParts {
  readonly db: Connection;
  readonly rows: AdviceReads;
  readonly audit: AuditLog;
  readonly written: WrittenEntries;
}

/** Writes single own entries, each with its row of the audit log. The caller runs each method in a transaction. */
export class EntryWrites implements ImportWrites {
  readonly #rows: AdviceReads;
  readonly #audit: AuditLog;
  readonly #written: WrittenEntries;
  readonly #statements;
  readonly check: ImportWrites['check'];

  /** @param parts - The parts of the connection. */
  constructor({ db, rows, audit, written }: EntryParts) {
    this.#rows = rows;
    this.#audit = audit;
    this.#written = written;
    this.#statements = {
      insert: db.prepare(INSERT_ASSOCIATION),
      update: db.prepare(UPDATE_ASSOCIATION),
      remove: db.prepare<[string]>('DELETE FROM association WHERE id = ?'),
      isTaken: db.prepare<[string]>('SELECT 1 FROM audit WHERE key = ?'),
    };
    this.check = (action) => written.check(action);
  }

  /**
   * Creates an entry. A token that is bound to one owner gives the entry this owner.
   *
   * @param entry - The entry.
   * @param by - The author.
   * @param action - The refused action for messages.
   * @param reservationKey - The key with which it is reserved; null for none.
   */
  create(entry: OwnEntry, by: Author, action = 'create the entry', reservationKey: string | null = null): Association {
    const owned = withOwner(entry, by, action);
    this.checkRights(owned, by, action);
    const after = newAssociation(this.#newId(), owned);
    this.#statements.insert.run(...associationValues(after));
    this.#written.add(null, after);
    this.#audit.add({ kind: 'association', key: after.id, before: null, after, reservationKey }, by);
    return after;
  }

  /** Changes an entry; as `OwnRegistry.update`. */
  update(id: string, patch: OwnPatch, revision: number | null, by: Author): Association {
    const action = 'change the entry';
    const before = this.#find(id, revision, by, action);
    const changed = clearOldApproval(before, { ...before, ...applyPatch(before, patch) });
    this.checkRights(changed, by, action);
    return this.#replace(before, changed, by);
  }

  /** Approves an entry, or removes its approval; as `OwnRegistry.approve`. */
  approve(id: string, isApproved: boolean, revision: number | null, by: Author): Association {
    const before = this.#find(id, revision, by, 'approve the entry');
    return this.#replace(before, isApproved ? approve(before, by) : { ...before, ...NOT_APPROVED }, by);
  }

  /** Deletes an entry; as `OwnRegistry.remove`. */
  remove(id: string, revision: number | null, by: Author): Association {
    const before = this.#find(id, revision, by, 'delete the entry');
    this.#statements.remove.run(id);
    this.#written.delete(id);
    this.#audit.add({ kind: 'association', key: id, before, after: null }, by);
    return before;
  }

  /** Checks that a token may write an entry; as `checkRights`. */
  checkRights(entry: OwnEntry, by: Author, action: string): void {
    checkRights(entry, by, () => this.#rows.pools(), action);
  }

  #find(id: string, revision: number | null, by: Author, action: string): Association {
    const found = this.#rows.association(id);
    checkOwn(found);
    this.checkRights(found, by, action);
    if (revision === null || revision === found.revision) return found;
    const detail = `Cannot change association ${quoteInput(id)}: it has revision ${found.revision} by now, not ${revision}`;
    throw new RegistryError('stale', detail);
  }

  /** Stores the changed entry with the next revision. Without any change, it stores nothing. */
  #replace(before: Association, changed: Association, by: Author): Association {
    if (JSON.stringify(changed) === JSON.stringify(before)) return before;
    const { id } = before;
    const after = { ...changed, revision: (before.revision ?? 0) + 1 };
    this.#statements.update.run(...associationValues(after), id);
    this.#audit.add({ kind: 'association', key: id, before, after }, by);
    this.#written.add(before, after);
    return after;
  }

  /**
   * Returns a new id of 48 random bits, the last ones of a UUID: Node reads random bytes for many UUIDs at once. The audit log has
   * the ids of deleted entries too.
   */
  #newId(): string {
    for (;;) {
      const id = OWN_ID_PREFIX + randomUUID().slice(-12);
      if (this.#statements.isTaken.get(id) === undefined) return id;
    }
  }
}
