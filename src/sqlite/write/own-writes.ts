import { randomUUID } from 'node:crypto';
import { Advice } from '../../registry/advice/advice.ts';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import type { PoolPatch, PoolReport } from '../../registry/advice/pool.ts';
import { type Reservation, settleProtocols } from '../../registry/advice/reservation.ts';
import { checkReservationPool, checkRights, withOwner } from '../../registry/advice/token-rights.ts';
import { Conflicts } from '../../registry/conflicts/conflicts.ts';
import type { HeldWarning } from '../../registry/conflicts/warnings.ts';
import type { ObservationLimits, ObservedSnapshot } from '../../registry/observed/observation.ts';
import type { Snapshot } from '../../registry/observed/snapshot.ts';
import { refuseDeclared } from '../../registry/own/adoption.ts';
import { approve, clearOldApproval, NOT_APPROVED } from '../../registry/own/approval.ts';
import type { ImportOptions, ImportReport } from '../../registry/own/import-report.ts';
import { applyPatch, checkOwn, newAssociation } from '../../registry/own/own-entry.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import { type Author, COMMAND_LINE } from '../../registry/own/token.ts';
import type { OwnRegistry, Reserved, WrittenAssociation } from '../../registry/own-registry.ts';
import { type Association, OWN_ID_PREFIX } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { boundsOf, formatSpan } from '../../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, makeDurable, retryWhileBusy } from '../file/database.ts';
import { DryRun } from '../file/dry-run.ts';
import { AdviceReads } from '../read/advice-reads.ts';
import { associationValues, INSERT_ASSOCIATION, UPDATE_ASSOCIATION } from '../tables/association-table.ts';
import { AuditLog } from '../tables/audit-log.ts';
import { OwnSearchEntries } from '../tables/own-search-entries.ts';
import { storeLastUse } from '../tables/tokens.ts';
import { storeSnapshot } from './observation-writes.ts';
import { importRows } from './own-import.ts';
import { PoolWrites } from './pool-writes.ts';
import { ReplayedImport } from './replayed-import.ts';
import { ReservationKeys } from './reservation-keys.ts';
import { WrittenEntries } from './written-entries.ts';

/** The synchronous methods of `OwnRegistry`. */
export type OwnWriting = {
  readonly [Name in keyof OwnRegistry]: (
    ...values: Parameters<OwnRegistry[Name]>
  ) => Awaited<ReturnType<OwnRegistry[Name]>>;
};

/** Writes own entries over one connection, each write in its own transaction. */
export class OwnWrites implements OwnWriting {
  readonly #db: Connection;
  readonly #rows: AdviceReads;
  readonly #advice: Advice;
  readonly #audit: AuditLog;
  readonly #keys: ReservationKeys;
  readonly #pools: PoolWrites;
  readonly #statements;
  readonly #written: WrittenEntries;
  readonly #searchEntries: OwnSearchEntries;
  #isWriting = false;

