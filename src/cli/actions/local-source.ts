import { existsSync } from 'node:fs';
import type { ResolvedConfig } from '../../config/config.ts';
import type { Config } from '../../config/settings.ts';
import type { ObservationLimits } from '../../registry/observed/observation.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';

/** The database that a command reads. */
export interface LocalSource extends Pick<Config, 'database' | 'shared' | 'ephemeralRanges' | 'quarantineDays'> {
  /** The limits of stored observations. */
  readonly observations: ObservationLimits;
  /** True if a setting names the database, false for the default. */
  readonly isDatabaseNamed: boolean;
}

/**
 * Returns the settings of the database that a command reads.
 *
 * @param resolved - All settings.
 */
export function localSourceOf({ config, given }: ResolvedConfig): LocalSource {
  const { database, shared, ephemeralRanges, quarantineDays } = config;
  return {
    ...{ database, shared, ephemeralRanges, quarantineDays },
    observations: observationLimitsOf(config),
    isDatabaseNamed: given.database.source !== 'default',
  };
}

/**
 * Returns the limits of stored observations from the settings.
 *
 * @param config - The settings.
 */
export function observationLimitsOf(
  config: Pick<Config, 'observedRows' | 'observedHosts' | 'observationRetention'>,
): ObservationLimits {
  return { rows: config.observedRows, hosts: config.observedHosts, keepDays: config.observationRetention };
}

/**
 * Checks that a database exists, for commands that do not create one: a wrong path would give an empty database.
 *
 * @param path - The SQLite file.
 * @param shared - The address of the shared register of which it is a node; empty for a standalone one.
 * @throws {RegistryError} `unavailable`
 */
export function checkExists(path: string, shared = ''): void {
  if (existsSync(path)) return;
  const remedy = shared === '' ? 'portolan seed' : 'portolan shared join';
  const sentence = `Setting DATABASE: there is no file ${quoteInput(path)}; "${remedy}" creates it`;
  throw new RegistryError('unavailable', sentence);
}
