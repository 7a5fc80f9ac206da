import type { Pool } from './advice/advice-facts.ts';
import type { PoolPatch, PoolReport } from './advice/pool.ts';
import type { Reservation } from './advice/reservation.ts';
import type { Warning } from './conflicts/conflict.ts';
import type { ObservationLimits, ObservedSnapshot } from './observed/observation.ts';
import type { Snapshot } from './observed/snapshot.ts';
import type { ImportOptions, ImportReport } from './own/import-report.ts';
import type { OwnEntry, OwnPatch } from './own/own-fields.ts';
import type { OwnRow } from './own/own-import.ts';
import type { Author } from './own/token.ts';
import type { Association } from './rows/association.ts';

/** An own entry after a write. */
export interface WrittenAssociation extends Association {
  /** The conflicts that the write created, the most severe first. */
  readonly warnings: readonly Warning[];
}

/** The result of a reservation. */
export interface Reserved {
  readonly entry: WrittenAssociation;
  /** False if the entry held the key of the reservation already. */
  readonly isNew: boolean;
}

/**
 * The writes of own entries and pools. Each write and its row in the audit log are one transaction, which is on the disk
 * before the promise resolves; the failure of one write does not affect others. Writes return promises, as they wait
 * for the disk and for other writers. Each rejects with a `RegistryError` `unavailable` and the reason if nothing could
 * be written: the database is locked, full, read-only or missing; and with `key_used` if its author has used the
 * idempotency key for an earlier write.
 */
export interface OwnRegistry {
  /**
   * Creates entries: all of them, or none on an error.
   *
   * @param entries - The checked entries.
   * @param isStrict - True to refuse entries that conflict with others or with pools.
   * @param by - The author of the write.
   * @returns The entries in the same order, with their ids and the revision 1.
   * @throws {RegistryError} `conflict` when a port would have more than `MOST_OWN_ENTRIES` entries, and for a strict write that
   *   creates a conflict of the severity `avoid`, with the conflicting entries and pools in `holders`; `forbidden` when the token may not write
   *   the entry; `invalid_argument` when it has no owner and the token is bound to several.
   */
  create(entries: readonly OwnEntry[], isStrict: boolean, by: Author): Promise<WrittenAssociation[]>;

  /**
   * Creates entries for observed sockets, as `create`, unless a stored entry already declares one of them.
   *
   * @param entries - The checked entries.
   * @param isStrict - As `create`.
   * @param by - The author of the write.
   * @throws {RegistryError} As `create` and `refuseDeclared`.
   */
  adopt(entries: readonly OwnEntry[], isStrict: boolean, by: Author): Promise<WrittenAssociation[]>;

  /**
   * Changes an entry. A patch that changes nothing neither increases the revision nor adds a row to the audit log.
   *
   * @param id - Its id.
   * @param patch - The changes.
   * @param revision - The revision that the entry must have; null for any.
   * @param isStrict - As `create`, for conflicts that the entry did not have before.
   * @param by - The author of the write.
   * @returns The changed entry.
   * @throws {RegistryError} `not_found`; `forbidden` for an informal use, or an entry of others; `stale` when the entry has another revision;
   *   `invalid_argument` when its first port would be above its last; `conflict` as `create`.
   */
  update(
    id: string,
    patch: OwnPatch,
    revision: number | null,
    isStrict: boolean,
    by: Author,
  ): Promise<WrittenAssociation>;

  /**
   * Deletes an entry. Its id is never used again.
   *
   * @param id - Its id.
   * @param revision - The revision that the entry must have; null for any.
   * @param by - The author of the write.
   * @returns The deleted entry.
   * @throws {RegistryError} `not_found`, `forbidden`, `stale`, as `update`.
   */
  remove(id: string, revision: number | null, by: Author): Promise<Association>;

