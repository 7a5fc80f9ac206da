import { quoteInput } from '../registry/registry-error.ts';
import { backupDatabase, restoreDatabase } from '../sqlite/backup.ts';
import { makePlace } from './prepare.ts';

/**
 * Backs up the database and says how large the backup is.
 *
 * @param database - Path of the SQLite file.
 * @param file - Where the backup goes.
 * @throws {RegistryError} As `backupDatabase`.
 */
export async function backup(database: string, file: string): Promise<void> {
  const bytes = await backupDatabase(database, file);
  console.log(`Backed up to ${quoteInput(file)}: ${bytes} bytes, checked`);
}

/**
 * Restores a backup and says how many entries it brought.
 *
 * @param database - Path of the SQLite file; it need not exist.
 * @param file - The backup.
 * @throws {RegistryError} As `restoreDatabase`.
 */
export async function restore(database: string, file: string): Promise<void> {
  makePlace(database);
  const entries = await restoreDatabase(database, file);
  console.log(`Restored ${quoteInput(file)}: ${entries} own ${entries === 1 ? 'entry' : 'entries'}`);
}
