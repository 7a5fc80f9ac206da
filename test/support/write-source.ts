import type { WriteSource } from '../../src/cli/actions/write-source.ts';

/**
 * Returns the settings of a standalone database.
 *
 * @param database - The SQLite file.
 */
export function sourceOf(database: string): WriteSource {
  return { database, shared: '', ephemeralRanges: [], quarantineDays: 0 };
}
