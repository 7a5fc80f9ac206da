import type { CheckedEntry, Conflict, ConflictFilter, Warning } from './conflicts/conflict.ts';
import type { WrittenAssociation } from './own-registry.ts';
import type { Association } from './rows/association.ts';
import type { Page, PageRequest } from './values/page.ts';

/** Finds the conflicts of own entries. */
export interface OwnConflicts {
  /**
   * Lists the conflicts of own entries with each other, with pools of other teams, with IANA's assignments and with the
   * ranges of systems: by severity, kind and first port of the entry.
   *
   * @param filter - Selects the conflicts.
   * @param page - The page.
   */
  conflicts(filter: ConflictFilter, page: PageRequest): Page<Conflict>;

  /**
   * Adds the conflicts that entries have now.
   *
   * @param entries - Own entries, stored or not.
   * @returns The entries with their conflicts as `warnings`.
   */
  withWarnings(entries: readonly Association[]): WrittenAssociation[];

  /**
   * Finds the conflicts that a write of an own entry would create.
   *
   * @param entry - The entry after the write; its id is that of the entry that it changes, null for a new one.
   * @returns The warnings, the most severe first.
   * @throws {RegistryError} `not_found` for an unknown id.
   */
  warnings(entry: CheckedEntry): Warning[];

  /**
   * Runs one step of the work that the first list of conflicts or warnings after a write, a start or an import needs. They are
   * correct without it, but then run all steps at once.
   *
   * @returns True if no step is left.
   */
  prepareConflicts(): boolean;
}
