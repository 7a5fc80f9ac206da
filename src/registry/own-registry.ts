import type { Pool } from './advice/advice-facts.ts';
import type { PoolReport } from './advice/pool.ts';
import type { Reservation } from './advice/reservation.ts';
import type { OwnEntry, OwnPatch } from './own/own-fields.ts';
import type { Author } from './own/token.ts';
import type { Association } from './rows/association.ts';

/**
 * What a team can change. Each write stands as a whole, with its row in the audit, and is on the disk before its promise
 * is kept; it stands or falls alone. Writes wait for the disk and for other writers, so they are promises. Each rejects
 * with a `RegistryError` with the code `unavailable`, which says why, when nothing could be written: the database is
 * locked, full, read-only or missing.
 */
export interface OwnRegistry {
  /**
   * Creates entries, all or none.
   *
   * @param entries - What the team wrote, checked.
   * @param by - Who writes.
   * @returns The entries in the same order, with their ids and the revision 1.
   * @throws {RegistryError} `conflict` when a port would have more than `MOST_OWN_ENTRIES`.
   */
  create(entries: readonly OwnEntry[], by: Author): Promise<Association[]>;

  /**
   * Changes an entry. Changes that change nothing raise no revision and leave no row in the audit.
   *
   * @param id - Its id.
   * @param patch - What changes.
   * @param revision - The revision that the writer has seen; null for whichever there is.
   * @param by - Who writes.
   * @returns The entry as it stands since.
   * @throws {RegistryError} `not_found`; `forbidden` when the use is none of the team's; `stale` when it has another
   *   revision; `invalid_argument` when its ports would be no range; `conflict` as `create`.
   */
  update(id: string, patch: OwnPatch, revision: number | null, by: Author): Promise<Association>;

  /**
   * Deletes an entry. Its id is never given again.
   *
   * @param id - Its id.
   * @param revision - The revision that the writer has seen; null for whichever there is.
   * @param by - Who writes.
   * @returns The entry as it was.
   * @throws {RegistryError} As `update`.
   */
  remove(id: string, revision: number | null, by: Author): Promise<Association>;

  /**
   * Chooses ports that suit and creates the entry on them, in one transaction: nobody else gets them meanwhile.
   *
   * @param reservation - What is to be reserved, as `readReservation` gives it.
   * @param by - Who writes.
   * @returns The entry.
   * @throws {RegistryError} `conflict`, with the reason, when no port suits; `invalid_argument` when there is no such
   *   pool, or it is not for the protocols.
   */
  reserve(reservation: Reservation, by: Author): Promise<Association>;

  /**
   * Creates a pool.
   *
   * @param pool - The pool, as `readPool` gives it.
   * @param by - Who writes.
   * @throws {RegistryError} `conflict` when its name or a port of it belongs to another pool.
   */
  createPool(pool: Pool, by: Author): Promise<PoolReport>;

  /**
   * Deletes a pool; the entries on its ports stay.
   *
   * @param name - Its name.
   * @param by - Who writes.
   * @throws {RegistryError} `not_found`
   */
  deletePool(name: string, by: Author): Promise<PoolReport>;
}
