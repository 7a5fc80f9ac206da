import type { Command } from 'commander';
import type { Config } from '../../config/settings.ts';
import { SETTINGS } from '../../config/settings.ts';
import { checkExists } from '../actions/local-source.ts';
import type { JoinFlags } from '../actions/shared/move.ts';
import { loadLocalConfig } from './load-config.ts';
import { addSettingFlag } from './settings-flags.ts';

/**
 * Adds the commands that make a database a node of a shared register in PostgreSQL, and make it standalone again.
 *
 * @param program - The program.
 */
export function addSharedCommands(program: Command): void {
  const shared = program.command('shared').description('share one register between servers, by PostgreSQL');
  withShared(shared.command('init').description('move the register of the database into PostgreSQL'))
    .addHelpText('after', '\nExample:\n  portolan shared init --shared-file /etc/portolan/shared')
    .action(async (_options: object, command: Command) => {
      const { init } = await import('../actions/shared/move.ts');
      await init(await configOf(command));
    });
  withShared(shared.command('join').description('make the database a node of the register in PostgreSQL'))
    .argument('[backup]', 'a backup of another node, from which fewer writes are missing')
    .option('--yes', 'do not ask before the content of the database is replaced')
    .addHelpText('after', '\nExamples:\n  portolan shared join\n  portolan shared join /var/backups/portolan.db')
    .action(async (backup: string | undefined, flags: JoinFlags, command: Command) => {
      const { join } = await import('../actions/shared/move.ts');
      await join(await configOf(command), backup ?? null, flags);
    });
  withShared(shared.command('rejoin').description('bring a node back after PostgreSQL went back to an older state'))
    .option('--yes', 'do not ask before the content of the database is replaced')
    .addHelpText('after', '\nExample:\n  portolan shared rejoin --yes')
    .action(async (flags: JoinFlags, command: Command) => {
      const { rejoin } = await import('../actions/shared/move.ts');
      await rejoin(await configOf(command), flags);
    });
  withShared(shared.command('leave').description('make the database of a node standalone'))
    .addHelpText('after', '\nExample:\n  portolan shared leave --shared-file /etc/portolan/shared')
    .action(async (_options: object, command: Command) => {
      const config = await configOf(command);
      checkExists(config.database);
      const { leave } = await import('../actions/shared/move.ts');
      await leave(config);
    });
}

function withShared(command: Command): Command {
  addSettingFlag(command, SETTINGS.shared);
  return command;
}

async function configOf(command: Command): Promise<Config> {
  return (await loadLocalConfig(command)).config;
}
