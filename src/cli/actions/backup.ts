import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { backupDatabase } from '../../sqlite/file/backup.ts';
import { restoreDatabase } from '../../sqlite/import/restore.ts';
import { reseedBundled } from './bundled.ts';
import { createDatabaseFolder } from './prepare.ts';

/**
 * Backs up the database and prints the size of the backup.
 *
 * @param database - Path of the SQLite file.
 * @param file - Path of the backup.
 * @throws {RegistryError} As `backupDatabase`.
 */
export async function backup(database: string, file: string): Promise<void> {
  const bytes = await backupDatabase(database, file);
  console.log(`Backed up to ${quoteInput(file)}: ${bytes} bytes, checked`);
}

/** The name of a backup in a folder of backups: the UTC time in seconds, so that names sort by age. */
const DATED_NAME = /^portolan-\d{8}T\d{6}Z\.db$/;

/**
 * Backs up the database into a folder of backups, named by the time, and then removes the oldest ones. Other files in the
 * folder stay.
 *
 * @param database - Path of the SQLite file.
 * @param folder - The folder; it must exist.
 * @param keep - Number of backups to keep, including the new one, from 1.
 * @throws {RegistryError} As `backupDatabase`; nothing is removed in this case.
 */
export async function backupInto(database: string, folder: string, keep: number): Promise<void> {
  const before = datedBackups(folder);
  const name = `portolan-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.db`;
  await backup(database, join(folder, name));
  // The new one is never removed, even if its name sorts first because the clock was set back.
  const others = before.filter((other) => other !== name);
  for (const other of others.slice(0, Math.max(0, others.length - keep + 1))) {
    rmSync(join(folder, other));
    console.log(`Removed ${quoteInput(join(folder, other))}`);
  }
}

function datedBackups(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => DATED_NAME.test(name))
      .sort();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new RegistryError('invalid_argument', `Cannot use the folder ${quoteInput(folder)}: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Restores a backup and prints the number of restored entries, and the tokens that it made valid.
 *
 * @param database - Path of the SQLite file; it need not exist.
 * @param file - The backup.
 * @throws {RegistryError} As `restoreDatabase`.
 */
export async function restore(database: string, file: string): Promise<void> {
  createDatabaseFolder(database);
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
