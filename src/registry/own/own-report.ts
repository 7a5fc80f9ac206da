import type { Association } from '../rows/association.ts';

/** A filter of the reports of own entries; null matches any value. */
export interface OwnReportFilter {
  /** Entries of exactly this owner. */
  readonly owner: string | null;
  /** Entries of exactly this environment. */
  readonly environment: string | null;
  /** Entries with exactly this tag. */
  readonly tag: string | null;
  /** Entries with a port and a protocol of the pool with this name, even if other ports of the entry are outside of it. */
  readonly pool: string | null;
}

/** A filter that matches every own entry. */
export const ANY_OWN_ENTRY: OwnReportFilter = { owner: null, environment: null, tag: null, pool: null };

/** The default and the largest number of days in which an entry becomes due. */
export const DUE_DAYS = { default: 30, largest: 3_650 } as const;

/**
 * Returns the day on which an entry becomes due: the first of its days.
 *
 * @param entry - The entry.
 * @returns The day, `YYYY-MM-DD`; null for an entry without a day.
 */
export function dueDay({ reviewBy, expiresAt }: Pick<Association, 'reviewBy' | 'expiresAt'>): string | null {
  if (reviewBy === null || expiresAt === null) return reviewBy ?? expiresAt;
  return reviewBy < expiresAt ? reviewBy : expiresAt;
}
