import { Command, CommanderError } from 'commander';
import { RegistryError } from '../registry/values/registry-error.ts';
import { PROCESS_TITLE, VERSION } from '../version.ts';
import { addAnnotateCommand } from './commands/annotate-command.ts';
import { addAuditCommand } from './commands/audit-command.ts';
import { addBackupCommands } from './commands/backup-commands.ts';
import { addCompletionCommand } from './commands/completion/completion-command.ts';
import { addConfigCommand } from './commands/config-command.ts';
import { addDoctorCommand } from './commands/doctor-command.ts';
import { addHealthCommand } from './commands/health-command.ts';
import { loadConfig, loadLocalConfig } from './commands/load-config.ts';
import { addMcpCommand } from './commands/mcp/mcp-command.ts';
import { addMigrateCommand } from './commands/migrate-command.ts';
import { addObserveCommand } from './commands/own/observe-command.ts';
import { addOwnCommands } from './commands/own/own-commands.ts';
import { addCheckCommand } from './commands/published/check-command.ts';
import { addQueryCommands } from './commands/query-commands.ts';
import { addSeedCommands } from './commands/seed-commands.ts';
import { addCommonFlags, addSettingFlags } from './commands/settings-flags.ts';
import { addSharedCommands } from './commands/shared-commands.ts';
import { addTokenCommands } from './commands/token-commands.ts';
import { addUpdateCommand } from './commands/update-command.ts';
import { EXIT } from './terminal/exit.ts';
import { exitOnBrokenPipe } from './terminal/print.ts';
import { escapeInvisible } from './terminal/terminal-text.ts';

/**
 * Runs the command that the arguments of this process name, and sets its exit code.
 */
export async function main(): Promise<void> {
  process.title = PROCESS_TITLE;
  try {
    const args = withCommand(process.argv.slice(2));
    const program = createProgram();
    await addCompletionCommand(program, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Inserts the command `lookup` before a port: `portolan 22` is short for `portolan lookup 22`. */
function withCommand(args: readonly string[]): string[] {
  return /^\d/.test(args[0] ?? '') ? ['lookup', ...args] : [...args];
}

/** Builds the commander program. Each command imports its libraries when it runs, so that the others start fast. */
function createProgram(): Command {
  const program = new Command('portolan')
    .description('Looks up port numbers: what is this port, may I use it, which of our services use it?')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(portolan --help lists the commands)')
    .configureHelp({ showGlobalOptions: true });
  addCommonFlags(program);
  const serve = program
    .command('serve')
    .description('migrate the database, seed missing lists, and serve')
    .addHelpText('after', '\nExamples:\n  portolan serve\n  portolan serve --host 0.0.0.0 --rate-limit 600')
    .action(async (_options: object, command: Command) => {
      const loaded = await loadConfig(command);
      const { serve } = await import('./server/serve.ts');
      await serve(loaded.config, loaded.warnings);
    });
  addSettingFlags(serve);
  addSeedCommands(program);
  addQueryCommands(program);
  addCheckCommand(program);
  addAnnotateCommand(program);
  addObserveCommand(program);
  addMcpCommand(program);
  addUpdateCommand(program);
  addConfigCommand(program);
  addHealthCommand(program);
  addDoctorCommand(program);
  addMigrateCommand(program, databaseOf);
  addOwnCommands(program);
  addTokenCommands(program);
  addAuditCommand(program, databaseOf);
  addBackupCommands(program, databaseOf);
  addSharedCommands(program);
  return program;
}

/** Returns the path of the SQLite file, the only setting that most commands need. */
async function databaseOf(command: Command): Promise<string> {
  return (await loadLocalConfig(command)).config.database;
}

/** Prints an error to standard error, and returns the exit code for it. A command may have set that of its failure. */
function report(error: unknown): number {
  // Commander has already printed its own errors. `--help` also throws a CommanderError, with exit code 0.
  if (error instanceof CommanderError) {
    exitOnBrokenPipe();
    return error.exitCode === EXIT.done ? EXIT.done : EXIT.usage;
  }
  if (error instanceof RegistryError) console.error(escapeInvisible(`portolan: ${error.message}${hint(error)}`));
  else console.error('portolan: unexpected error:', error);
  return Number(process.exitCode ?? EXIT.failed);
}

/** Lists the further faults, of which the message has only the number, and the names that were perhaps meant. */
function hint({ errors = [], suggestions = [] }: RegistryError): string {
  const more = errors.slice(1).map(({ parameter, detail }) => `\n  ${parameter}: ${detail}`);
  return more.join('') + (suggestions.length === 0 ? '' : `\n(Did you mean ${suggestions.join(', ')}?)`);
}
