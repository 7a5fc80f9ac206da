import { type Command, Option } from 'commander';
import { checkTokenName, SCOPES, type Scope } from '../../registry/own/token.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { parseExpiry } from '../actions/expiry.ts';
import { EXIT } from '../terminal/exit.ts';
import { addFormFlags, type FormFlags } from '../terminal/formats.ts';

/** What `portolan token create` can be told. */
interface CreateOptions {
  readonly name: string;
  readonly scope: Scope;
  readonly expires?: string;
}

/**
 * Adds the commands around tokens.
 *
 * @param program - Where they are added.
 * @param databaseOf - Gives the path of the SQLite file.
 */
export function addTokenCommands(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  const token = program.command('token').description('make, list and revoke the tokens by which clients write');
  token
    .command('create')
    .description('make a token and print it, once: only its hash is kept')
    .requiredOption('--name <name>', 'who bears it; the audit tells of writes under this name')
    .addOption(new Option('--scope <scope>', 'what it allows').choices(SCOPES).makeOptionMandatory())
    .option('--expires <time>', 'its last day, such as 2027-01-31, or how long it is valid, such as 90d or 12h')
    .addHelpText('after', '\nExample:\n  portolan token create --name ci --scope write --expires 90d')
    .action(async ({ name, scope, expires }: CreateOptions, command: Command) => {
      const expiresAt = usage(command, () => {
        checkTokenName(name);
        return expires === undefined ? null : parseExpiry(expires, new Date());
      });
      const { create } = await import('../actions/token.ts');
      await create(await databaseOf(command), name, scope, expiresAt);
    });
  addFormFlags(token.command('list').description('show all tokens, but not what they are'))
    .addHelpText('after', '\nExamples:\n  portolan token list\n  portolan token list --json')
    .action(async (flags: FormFlags, command: Command) => {
      const { list } = await import('../actions/token.ts');
      await list(await databaseOf(command), flags);
    });
  token
    .command('revoke')
    .description('take a token back, at once')
    .argument('<name>', 'its name')
    .addHelpText('after', '\nExample:\n  portolan token revoke ci')
    .action(async (name: string, _options: object, command: Command) => {
      const { revoke } = await import('../actions/token.ts');
      await revoke(await databaseOf(command), name);
    });
}

/** What cannot be read on the command line is wrong usage. */
function usage<T>(command: Command, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return command.error(`error: ${error.message}`, { exitCode: EXIT.usage });
  }
}
