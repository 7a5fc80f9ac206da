import { randomBytes } from 'node:crypto';
import { Advice } from '../../registry/advice/advice.ts';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import { checkNewPool, findPool, type PoolReport } from '../../registry/advice/pool.ts';
import { type Reservation, settleProtocols } from '../../registry/advice/reservation.ts';
import type { AuditedPool } from '../../registry/audit.ts';
import { approved, keepApproval, NOT_APPROVED } from '../../registry/own/approval.ts';
import type { ImportOptions, ImportReport } from '../../registry/own/import-report.ts';
import { applyPatch, checkOwn, newAssociation } from '../../registry/own/own-entry.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import { checkFullPorts } from '../../registry/own/own-limit.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry, Reserved } from '../../registry/own-registry.ts';
import { type Association, OWN_ID_PREFIX } from '../../registry/rows/association.ts';
import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { formatSpan, type PortSpan } from '../../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { type Connection, makeDurable, retryWhileBusy } from '../file/database.ts';
import { AdviceReads } from '../read/advice-reads.ts';
import { associationValues, INSERT_ASSOCIATION, UPDATE_ASSOCIATION } from '../tables/association-table.ts';
import { AuditLog } from '../tables/audit-log.ts';
import { DryRun, importRows } from './own-import.ts';
import { ReservationKeys } from './reservation-keys.ts';

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
  readonly #statements;
  /** The new and moved entries since the last `checkPorts`, by id. */
  readonly #placed = new Map<string, PortSpan>();

  /**
   * @param db - A connection for writing to a database of this program's schema. Makes its commits durable.
   * @param ownRanges - The configured ephemeral ranges.
   */
  constructor(db: Connection, ownRanges: readonly EphemeralRange[] = []) {
    this.#db = db;
    this.#rows = new AdviceReads(db);
    this.#advice = new Advice(this.#rows, ownRanges);
    this.#audit = new AuditLog(db);
    this.#keys = new ReservationKeys(db, (id) => this.#rows.association(id));
    makeDurable(db);
    // `retryWhileBusy` waits instead.
    db.pragma('busy_timeout = 0');
    this.#statements = {
      insert: db.prepare(INSERT_ASSOCIATION),
      update: db.prepare(UPDATE_ASSOCIATION),
      remove: db.prepare<[string]>('DELETE FROM association WHERE id = ?'),
      overlapping: db.prepare<[number, number], PortSpan & { readonly id: string }>(
        `SELECT association.id, association.first_port AS firstPort, association.last_port AS lastPort
         FROM association_span AS span JOIN association USING (row)
         WHERE span.first_port <= ? AND span.last_port >= ? AND origin = 'own'`,
      ),
      isTaken: db.prepare<[string]>('SELECT 1 FROM audit WHERE key = ?'),
    };
  }

  create(entries: readonly OwnEntry[], by: Author): Association[] {
    const what = entries.length === 1 ? 'create the entry' : 'create the entries';
    return this.#write(by, what, () => entries.map((entry) => this.#add(entry, by)));
  }

  update(id: string, patch: OwnPatch, revision: number | null, by: Author): Association {
    return this.#write(by, 'change the entry', () => {
      const before = this.#find(id, revision);
      return this.#replace(before, keepApproval(before, { ...before, ...applyPatch(before, patch) }), by);
    });
  }

  approve(id: string, isApproved: boolean, revision: number | null, by: Author): Association {
    return this.#write(by, '', () => {
      const before = this.#find(id, revision);
      return this.#replace(before, isApproved ? approved(before, by) : { ...before, ...NOT_APPROVED }, by);
    });
  }

  /** Stores the changed entry with the next revision. Without any change, it stores nothing. */
  #replace(before: Association, changed: Association, by: Author): Association {
    if (JSON.stringify(changed) === JSON.stringify(before)) return before;
    const { id } = before;
    const after = { ...changed, revision: (before.revision ?? 0) + 1 };
    this.#statements.update.run(...associationValues(after), id);
    this.#audit.add({ kind: 'association', key: id, before, after }, by);
    const isMoved = after.firstPort !== before.firstPort || after.lastPort !== before.lastPort;
    if (isMoved) this.#placed.set(id, after);
    return after;
  }

  remove(id: string, revision: number | null, by: Author): Association {
    return this.#write(by, '', () => {
      const before = this.#find(id, revision);
      this.#statements.remove.run(id);
      this.#audit.add({ kind: 'association', key: id, before, after: null }, by);
      return before;
    });
  }

  reserve(reservation: Reservation, by: Author): Reserved {
    return this.#write(by, 'create the entry', () => {
      const last = this.#keys.find(reservation.key);
      if (last?.isHeld) return { entry: last.entry, isNew: false };
      const { question, protocols } = settleProtocols(reservation, this.#advice.pool(reservation.question.pool));
      const { ports, detail } = this.#advice.choose(question, last?.entry);
      const [firstPort] = ports;
      if (firstPort === undefined || detail !== null) {
        const what = question.count === 1 ? 'a port' : 'ports';
        const before =
          last === null ? '' : ` The key had ${formatSpan(last.entry)} before, which it does not get again.`;
        throw new RegistryError('conflict', `Cannot reserve ${what}: ${detail}${before}`);
      }
      const span = { firstPort, lastPort: firstPort + question.count - 1 };
      return { entry: this.#add({ ...reservation.entry, ...span, protocols }, by, reservation.key), isNew: true };
    });
  }

  importRows(rows: readonly OwnRow[], options: ImportOptions, by: Author): ImportReport {
    try {
      return this.#write(by, 'import the entries', () => importRows(this, this.#rows, rows, options, by));
    } catch (error) {
      if (error instanceof DryRun) return error.report;
      throw error;
    }
  }

  createPool(pool: Pool, by: Author): PoolReport {
    return this.#write(by, '', () => {
      checkNewPool(pool, this.#rows.pools());
      const { name, spans, protocols, owner } = pool;
      const insert = this.#db.prepare('INSERT INTO pool (name, ranges, protocols, owner) VALUES (?, ?, ?, ?)');
      insert.run(name, JSON.stringify(spans), JSON.stringify(protocols), owner);
      this.#audit.add({ kind: 'pool', key: name, before: null, after: auditedPool(pool) }, by);
      return this.#poolReport(name);
    });
  }

  deletePool(name: string, by: Author): PoolReport {
    return this.#write(by, '', () => {
      const pool = findPool(name, this.#rows.pools());
      const report = this.#poolReport(name);
      this.#db.prepare('DELETE FROM pool WHERE name = ?').run(name);
      this.#audit.add({ kind: 'pool', key: name, before: auditedPool(pool), after: null }, by);
      return report;
    });
  }

  #poolReport(name: string): PoolReport {
    return this.#advice.pools().find((pool) => pool.name === name) as PoolReport;
  }

  /**
   * Checks that no port has too many own entries. Each write in its own transaction ends with this check. A caller with
   * several writes in one transaction calls it at the end. Reads the own entries between the lowest and highest new port.
   *
   * @param cannot - The refused action for the message, such as `create the entry`.
   * @throws {RegistryError} `conflict`
   */
  checkPorts(cannot: string): void {
    if (this.#placed.size === 0) return;
    let [firstPort, lastPort] = [Number.POSITIVE_INFINITY, 0];
    for (const span of this.#placed.values()) {
      firstPort = Math.min(firstPort, span.firstPort);
      lastPort = Math.max(lastPort, span.lastPort);
    }
    const all = this.#statements.overlapping.all(lastPort, firstPort);
    checkFullPorts(
      all.map((span) => ({ ...span, isNew: this.#placed.has(span.id) })),
      cannot,
    );
  }

  /**
   * Runs a write in a transaction that takes the write lock first, so that its reads still hold at the commit. Inside a
   * transaction, the write becomes a part of it.
   */
  #write<T>(by: Author, what: string, change: () => T): T {
    if (this.#db.inTransaction) return change();
    const write = this.#db.transaction(() => {
      this.#placed.clear();
      this.#audit.begin(by);
      const result = change();
      this.checkPorts(what);
      return result;
    });
    return retryWhileBusy(() => write.immediate());
  }

  #add(entry: OwnEntry, by: Author, reservationKey: string | null = null): Association {
    const after = newAssociation(this.#newId(), entry);
    this.#statements.insert.run(...associationValues(after));
    this.#placed.set(after.id, after);
    this.#audit.add({ kind: 'association', key: after.id, before: null, after, reservationKey }, by);
    return after;
  }

  /** Returns a new id of 48 random bits. The audit log also has the ids of deleted entries. */
  #newId(): string {
    for (;;) {
      const id = OWN_ID_PREFIX + randomBytes(6).toString('hex');
      if (this.#statements.isTaken.get(id) === undefined) return id;
    }
  }

  #find(id: string, revision: number | null): Association {
    const found = this.#rows.association(id);
    checkOwn(found);
    if (revision === null || revision === found.revision) return found;
    const detail = `Cannot change association ${quoteInput(id)}: it has revision ${found.revision} by now, not ${revision}`;
    throw new RegistryError('stale', detail);
  }
}

function auditedPool({ name, spans: ranges, protocols, owner }: Pool): AuditedPool {
  return { name, ranges, protocols, owner };
}
