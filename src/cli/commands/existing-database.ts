import type { Command } from 'commander';
import { checkExists } from '../actions/local-source.ts';
import { loadConfig } from './load-config.ts';

/**
 * Returns the path of the database for a command that does not create one. Prints a warning if the server on the configured
 * HOST and PORT uses another database.
 *
 * @param command - The command that runs.
 * @throws {RegistryError} As `loadConfig`; `unavailable` when there is no such file.
 */
export async function existingDatabaseOf(command: Command): Promise<string> {
  const { config } = await loadConfig(command);
  checkExists(config.database);
  const { otherServerDatabase } = await import('../actions/health.ts');
  const difference = await otherServerDatabase(config);
  if (difference !== null) console.error(`portolan: warning: ${difference}`);
  return config.database;
}
