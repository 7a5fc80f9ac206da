import type { Conflicts } from '../../registry/conflicts/conflicts.ts';
import { type HeldWarning, refuseConflicts, toWarnings } from '../../registry/conflicts/warnings.ts';
import { checkFullPorts } from '../../registry/own/own-limit.ts';
import type { WrittenAssociation } from '../../registry/own-registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import { boundsOf } from '../../registry/values/port-range.ts';
import type { AdviceReads } from '../read/advice-reads.ts';

/** An entry that was created or changed. */
interface WrittenEntry {
  /** The entry before the transaction; null for a new one. */
  readonly before: Association | null;
  readonly after: Association;
}

/** The own entries that were created or changed in a transaction, and the conflicts that they create. */
export class WrittenEntries {
  readonly #rows: AdviceReads;
  readonly #conflicts: Conflicts;
  /** The entries by id. */
  readonly #entries = new Map<string, WrittenEntry>();

  /**
   * @param rows - The stored rows, over the connection of the writes.
   * @param conflicts - Finds conflicts over the same rows.
   */
  constructor(rows: AdviceReads, conflicts: Conflicts) {
    this.#rows = rows;
    this.#conflicts = conflicts;
  }

  /** Begins a transaction. */
  clear(): void {
    this.#entries.clear();
  }

  /**
   * Adds an entry that was created or changed, also one that was changed before in this transaction.
   *
   * @param before - The entry before the write; null for a new one.
   * @param after - The entry after the write.
   */
  add(before: Association | null, after: Association): void {
    const first = this.#entries.get(after.id);
    this.#entries.set(after.id, { before: first === undefined ? before : first.before, after });
  }

  /**
   * Removes an entry that was deleted.
   *
   * @param id - Its id.
   */
  delete(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * Checks that no port has too many own entries, and finds the conflicts that the writes of this transaction create. Reads
   * the own entries between the lowest and highest port of the written ones.
   *
   * @param action - The refused action for the message, such as `create the entry`.
   * @returns The conflicts of each written entry, by id.
   * @throws {RegistryError} `conflict`
   */
  check(action: string): Map<string, readonly HeldWarning[]> {
    const changes = [...this.#entries.values()];
    if (changes.length === 0) return new Map();
    const stored = this.#rows.ownUsesIn(boundsOf(changes.map(({ after }) => after)));
    checkFullPorts(
      stored.map((entry) => ({ ...entry, isNew: this.#isPlaced(entry.id) })),
      action,
    );
    const found = this.#conflicts.warnings(changes, stored);
    return new Map(changes.map(({ after }, index) => [after.id, found[index] ?? []]));
  }

  /**
   * Adds the conflicts that this transaction creates to its results.
   *
   * @param entries - The written entries that are returned to the client.
   * @param isStrict - Whether conflicts with the severity `avoid` are refused.
   * @param action - The refused action for the message, such as `create the entry`.
   * @throws {RegistryError} `conflict`
   */
  withWarnings(entries: readonly Association[], isStrict: boolean, action: string): WrittenAssociation[] {
    const found = this.check(action);
    if (isStrict) refuseConflicts(found, entries, action);
    return entries.map((entry) => ({ ...entry, warnings: toWarnings(found.get(entry.id) ?? []) }));
  }

  /** Returns whether an entry is new or has been moved in this transaction. */
  #isPlaced(id: string): boolean {
    const { before, after } = this.#entries.get(id) ?? {};
    if (after === undefined) return false;
    return before?.firstPort !== after.firstPort || before.lastPort !== after.lastPort;
  }
}
