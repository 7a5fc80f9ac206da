import type { ChangeFilter, ChangePage, Snapshot } from './history/history.ts';
import type { Page, PageRequest } from './values/page.ts';

/** Lists the imports of the official rows and their changes. */
export interface ChangeHistory {
  /**
   * Lists the snapshots of the official rows, the latest first.
   *
   * @param page - The page.
   */
  snapshots(page: PageRequest): Page<Snapshot>;

  /**
   * Lists the changes between snapshots: the latest first, by port and name within a snapshot.
   *
   * @param filter - Selects the changes.
   * @param page - The page.
   */
  changes(filter: ChangeFilter, page: PageRequest): ChangePage;
}
