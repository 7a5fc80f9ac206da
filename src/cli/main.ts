import { Command, CommanderError } from 'commander';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { addAnnotateCommand } from './annotate-command.ts';
import { addAskCommands } from './ask-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addConfigCommand } from './config-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { EXIT } from './exit.ts';
import { addHealthCommand } from './health-command.ts';
import { loadConfig } from './load-config.ts';
import { addMigrateCommand } from './migrate-command.ts';
import { addOwnCommands } from './own-commands.ts';
import type { SeedOptions } from './seed.ts';
import { addCommonFlags, addSettingFlags } from './settings-flags.ts';
import { addTokenCommands } from './token-commands.ts';
import { addUpdateCommand } from './update-command.ts';

/**
 * Runs the command that the arguments of this process name, and sets its exit code.
 */
export async function main(): Promise<void> {
  try {
    const args = withCommand(process.argv.slice(2));
    const program = createProgram();
    await addCompletionCommand(program, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** `portolan 22` is a look-up. */
function withCommand(args: readonly string[]): string[] {
  return /^\d/.test(args[0] ?? '') ? ['lookup', ...args] : [...args];
}

/** Commands load what they need when they run: none of them pays for another one's libraries. */
function createProgram(): Command {
  const program = new Command('portolan')
    .description('Answers for any port number: what is this, may I use it, who here already does?')
    .exitOverride()
    .showHelpAfterError('(portolan --help shows what can be asked)')
    .configureHelp({ showGlobalOptions: true });
  addCommonFlags(program);
  const serve = program
    .command('serve')
    .description('migrate, seed what is missing, and serve')
    .addHelpText('after', '\nExamples:\n  portolan serve\n  portolan serve --host 0.0.0.0 --rate-limit 600')
    .action(async (_options: object, command: Command) => {
      const loaded = await loadConfig(command);
      const { serve } = await import('./serve.ts');
      await serve(loaded.config, loaded.warnings);
    });
  addSettingFlags(serve);
  program
    .command('seed')
    .description('load the bundled data, or a file of IANA')
    .option('--iana <file>', 'an IANA CSV, packed with gzip or not: a path, a web address, or - for standard input')
    .option('--date <day>', 'the day the file stands for, YYYY-MM-DD (default: the newest date in it)')
    .option('--allow-small', 'take a file with fewer than 10,000 rows')
    .addHelpText('after', '\nExample:\n  portolan seed --iana service-names-port-numbers.csv')
    .action(async (options: SeedOptions, command: Command) => {
      if (options.iana === undefined && (options.date ?? options.allowSmall) !== undefined) {
        command.error('error: --date and --allow-small belong to --iana', { exitCode: EXIT.usage });
      }
      if (options.date !== undefined && !isDay(options.date)) {
        const got = quoteInput(options.date);
        command.error(`error: cannot parse --date ${got}: expected a day such as 2026-04-09`, { exitCode: EXIT.usage });
      }
      const { seed } = await import('./seed.ts');
      await seed(await databaseOf(command), options);
    });
  addAskCommands(program);
  addAnnotateCommand(program);
  addUpdateCommand(program);
  addConfigCommand(program);
  addHealthCommand(program);
  addDoctorCommand(program);
  addMigrateCommand(program, databaseOf);
  addOwnCommands(program, databaseOf);
  addTokenCommands(program, databaseOf);
  addBackupCommands(program, databaseOf);
  return program;
}

/** The path of the SQLite file, which is all that most commands need to know of the settings. */
async function databaseOf(command: Command): Promise<string> {
  return (await loadConfig(command)).config.database;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(text);
}

/** Says what went wrong in one sentence, and gives the exit code for it. */
function report(error: unknown): number {
  // Commander has said its own errors already; showing the help is none.
  if (error instanceof CommanderError) return error.exitCode === EXIT.done ? EXIT.done : EXIT.usage;
  if (error instanceof RegistryError) console.error(`portolan: ${error.message}${hint(error)}`);
  else console.error('portolan: something unexpected went wrong:', error);
  return EXIT.failed;
}

function hint({ suggestions = [] }: RegistryError): string {
  return suggestions.length === 0 ? '' : `\n(Did you mean ${suggestions.join(', ')}?)`;
}
