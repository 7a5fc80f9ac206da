import type { ListName } from '../../registry/rows/list-name.ts';
import type { ListContent, ListRows } from '../../registry/rows/list-rows.ts';
import type { Connection } from '../../sqlite/file/database.ts';
import { type ImportResult, importList, importPast, type NewList } from '../../sqlite/import/imports.ts';
import { storeUpdate, type UpdateOutcome } from '../../sqlite/tables/update-attempts.ts';

/** Imports lists: into a standalone database, or into a shared register. */
export interface ListLoader {
  /** Imports a list in place of the loaded one, as the function of this name. */
  importList<List extends ListName>(
    list: NewList<List>,
    content: ListContent<AsyncIterable<ListRows[List]>>,
    progress?: (rows: number) => void,
  ): Promise<ImportResult>;
  /** Adds an earlier state of the official rows to the history, as the function of this name. */
  importPast(
    list: Omit<NewList<'assignments'>, 'list' | 'origin'>,
    content: ListContent<readonly ListRows['assignments'][]>,
  ): Promise<ImportResult>;
  /** Stores the outcome of an update, as `storeUpdate`. */
  storeUpdate(outcome: UpdateOutcome, staleDays: number): Promise<void>;
  /**
   * Takes the lock of updates, so that no other node updates at the same time.
   *
   * @param due - The scheduled time, ISO 8601 in UTC with milliseconds; null for an update that is not scheduled.
   * @returns Null if this node updates, else the reason why not.
   */
  lockUpdates(due: string | null): Promise<string | null>;
  /** Returns whether the bundled lists of a version of this program are loaded. */
  takesBundled(version: string): Promise<boolean>;
  /** Stores that the bundled lists of a version are loaded. */
  storeBundled(version: string): Promise<void>;
}

/**
 * Creates a loader that imports lists into a standalone database.
 *
 * @param db - A connection for writing.
 */
export function createLocalLoader(db: Connection): ListLoader {
  return {
    importList: (list, { rows, fewest }, progress) => importList(db, list, rows, fewest, progress),
    importPast: async (list, { rows, fewest }) => importPast(db, list, rows, fewest),
    storeUpdate: async (outcome, staleDays) => storeUpdate(db, outcome, staleDays),
    lockUpdates: async () => null,
    takesBundled: async () => true,
    storeBundled: async () => {},
  };
}
