import { type Command, InvalidArgumentError } from 'commander';
import { parseWholeNumber } from '../../registry/values/page.ts';

/** Ten years of one a day. */
const MOST_KEPT = 3650;

/**
 * Adds the commands around backups.
 *
 * @param program - Where they are added.
 * @param databaseOf - Gives the path of the SQLite file.
 */
export function addBackupCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  program
    .command('backup')
    .description('copy the database into a file, while servers go on')
    .argument('<file>', 'where to; an older backup there is replaced once the new one is whole')
    .option('--keep <number>', 'take FILE for a folder, add a backup with a name of its own, keep this many', readKeep)
    .addHelpText('after', '\nExample:\n  portolan backup --keep 14 /var/backups/portolan')
    .action(async (file: string, { keep }: { readonly keep?: number }, command: Command) => {
      const { backup, backupInto } = await import('../actions/backup.ts');
      const database = await databaseOf(command);
      await (keep === undefined ? backup(database, file) : backupInto(database, file, keep));
    });
  program
    .command('restore')
    .description('put a backup in the place of all that the database holds, while servers go on')
    .argument('<file>', 'a backup that portolan backup made')
    .addHelpText('after', '\nExample:\n  portolan restore copy.db')
    .action(async (file: string, _options: object, command: Command) => {
      const { restore } = await import('../actions/backup.ts');
      await restore(await databaseOf(command), file);
    });
}

function readKeep(text: string): number {
  try {
    return parseWholeNumber(text, 'number of backups', 1, MOST_KEPT);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
