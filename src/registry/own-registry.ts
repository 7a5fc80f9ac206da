import type { Association } from './association.ts';
import type { OwnEntry, OwnPatch } from './own-entry.ts';
import type { Author } from './token.ts';

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
   *   revision; `invalid_argument` when its ports would be no range.
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
}
