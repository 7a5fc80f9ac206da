import { existsSync } from 'node:fs';
import type { Config } from '../../config/settings.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';

/**
 * Opens the local database. Creates it from the bundled data if the file does not exist.
 *
 * @param source - The settings of the database.
 * @throws {RegistryError} As `prepareDatabase`.
 */
export async function openLocalRegistry({ database, ephemeralRanges }: Pick<Config, 'database' | 'ephemeralRanges'>) {
  if (!existsSync(database)) {
    const { prepareDatabase } = await import('./prepare.ts');
    console.error(`portolan: loading the bundled data into ${quoteInput(database)}`);
    await prepareDatabase(database);
  }
  return new SqliteRegistry(database, ephemeralRanges, false);
}
