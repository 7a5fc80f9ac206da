import type { Command } from 'commander';

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
    .action(async (file: string, _options: object, command: Command) => {
      const { backup } = await import('./backup.ts');
      await backup(await databaseOf(command), file);
    });
  program
    .command('restore')
    .description('put a backup in the place of all that the database holds, while servers go on')
    .argument('<file>', 'a backup that portolan backup made')
    .action(async (file: string, _options: object, command: Command) => {
      const { restore } = await import('./backup.ts');
      await restore(await databaseOf(command), file);
    });
}
