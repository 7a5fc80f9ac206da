import { type Command, InvalidArgumentError } from 'commander';
import { timeParser } from '../../config/quantity.ts';
import { loadConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

const parseTime = timeParser('1 s', '1 h');

/**
 * Adds the command `health`, a readiness check for containers and systemd units.
 *
 * @param program - The program.
 */
export function addHealthCommand(program: Command): void {
  const command = program
    .command('health')
    .description("check whether the server on this machine is ready; takes the server's settings")
    .option('--wait <time>', 'wait up to this long until it is ready, such as 60s', parseWait)
    .addHelpText('after', '\nExample:\n  portolan health --wait 60s')
    .action(async ({ wait = 0 }: { readonly wait?: number }, self: Command) => {
      const { config } = await loadConfig(self);
      const { health } = await import('../actions/checks/health.ts');
      await health(config, wait);
    });
  addSettingFlags(command);
}

function parseWait(text: string): number {
  try {
    return parseTime(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
