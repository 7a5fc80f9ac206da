import type { Command } from 'commander';
import { loadLocalConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

/**
 * Adds the command `update`, which downloads IANA's file and loads it.
 *
 * @param program - The program.
 */
export function addUpdateCommand(program: Command): void {
  const command = program
    .command('update')
    .description("download IANA's file if there is a newer one, check it, and load it")
    .option('--force', 'load it even if it is older, smaller or lacks well-known services')
    .addHelpText('after', '\nExamples:\n  portolan update\n  portolan update --update-url /srv/mirror/iana')
    .action(async ({ force }: { readonly force?: boolean }, self: Command) => {
      const { config } = await loadLocalConfig(self);
      const { update } = await import('../actions/update.ts');
      const options = { force: force === true, staleDays: config.updateStaleDays, showsProgress: true };
      console.log((await update(config, config.updateUrl, options)).sentence);
    });
  addSettingFlags(command);
}
