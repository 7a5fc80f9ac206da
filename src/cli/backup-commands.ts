import type { Command } from 'commander';
import type { Config } from '../config.ts';

/**
 * Adds the commands around backups.
 *
 * @param program - Where they are added.
 * @param config - Reads the settings.
 */
export function addBackupCommands(program: Command, config: () => Config): void {
  program
    .command('backup')
    .description('copy the database into a file, while servers go on')
    .argument('<file>', 'where to; an older backup there is replaced once the new one is whole')
    .action(async (file: string) => {
      const { backup } = await import('./backup.ts');
      await backup(config().database, file);
    });
  program
    .command('restore')
    .description('put a backup in the place of all that the database holds, while servers go on')
    .argument('<file>', 'a backup that portolan backup made')
    .action(async (file: string) => {
      const { restore } = await import('./backup.ts');
      await restore(config().database, file);
    });
}
