import { Command, CommanderError } from 'commander';
import { RegistryError } from '../registry/values/registry-error.ts';
import { addAnnotateCommand } from './commands/annotate-command.ts';
import { addAskCommands } from './commands/ask-commands.ts';
import { addBackupCommands } from './commands/backup-commands.ts';
import { addCompletionCommand } from './commands/completion-command.ts';
import { addConfigCommand } from './commands/config-command.ts';
import { addDoctorCommand } from './commands/doctor-command.ts';
import { addHealthCommand } from './commands/health-command.ts';
import { loadConfig } from './commands/load-config.ts';
import { addMigrateCommand } from './commands/migrate-command.ts';
import { addOwnCommands } from './commands/own-commands.ts';
import { addSeedCommands } from './commands/seed-commands.ts';
import { addCommonFlags, addSettingFlags } from './commands/settings-flags.ts';
import { addTokenCommands } from './commands/token-commands.ts';
import { addUpdateCommand } from './commands/update-command.ts';
import { EXIT } from './terminal/exit.ts';
import { escapeControls } from './terminal/terminal-text.ts';

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
      const { serve } = await import('./server/serve.ts');
      await serve(loaded.config, loaded.warnings);
    });
  addSettingFlags(serve);
  addSeedCommands(program, databaseOf);
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

/** Says what went wrong in one sentence, and gives the exit code for it. */
function report(error: unknown): number {
  // Commander has said its own errors already; showing the help is none.
  if (error instanceof CommanderError) return error.exitCode === EXIT.done ? EXIT.done : EXIT.usage;
  if (error instanceof RegistryError) console.error(escapeControls(`portolan: ${error.message}${hint(error)}`));
  else console.error('portolan: something unexpected went wrong:', error);
  return EXIT.failed;
}

function hint({ suggestions = [] }: RegistryError): string {
  return suggestions.length === 0 ? '' : `\n(Did you mean ${suggestions.join(', ')}?)`;
}
