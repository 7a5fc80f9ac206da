import type { ListName } from './list-name.ts';

/** How an import can end. */
export const IMPORT_RESULTS = ['changed', 'unchanged', 'failed'] as const;
export type ImportEnd = (typeof IMPORT_RESULTS)[number];

/** How often imports of a list have ended in one way, and what is known of the last of them. */
export interface ImportCount {
  readonly list: ListName;
  readonly result: ImportEnd;
  readonly count: number;
  /** When the last one ended, ISO 8601 in UTC with milliseconds. */
  readonly lastAt: string;
  /** How long it took, in milliseconds. */
  readonly lastMs: number;
  /** How many rows the list had then; 0 where it failed. */
  readonly lastRows: number;
}
