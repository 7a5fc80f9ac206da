import { type Command, InvalidArgumentError } from 'commander';
import { parseWholeNumber } from '../../registry/values/page.ts';
import type { RestoreFlags } from '../actions/backup.ts';
import { existingDatabaseOf } from './load-config.ts';

/** The largest value of `--keep`: one backup a day for 10 years. */
const MAX_KEEP = 3650;

/**
 * Adds the commands `backup` and `restore`.
 *
 * @param program - The program.
 * @param databaseOf - Returns the path of the SQLite file, for `restore`, which can create it.
 */
export function addBackupCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  program
    .command('backup')
    .description('copy the database into a file, while servers run')
    .argument('<file>', 'the backup; replaces an older one there once it is complete')
    .option('--keep <number>', 'FILE is a folder: add a dated backup, and keep this many', parseKeep)
    .addHelpText('after', '\nExample:\n  portolan backup --keep 14 /var/backups/portolan')
    .action(async (file: string, { keep }: { readonly keep?: number }, command: Command) => {
      const { backup, backupInto } = await import('../actions/backup.ts');
      const database = await existingDatabaseOf(command);
      await (keep === undefined ? backup(database, file) : backupInto(database, file, keep));
    });
  program
    .command('restore')
    .description('replace the content of the database with a backup, while servers run')
    .argument('<file>', 'a backup from portolan backup')
    .option('--dry-run', 'check the backup, show what would change, and change nothing')
    .option('--yes', 'do not ask; without a terminal, restore never asks')
    .addHelpText('after', '\nExamples:\n  portolan restore copy.db --dry-run\n  portolan restore copy.db')
    .action(async (file: string, flags: RestoreFlags, command: Command) => {
      const { restore } = await import('../actions/backup.ts');
      await restore(await databaseOf(command), file, flags);
    });
}

function parseKeep(text: string): number {
  try {
    return parseWholeNumber(text, 'number of backups', 1, MAX_KEEP);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
