import { Advice } from '../../registry/advice/advice.ts';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import type { PoolPatch, PoolReport } from '../../registry/advice/pool.ts';
import { type Reservation, settleProtocols } from '../../registry/advice/reservation.ts';
import { checkReservationPool } from '../../registry/advice/token-rights.ts';
import { Conflicts } from '../../registry/conflicts/conflicts.ts';
import type { ObservationLimits, ObservedSnapshot } from '../../registry/observed/observation.ts';
import type { Snapshot } from '../../registry/observed/snapshot.ts';
import { refuseDeclared } from '../../registry/own/adoption.ts';
import type { ImportOptions, ImportReport } from '../../registry/own/import-report.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import { type Author, COMMAND_LINE } from '../../registry/own/token.ts';
import type { OwnRegistry, Reserved, WrittenAssociation } from '../../registry/own-registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { boundsOf, formatSpan } from '../../registry/values/port-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, makeDurable, retryWhileBusy } from '../file/database.ts';
import { DryRun } from '../file/dry-run.ts';
import { AdviceReads } from '../read/advice-reads.ts';
import { AuditLog } from '../tables/audit-log.ts';
import { OwnSearchEntries } from '../tables/own-search-entries.ts';
import { fromAssociationRow } from '../tables/rows.ts';
import { storeLastUse } from '../tables/tokens.ts';
import { EntryWrites } from './entry-writes.ts';
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
  readonly #written: WrittenEntries;
  readonly #entries: EntryWrites;
  readonly #searchEntries: OwnSearchEntries;

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
    this.#entries = new EntryWrites({ db, rows: this.#rows, audit: this.#audit, written: this.#written });
    this.#pools = new PoolWrites({ db, rows: this.#rows, advice: this.#advice, audit: this.#audit });
    this.#searchEntries = new OwnSearchEntries(db);
    makeDurable(db);
    // The journal of each statement; in a file, an import takes half as long again.
    db.pragma('temp_store = MEMORY');
    // `retryWhileBusy` waits instead.
    db.pragma('busy_timeout = 0');
  }

  create(entries: readonly OwnEntry[], isStrict: boolean, by: Author): WrittenAssociation[] {
    return this.#create(entries, isStrict, by);
  }

  adopt(entries: readonly OwnEntry[], isStrict: boolean, by: Author): WrittenAssociation[] {
    return this.#create(entries, isStrict, by, (action) => {
      const uses = this.#rows.associationRows(boundsOf(entries)).map(fromAssociationRow);
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
    return this.#writeEntries(by, isStrict, action, () => {
      check(action);
      return entries.map((entry) => this.#entries.create(entry, by, action));
    });
  }

  update(id: string, patch: OwnPatch, revision: number | null, isStrict: boolean, by: Author): WrittenAssociation {
    const change = () => [this.#entries.update(id, patch, revision, by)];
    return this.#writeEntries(by, isStrict, 'change the entry', change)[0] as WrittenAssociation;
  }

  approve(id: string, isApproved: boolean, revision: number | null, by: Author): WrittenAssociation {
    return this.#write(by, () => ({ ...this.#entries.approve(id, isApproved, revision, by), warnings: [] }));
  }

  remove(id: string, revision: number | null, by: Author): Association {
    return this.#write(by, () => this.#entries.remove(id, revision, by));
  }

  reserve(reservation: Reservation, isStrict: boolean, by: Author): Reserved {
    const action = 'create the entry';
    return this.#write(by, () => {
      const last = this.#keys.find(reservation.key);
      if (last?.isHeld) {
        this.#entries.checkRights(last.entry, by, action);
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
      const owner = reservation.entry.owner ?? ofPool;
      const lastPort = firstPort + question.count - 1;
      const entry = { ...reservation.entry, owner, firstPort, lastPort, protocols };
      const added = this.#entries.create(entry, by, action, reservation.key);
      const [written] = this.#written.withWarnings([added], isStrict, action);
      return { entry: written as WrittenAssociation, isNew: true };
    });
  }

  importRows(rows: readonly OwnRow[], options: ImportOptions, by: Author): ImportReport {
    try {
      return this.#write(by, () => importRows(this.#entries, this.#rows, rows, options, by));
    } catch (error) {
      // In the transaction of a caller, the caller rolls back and takes the report.
      if (error instanceof DryRun && !this.#db.inTransaction) return error.result;
      throw error;
    }
  }

  replayImport(rows: readonly OwnRow[], options: ImportOptions, by: Author): ImportReport {
    return this.#db.transaction(() => {
      const event = this.#audit.replayed(by);
      const replay = new ReplayedImport(this.#db, event, this.#rows, this.#entries.check);
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

  /** Runs a write of entries, and adds the conflicts that it creates to its results. */
  #writeEntries(by: Author, isStrict: boolean, action: string, change: () => Association[]): WrittenAssociation[] {
    return this.#write(by, () => this.#written.withWarnings(change(), isStrict, action));
  }

  /**
   * Runs a write in a transaction that takes the write lock first, so that its reads still hold at the commit. A caller that has
   * begun a transaction rolls it back if the write fails.
   */
  #write<T>(by: Author, change: () => T): T {
    const write = (): T => {
      this.#written.clear();
      this.#audit.begin(by);
      const result = change();
      this.#searchEntries.update();
      return result;
    };
    // No savepoint: after each statement, SQLite walks the journal of an open one in memory (10,000 changes: 5 times slower).
    if (this.#db.inTransaction) return write();
    return retryWhileBusy(() => this.#db.transaction(write).immediate());
  }
}
