import type { Pool } from '../../registry/advice/advice-facts.ts';
import type { AuditRow } from '../../registry/audit.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { Connection } from '../file/database.ts';
import { eventWrites } from '../tables/audit-table.ts';
import type { ImportRows, ImportWrites } from './own-import.ts';

/**
 * Rebuilds the result of an import from its rows in the audit log: `importRows` plans the same steps, because it gets the entries
 * as they were before the import, and each step finds its write instead of writing.
 */
export class ReplayedImport implements ImportRows, ImportWrites {
  readonly #db: Connection;
  readonly #event: number;
  readonly #stored: ImportRows;
  readonly check: ImportWrites['check'];
  /** The writes of the import, in their order. */
  readonly writes: readonly AuditRow[];
  #next = 0;
  /** The own entries before the import, by id. */
  readonly #before = new Map<string, Association>();

  /**
   * @param db - A connection in a transaction.
   * @param event - The id of the first write of the import.
   * @param stored - The stored rows, as they are now.
   * @param check - Returns the conflicts that the written entries have now.
   */
  constructor(db: Connection, event: number, stored: ImportRows, check: ImportWrites['check']) {
    this.#db = db;
    this.#event = event;
    this.#stored = stored;
    this.check = check;
    this.writes = eventWrites(db, event);
  }

  /** Lists the own entries as they were before the import, from the first state of each entry that was written since. */
  ownEntries(): Association[] {
    const written = this.#db
      .prepare<[number], { readonly key: string; readonly before: string | null }>(
        `SELECT key, "before" FROM audit
         WHERE id IN (SELECT min(id) FROM audit WHERE id >= ? AND kind = 'association' GROUP BY key)`,
      )
      .all(this.#event);
    const earlier = new Map(written.map(({ key, before }) => [key, before]));
    const unchanged = this.#stored.ownEntries().filter(({ id }) => !earlier.has(id));
    const changed = [...earlier.values()].flatMap((before) => (before === null ? [] : [JSON.parse(before)]));
    const entries: Association[] = [...unchanged, ...changed].sort(inReadOrder);
    for (const entry of entries) this.#before.set(entry.id, entry);
    return entries;
  }

  pools(): readonly Pool[] {
    return this.#stored.pools();
  }

  create(): Association {
    return this.#take().after as Association;
  }

  /** Returns the entry after its write; an entry that the import did not change has none. */
  update(id: string): Association {
    const isChanged = this.writes[this.#next]?.key === id;
    return (isChanged ? this.#take().after : this.#before.get(id)) as Association;
  }

  remove(): Association {
    return this.#take().before as Association;
  }

  #take(): AuditRow {
    return this.writes[this.#next++] as AuditRow;
  }
}

/** Compares entries by the order in which they are read: imports pair equal entries with rows in this order. */
function inReadOrder(a: Association, b: Association): number {
  return a.firstPort - b.firstPort || a.lastPort - b.lastPort || (a.id < b.id ? -1 : 1);
}
