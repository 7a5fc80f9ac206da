import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { backupDatabase } from '../../sqlite/file/backup.ts';
import { type Connection, openForReading } from '../../sqlite/file/database.ts';
import { type RestorePlan, restoreDatabase } from '../../sqlite/import/restore.ts';
import { registerOf, unmarkNode } from '../../sqlite/tables/shared-node.ts';
import { ask, canAsk } from '../terminal/ask.ts';
import { brokenAt, readAuditCheck } from './audit.ts';
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
  const { broken } = readAuditCheck(file);
  if (broken !== null) console.error(`Warning: ${brokenAt(broken)}. restore refuses this backup`);
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

/** The flags of `portolan restore`. */
export interface RestoreFlags {
  /** Checks the backup and prints what would change. */
  readonly dryRun?: boolean;
  /** Does not ask on a terminal. */
  readonly yes?: boolean;
}

/**
 * Restores a backup. Prints the number of restored entries, the tokens that it made valid, and how to undo it. Asks first if
 * standard input is a terminal.
 *
 * @param database - Path of the SQLite file; it need not exist.
 * @param file - The backup.
 * @param flags - The flags.
 * @throws {RegistryError} As `restoreDatabase`; `conflict` when the person at the terminal declined.
 */
export async function restore(database: string, file: string, { dryRun, yes }: RestoreFlags): Promise<void> {
  createDatabaseFolder(database);
  if (isNode(database)) {
    const detail = 'the database is a node of a shared register, which a restore would leave';
    const remedy = 'run portolan shared join FILE to begin from a backup, or portolan shared leave first';
    throw new RegistryError('conflict', `Cannot restore: ${detail}: ${remedy}`);
  }
  let isPlanPrinted = false;
  const confirm = async (plan: RestorePlan): Promise<boolean> => {
    if (dryRun !== true && (yes === true || !canAsk())) return true;
    isPlanPrinted = true;
    printPlan(dryRun === true ? 'Dry run, nothing was changed. Would restore' : 'Restores', file, plan);
    return dryRun !== true && (await ask(`Replace the content of ${quoteInput(database)}?`));
  };
  const restored = await restoreDatabase(database, file, refresh, confirm);
  if (restored === null && dryRun === true) return;
  if (restored === null) throw new RegistryError('conflict', 'Nothing was changed: the restore was not confirmed');
  if (!isPlanPrinted) printPlan('Restored', file, restored);
  const { kept } = restored;
  if (kept === null) return;
  const name = quoteInput(kept.file);
  if (kept.isBackup) console.log(`Kept what it replaced. To undo: portolan restore ${name}`);
  else console.log(`Kept the damaged database: ${name}`);
}

/** Makes the backup of a node standalone, and loads the bundled lists of this version. */
async function refresh(db: Connection): Promise<void> {
  unmarkNode(db);
  await reseedBundled(db);
}

/** Returns whether a database is a node; false for one that is missing or cannot be read, which a restore replaces. */
function isNode(database: string): boolean {
  try {
    const db = openForReading(database);
    try {
      return registerOf(db) !== null;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** Prints what a restore changes: entries on standard output, warnings about tokens on standard error. */
function printPlan(what: string, file: string, { entries, replaced, tokens }: RestorePlan): void {
  const { revived, added, all } = tokens;
  const place = replaced === null ? '' : `, in place of ${replaced}`;
  console.log(`${what} ${quoteInput(file)}: ${entries} own ${entries === 1 ? 'entry' : 'entries'}${place}`);
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