  /**
   * Approves an entry, or withdraws its approval. A later change of its ports, protocols, hosts or justification clears the
   * approval.
   *
   * @param id - Its id.
   * @param isApproved - False withdraws the approval.
   * @param revision - The revision that the entry must have; null for any.
   * @param by - The author of the approval.
   * @returns The changed entry, without warnings: an approval creates no conflict.
   * @throws {RegistryError} `not_found`, `forbidden`, `stale`, as `update`.
   */
  approve(id: string, isApproved: boolean, revision: number | null, by: Author): Promise<WrittenAssociation>;

  /**
   * Chooses suitable ports and creates an entry on them, in one transaction: no other write can take them in between. A
   * reservation with a key finds the entry that holds the key instead. If that entry was deleted or retired, its ports are
   * not chosen again. An entry without an owner gets the owner of its pool.
   *
   * @param reservation - The reservation, from `parseReservation`.
   * @param isStrict - As `create`.
   * @param by - The author of the write.
   * @returns The new entry, or the one that holds the key.
   * @throws {RegistryError} `conflict`, with the reason, when no port is suitable; `invalid_argument` when the pool
   *   does not exist or is not for the protocols; as `create`.
   */
  reserve(reservation: Reservation, isStrict: boolean, by: Author): Promise<Reserved>;

  /**
   * Imports the rows of a file, all or none.
   *
   * @param rows - The rows.
   * @param options - Whether it is a dry run, and the entries that the rows replace.
   * @param by - The author of the write.
   * @throws {RegistryError} `conflict` as `create`; `invalid_argument` as `planSync`; `too_large` as `reportImport`.
   */
  importRows(rows: readonly OwnRow[], options: ImportOptions, by: Author): Promise<ImportReport>;

  /**
   * Rebuilds the report of an earlier import with the same idempotency key, from the audit log. Warnings are the conflicts that
   * the entries have now.
   *
   * @param rows - The same rows.
   * @param options - The same options.
   * @param by - The author, with the key.
   * @throws {RegistryError} `key_used` when the key belongs to another request.
   */
  replayImport(rows: readonly OwnRow[], options: ImportOptions, by: Author): Promise<ImportReport>;

  /**
   * Creates a pool.
   *
   * @param pool - The pool, from `parsePool`.
   * @param by - The author of the write.
   * @throws {RegistryError} `conflict` when its name or a port of it belongs to another pool.
   */
  createPool(pool: Pool, by: Author): Promise<PoolReport>;

  /**
   * Changes a pool. A patch that changes nothing adds no row to the audit log.
   *
   * @param name - Its name.
   * @param patch - The changes, from `parsePoolPatch`.
   * @param by - The author of the write.
   * @throws {RegistryError} `not_found`; `conflict` when a port of it belongs to another pool.
   */
  updatePool(name: string, patch: PoolPatch, by: Author): Promise<PoolReport>;

  /**
   * Deletes a pool. The entries on its ports remain.
   *
   * @param name - Its name.
   * @param by - The author of the write.
   * @throws {RegistryError} `not_found`
   */
  deletePool(name: string, by: Author): Promise<PoolReport>;

  /**
   * Stores the hour in which a token was last used. It is not part of the audit log and changes no response.
   *
   * @param id - The id of the token.
   * @param hour - The start of the hour, ISO 8601 in UTC with milliseconds.
   */
  recordTokenUse(id: string, hour: string): Promise<void>;

  /**
   * Stores a snapshot of the sockets of a host. It is not part of the audit log and changes no response without observations.
   *
   * @param snapshot - The snapshot.
   * @param limits - The limits of what is stored.
   * @throws {RegistryError} `too_large` for too many sockets; `conflict` for a new host beyond the most hosts; `unavailable` with
   *   the reason.
   */
  observe(snapshot: Snapshot, limits: ObservationLimits): Promise<ObservedSnapshot>;

  /**
   * Applies the writes of the other servers of a shared register that this one lacks; does nothing for a standalone
   * server.
   *
   * @throws {RegistryError} `unavailable` when the shared register cannot be used.
   */
  catchUp(): Promise<void>;
}
