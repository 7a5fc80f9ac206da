import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { checkExists, type LocalSource } from './local-source.ts';

/** The database with the bundled data in an installed package, which is never written. A repository has none. */
export const BUNDLED_DATABASE = fileURLToPath(new URL('../../../data/bundled.db.gz', import.meta.url));

/**
 * Opens the local database. If there is none and no setting names one, an installed package answers from the bundled data, and
 * a repository creates the database from them.
 *
 * @param source - The settings of the database.
 * @throws {RegistryError} `unavailable` when a setting names a database that does not exist; as `prepareDatabase`.
 */
export async function openLocalRegistry({ database, ephemeralRanges, quarantineDays, isDatabaseNamed }: LocalSource) {
  const options = { cachesReports: false, quarantineDays };
  const open = (path: string) => new SqliteRegistry(path, ephemeralRanges, options);
  if (existsSync(database)) return open(database);
  if (isDatabaseNamed) checkExists(database);
  if (existsSync(BUNDLED_DATABASE)) return open(BUNDLED_DATABASE);
  const { prepareDatabase } = await import('./prepare.ts');
  console.error(`portolan: loading the bundled data into ${quoteInput(database)}`);
  await prepareDatabase(database);
  return open(database);
}
