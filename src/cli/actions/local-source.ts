import type { ResolvedConfig } from '../../config/config.ts';
import type { Config } from '../../config/settings.ts';

/** The database that a command reads. */
export interface LocalSource extends Pick<Config, 'database' | 'ephemeralRanges' | 'quarantineDays'> {
  /** True if a setting names the database, false for the default. */
  readonly isDatabaseNamed: boolean;
}

/**
 * Returns the settings of the database that a command reads.
 *
 * @param resolved - All settings.
 */
export function localSourceOf({ config, given }: ResolvedConfig): LocalSource {
  const { database, ephemeralRanges, quarantineDays } = config;
  return { database, ephemeralRanges, quarantineDays, isDatabaseNamed: given.database.source !== 'default' };
}
