import type { Command } from 'commander';
import { parseDay } from '../../registry/values/day.ts';
import type { SeedOptions } from '../actions/seed.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * Adds the commands that load files of IANA's by hand.
 *
 * @param program - Where they are added.
 * @param databaseOf - Finds the path of the SQLite file.
 */
export function addSeedCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  addFileOptions(program.command('seed').description('load the bundled data, or a file of IANA'))
    .addHelpText('after', '\nExample:\n  portolan seed --iana service-names-port-numbers.csv')
    .action(async (options: SeedOptions, command: Command) => {
      if (options.iana === undefined && (options.date ?? options.allowSmall) !== undefined) {
        command.error('error: --date and --allow-small belong to --iana', { exitCode: EXIT.usage });
      }
      checkDate(options, command);
      const { seed } = await import('../actions/seed.ts');
      await seed(await databaseOf(command), options);
    });
  addFileOptions(
    program.command('import').description('add a file of IANA to the history; the newest one gives the answers'),
    true,
  )
    .addHelpText('after', '\nExample:\n  portolan import --iana service-names-port-numbers.csv --date 2024-04-30')
    .action(async (options: SeedOptions & { readonly iana: string }, command: Command) => {
      checkDate(options, command);
      const { importIntoHistory } = await import('../actions/seed.ts');
      await importIntoHistory(await databaseOf(command), options);
    });
}

function addFileOptions(command: Command, isRequired = false): Command {
  const file = 'CSV or XML of IANA, packed with gzip or not: a path, a web address, or - for standard input';
  return (isRequired ? command.requiredOption('--iana <file>', file) : command.option('--iana <file>', file))
    .option('--date <day>', 'the day the file stands for, YYYY-MM-DD (default: the one it tells, or the newest in it)')
    .option('--allow-small', 'take a file with fewer than 10,000 rows');
}

function checkDate({ date }: SeedOptions, command: Command): void {
  try {
    if (date !== undefined) parseDay(date, '--date');
  } catch (error) {
    const { message } = error as Error;
    command.error(`error: ${message.charAt(0).toLowerCase()}${message.slice(1)}`, { exitCode: EXIT.usage });
  }
}
