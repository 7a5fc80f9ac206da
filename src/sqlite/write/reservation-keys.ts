import type { Association } from '../../registry/rows/association.ts';
import type { Connection, Statement } from '../file/database.ts';

/** The last entry that was reserved with a key. */
export interface KeyHolder {
  /** The entry as it is, or as it was before its deletion. */
  readonly entry: Association;
  /** False for a deleted or retired entry: it does not hold the key any more. */
  readonly isHeld: boolean;
}

/** Finds entries by the keys with which they were reserved. The audit log has the keys, also those of deleted entries. */
export class ReservationKeys {
  readonly #reserved: Statement<[string], string>;
  readonly #deleted: Statement<[string], string>;
  readonly #findEntry: (id: string) => Association;

  /**
   * @param db - Any connection.
   * @param findEntry - Finds an entry that exists.
   */
  constructor(db: Connection, findEntry: (id: string) => Association) {
    this.#findEntry = findEntry;
    this.#reserved = db
      .prepare<[string], string>('SELECT key FROM audit WHERE reservation_key = ? ORDER BY id DESC LIMIT 1')
      .pluck();
    this.#deleted = db
      .prepare<[string], string>(
        `SELECT "before" FROM audit WHERE key = ? AND kind = 'association' AND action = 'delete'`,
      )
      .pluck();
  }

  /**
   * Finds the last entry that was reserved with a key.
   *
   * @param key - The key; null for none.
   * @returns Null if no entry was reserved with it.
   */
  find(key: string | null): KeyHolder | null {
    const id = key === null ? undefined : this.#reserved.get(key);
    if (id === undefined) return null;
    const deleted = this.#deleted.get(id);
    if (deleted !== undefined) return { entry: JSON.parse(deleted), isHeld: false };
    const entry = this.#findEntry(id);
    return { entry, isHeld: entry.status !== 'retired' };
  }
}
