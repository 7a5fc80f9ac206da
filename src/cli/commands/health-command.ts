import { type Command, InvalidArgumentError } from 'commander';
import { timeParser } from '../../config/quantity.ts';
import { loadConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

const readTime = timeParser('1 s', '1 h');

/**
 * Adds the command by which containers and units learn whether the server is ready.
 *
 * @param program - Where it is added.
 */
export function addHealthCommand(program: Command): void {
  const command = program
    .command('health')
    .description('ask the server of this machine whether it is ready; takes the settings that the server has')
    .option('--wait <time>', 'go on asking for so long, such as 60s', readWait)
    .addHelpText('after', '\nExample:\n  portolan health --wait 60s')
    .action(async ({ wait = 0 }: { readonly wait?: number }, self: Command) => {
      const { config } = await loadConfig(self);
      const { health } = await import('../actions/health.ts');
      await health(config, wait);
    });
  addSettingFlags(command);
}

function readWait(text: string): number {
  try {
    return readTime(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
