import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { backupDatabase } from '../../sqlite/file/backup.ts';
import { restoreDatabase } from '../../sqlite/import/restore.ts';
import { reseedBundled } from './bundled.ts';
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

/** How a backup is called that is one of several: by the second of UTC, so that names sort by age. */
const DATED = /^portolan-\d{8}T\d{6}Z\.db$/;

/**
 * Backs up the database into a folder of backups, under the time as its name, and then removes the oldest of them.
 * What else lies in the folder stays.
 *
 * @param database - Path of the SQLite file.
 * @param folder - Where backups are kept; it must be there.
 * @param keep - How many stay, the new one counted, from 1.
 * @throws {RegistryError} As `backupDatabase`; nothing is removed then.
 */
export async function backupInto(database: string, folder: string, keep: number): Promise<void> {
  const before = datedBackups(folder);
  const name = `portolan-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.db`;
  await backup(database, join(folder, name));
  // The new one stays whatever its name: clocks are put back sometimes.
  const others = before.filter((other) => other !== name);
  for (const other of others.slice(0, Math.max(0, others.length - keep + 1))) {
    rmSync(join(folder, other));
    console.log(`Removed ${quoteInput(join(folder, other))}`);
  }
}

function datedBackups(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => DATED.test(name))
      .sort();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new RegistryError('invalid_argument', `Cannot use the folder ${quoteInput(folder)}: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Restores a backup and says how many entries it brought, and which tokens are valid with it that were not before.
 *
 * @param database - Path of the SQLite file; it need not exist.
 * @param file - The backup.
 * @throws {RegistryError} As `restoreDatabase`.
 */
export async function restore(database: string, file: string): Promise<void> {
  makePlace(database);
  const { entries, tokens } = await restoreDatabase(database, file, reseedBundled);
  const { revived, added, all } = tokens;
  console.log(`Restored ${quoteInput(file)}: ${entries} own ${entries === 1 ? 'entry' : 'entries'}`);
  if (all && added.length > 0) console.log(`Valid tokens: ${added.join(', ')}`);
  if (revived.length > 0)
    console.error(
      `Valid again, though revoked after the backup was made: ${revived.join(', ')}. Revoke with portolan token revoke`,
    );
  if (!all && added.length > 0)
    console.error(
      `Valid now, though the database did not have them: ${added.join(', ')}. Revoke with portolan token revoke if they are unknown to you`,
    );
}
