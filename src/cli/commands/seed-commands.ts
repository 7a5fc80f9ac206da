import type { Command } from 'commander';
import { parseDay } from '../../registry/values/day.ts';
import type { SeedOptions } from '../actions/seed.ts';
import { EXIT } from '../terminal/exit.ts';
import { loadLocalConfig } from './load-config.ts';

/**
 * Adds the commands `seed` and `import`, which load files of IANA.
 *
 * @param program - The program.
 */
export function addSeedCommands(program: Command): void {
  addFileOptions(program.command('seed').description('load the bundled data, or a file from IANA'))
    .addHelpText('after', '\nExample:\n  portolan seed --iana service-names-port-numbers.csv')
    .action(async (options: SeedOptions, command: Command) => {
      if (options.iana === undefined && (options.date ?? options.allowSmall) !== undefined) {
        command.error('error: --date and --allow-small belong to --iana', { exitCode: EXIT.usage });
      }
      checkDate(options, command);
      const { seed } = await import('../actions/seed.ts');
      await seed((await loadLocalConfig(command)).config, options);
    });
  addFileOptions(
    program.command('import').description('add a file from IANA to the history; the newest one is served'),
    true,
  )
    .addHelpText('after', '\nExample:\n  portolan import --iana service-names-port-numbers.csv --date 2024-04-30')
    .action(async (options: SeedOptions & { readonly iana: string }, command: Command) => {
      checkDate(options, command);
      const { importIntoHistory } = await import('../actions/seed.ts');
      await importIntoHistory((await loadLocalConfig(command)).config, options);
    });
}

function addFileOptions(command: Command, isRequired = false): Command {
  const file = 'CSV or XML from IANA, gzipped or not: a path, a URL, or - for standard input';
  return (isRequired ? command.requiredOption('--iana <file>', file) : command.option('--iana <file>', file))
    .option(
      '--date <day>',
      'the day of its content, YYYY-MM-DD (default: the day in the file, or the newest date in it)',
    )
    .option('--allow-small', 'accept a file with fewer than 10,000 rows');
}

function checkDate({ date }: SeedOptions, command: Command): void {
  try {
    if (date !== undefined) parseDay(date, '--date');
  } catch (error) {
    const { message } = error as Error;
    command.error(`error: ${message.charAt(0).toLowerCase()}${message.slice(1)}`, { exitCode: EXIT.usage });
  }
}