  /**
   * @param db - A connection for writing to a database of this program's schema. Makes its commits durable.
   * @param ownRanges - The configured ephemeral ranges.
   * @param quarantineDays - The number of days in which a released port is not given again.
   */
  constructor(db: Connection, ownRanges: readonly EphemeralRange[] = [], quarantineDays = 0) {
    this.#db = db;
    this.#rows = new AdviceReads(db);
    this.#advice = new Advice(this.#rows, ownRanges, quarantineDays);
    this.#audit = new AuditLog(db);
    this.#keys = new ReservationKeys(db, (id) => this.#rows.association(id));
    this.#written = new WrittenEntries(this.#rows, new Conflicts(this.#rows, ownRanges));
    this.#pools = new PoolWrites({ db, rows: this.#rows, advice: this.#advice, audit: this.#audit });
    this.#searchEntries = new OwnSearchEntries(db);
    makeDurable(db);
    // The journal of each statement; in a file, an import takes half as long again.
    db.pragma('temp_store = MEMORY');
    // `retryWhileBusy` waits instead.
    db.pragma('busy_timeout = 0');
    this.#statements = {
      insert: db.prepare(INSERT_ASSOCIATION),
      update: db.prepare(UPDATE_ASSOCIATION),
      remove: db.prepare<[string]>('DELETE FROM association WHERE id = ?'),
      isTaken: db.prepare<[string]>('SELECT 1 FROM audit WHERE key = ?'),
    };
  }

  create(entries: readonly OwnEntry[], isStrict: boolean, by: Author): WrittenAssociation[] {
    return this.#create(entries, isStrict, by);
  }

  adopt(entries: readonly OwnEntry[], isStrict: boolean, by: Author): WrittenAssociation[] {
    return this.#create(entries, isStrict, by, (action) => {
      const uses = this.#rows.uses(boundsOf(entries));
      const stored = uses.filter(({ origin }) => origin === 'own');
      refuseDeclared(entries, stored, action);
    });
  }

  #create(
    entries: readonly OwnEntry[],
    isStrict: boolean,
    by: Author,
    check: (action: string) => void = () => {},
  ): WrittenAssociation[] {
    const action = entries.length === 1 ? 'create the entry' : 'create the entries';
    const add = () => {
      check(action);
      return entries.map((entry) => this.#add(withOwner(entry, by, action), by, action));
    };
    return this.#writeEntries(by, add, isStrict, action);
  }

  update(id: string, patch: OwnPatch, revision: number | null, isStrict: boolean, by: Author): WrittenAssociation {
    const action = 'change the entry';
    const change = (): Association => {
      const before = this.#find(id, revision, by, action);
      const changed = clearOldApproval(before, { ...before, ...applyPatch(before, patch) });
      this.#checkRights(changed, by, action);
      return this.#replace(before, changed, by);
    };
    return this.#writeEntries(by, () => [change()], isStrict, action)[0] as WrittenAssociation;
  }

  approve(id: string, isApproved: boolean, revision: number | null, by: Author): WrittenAssociation {
    return this.#write(by, () => {
      const before = this.#find(id, revision, by, 'approve the entry');
      const after = this.#replace(before, isApproved ? approve(before, by) : { ...before, ...NOT_APPROVED }, by);
      return { ...after, warnings: [] };
    });
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

  remove(id: string, revision: number | null, by: Author): Association {
    return this.#write(by, () => {
      const before = this.#find(id, revision, by, 'delete the entry');
      this.#statements.remove.run(id);
      this.#written.delete(id);
      this.#audit.add({ kind: 'association', key: id, before, after: null }, by);
      return before;
    });
  }

  reserve(reservation: Reservation, isStrict: boolean, by: Author): Reserved {
    const action = 'create the entry';
    return this.#write(by, () => {
      const last = this.#keys.find(reservation.key);
      if (last?.isHeld) {
        this.#checkRights(last.entry, by, action);
        return { entry: { ...last.entry, warnings: [] }, isNew: false };
      }
      checkReservationPool(reservation.question.pool, by);
      const pool = this.#advice.pool(reservation.question.pool);
      const { question, protocols } = settleProtocols(reservation, pool);
      const { ports, detail } = this.#advice.choose({ ...question, seesObserved: true }, last?.entry);
      const [firstPort] = ports;
      if (firstPort === undefined || detail !== null) {
        const what = question.count === 1 ? 'a port' : 'ports';
        const before =
          last === null ? '' : ` The key had ${formatSpan(last.entry)} before, which it does not get again.`;
        throw new RegistryError('conflict', `Cannot reserve ${what}: ${detail}${before}`);
      }
      // A token that is bound to one owner gives the entry this owner.
      const ofPool = by.owners.length === 1 ? null : (pool?.owner ?? null);
      const entry = withOwner({ ...reservation.entry, owner: reservation.entry.owner ?? ofPool }, by, action);
      const span = { firstPort, lastPort: firstPort + question.count - 1 };
      const added = this.#add({ ...entry, ...span, protocols }, by, action, reservation.key);
      const [written] = this.#written.withWarnings([added], isStrict, action);
      return { entry: written as WrittenAssociation, isNew: true };
    });
  }

  importRows(rows: readonly OwnRow[], options: ImportOptions, by: Author): ImportReport {
    try {
      return this.#write(by, () => importRows(this, this.#rows, rows, options, by));
    } catch (error) {
      // In the transaction of a caller, the caller rolls back and takes the report.
      if (error instanceof DryRun && !this.#db.inTransaction) return error.result;
      throw error;
    }
  }

  replayImport(rows: readonly OwnRow[], options: ImportOptions, by: Author): ImportReport {
    return this.#db.transaction(() => {
      const event = this.#audit.replayed(by);
      const replay = new ReplayedImport(this.#db, event, this.#rows, (action) => this.check(action));
      this.#written.clear();
      for (const { before, after } of replay.writes) {
        if (after !== null) this.#written.add(before as Association | null, after as Association);
      }
      return importRows(replay, replay, rows, options, by);
    })();
  }

  createPool(pool: Pool, by: Author): PoolReport {
    return this.#write(by, () => this.#pools.create(pool, by));
  }

  updatePool(name: string, patch: PoolPatch, by: Author): PoolReport {
    return this.#write(by, () => this.#pools.update(name, patch, by));
  }

  deletePool(name: string, by: Author): PoolReport {
    return this.#write(by, () => this.#pools.remove(name, by));
  }

  recordTokenUse(id: string, hour: string): void {
    this.#write(COMMAND_LINE, () => storeLastUse(this.#db, id, hour));
  }

  observe(snapshot: Snapshot, limits: ObservationLimits): ObservedSnapshot {
    return this.#write(COMMAND_LINE, () => storeSnapshot(this.#db, snapshot, limits));
  }

  catchUp(): void {}

  #checkRights(entry: OwnEntry, by: Author, action: string): void {
    checkRights(entry, by, () => this.#rows.pools(), action);
  }

  /**
   * Checks the entries that this transaction has written, as `WrittenEntries.check`. Each write in its own transaction ends with
   * this check. A caller with several writes in one transaction calls it at the end.
   */
  check(action: string): Map<string, readonly HeldWarning[]> {
    return this.#written.check(action);
  }

  /** Runs a write of entries, and adds the conflicts that it creates to its results. */
  #writeEntries(by: Author, change: () => Association[], isStrict: boolean, action: string): WrittenAssociation[] {
    return this.#write(by, (isPart) => {
      const entries = change();
      // The caller with several writes in one transaction checks at the end.
      return isPart
        ? entries.map((entry) => ({ ...entry, warnings: [] }))
        : this.#written.withWarnings(entries, isStrict, action);
    });
  }

  /**
   * Runs a write in a transaction that takes the write lock first, so that its reads still hold at the commit. Inside another
   * write, it becomes a part of that one. A caller that has begun a transaction rolls it back if the write fails.
   */
  #write<T>(by: Author, change: (isPart: boolean) => T): T {
    if (this.#isWriting) return change(true);
    const write = (): T => {
      this.#written.clear();
      this.#audit.begin(by);
      const result = change(false);
      this.#searchEntries.update();
      return result;
    };
    this.#isWriting = true;
    try {
      // No savepoint: after each statement, SQLite walks the journal of an open one in memory (10,000 changes: 5 times slower).
      if (this.#db.inTransaction) return write();
      return retryWhileBusy(() => this.#db.transaction(write).immediate());
    } finally {
      this.#isWriting = false;
    }
  }

  #add(entry: OwnEntry, by: Author, action: string, reservationKey: string | null = null): Association {
    this.#checkRights(entry, by, action);
    const after = newAssociation(this.#newId(), entry);
    this.#statements.insert.run(...associationValues(after));
    this.#written.add(null, after);
    this.#audit.add({ kind: 'association', key: after.id, before: null, after, reservationKey }, by);
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

  #find(id: string, revision: number | null, by: Author, action: string): Association {
    const found = this.#rows.association(id);
    checkOwn(found);
    this.#checkRights(found, by, action);
    if (revision === null || revision === found.revision) return found;
    const detail = `Cannot change association ${quoteInput(id)}: it has revision ${found.revision} by now, not ${revision}`;
    throw new RegistryError('stale', detail);
  }
}
