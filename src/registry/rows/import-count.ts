import type { ListName } from './list-name.ts';

/** The results of an import. */
export const IMPORT_RESULTS = ['changed', 'unchanged', 'failed'] as const;
export type ImportEnd = (typeof IMPORT_RESULTS)[number];

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
