import type { ListName } from './list-name.ts';

/** The result of an import. */
export type ImportEnd = 'changed' | 'unchanged' | 'failed';

/** The number of imports of a list with one result, and the last of them. */
export interface ImportCount {
  readonly list: ListName;
  readonly result: ImportEnd;
  readonly count: number;
  /** When the last one ended, ISO 8601 in UTC with milliseconds. */
  readonly lastAt: string;
  /** The duration of the last one, in milliseconds. */
  readonly lastMs: number;
  /** The number of rows of the list after the last one; 0 if it failed. */
  readonly lastRows: number;
}
