import { type Command, Option } from 'commander';
import { parseHostName } from '../../registry/observed/host-name.ts';
import { checkBinding, checkTokenName, SCOPES, type Scope } from '../../registry/own/token.ts';
import { parseExpiry } from '../actions/expiry.ts';
import { addFormFlags, type FormFlags } from '../terminal/formats.ts';
import { existingDatabaseOf, existingSourceOf } from './load-config.ts';
import { parseArguments } from './query-commands.ts';

/** The flags of `portolan token create`. */
interface CreateOptions {
  readonly name: string;
  readonly scope: Scope;
  readonly owner: readonly string[];
  readonly pool: readonly string[];
  readonly host: readonly string[];
  readonly expires?: string;
}

/**
 * Adds the commands that create, list, rotate and revoke tokens.
 *
 * @param program - The program.
 */
export function addTokenCommands(program: Command): void {
  const token = program.command('token').description('create, list, rotate and revoke the tokens of clients');
  token
    .command('create')
    .description('create a token and print it once: only its hash is stored')
    .requiredOption('--name <name>', 'the name of its bearer, which the audit records with each write')
    .addOption(new Option('--scope <scope>', 'its permissions').choices(SCOPES).makeOptionMandatory())
    .option('--owner <name>', 'bind it to the entries of this owner; can be repeated', collect, [])
    .option('--pool <name>', 'bind it to entries on ports of this pool; can be repeated', collect, [])
    .option('--host <name>', 'bind it to snapshots of this host; can be repeated', collect, [])
    .option('--expires <time>', 'its last day, such as 2027-01-31, or its lifetime, such as 90d or 12h')
    .addHelpText(
      'after',
      '\nExamples:\n  portolan token create --name ci --scope write --expires 90d\n  portolan token create --name billing --scope write --owner payments --pool payments\n  portolan token create --name web-1 --scope observe --host web-1',
    )
    .action(async ({ name, scope, owner: owners, pool: pools, host, expires }: CreateOptions, command: Command) => {
      const { expiresAt, hosts } = parseArguments(command, () => {
        checkTokenName(name);
        const names = host.map(parseHostName);
        checkBinding({ scope, owners, pools, hosts: names });
        return { hosts: names, expiresAt: expires === undefined ? null : parseExpiry(expires, new Date()) };
      });
      const { create } = await import('../actions/token.ts');
      await create(await existingSourceOf(command), { name, scope, owners, pools, hosts, expiresAt });
    });
  addFormFlags(token.command('list').description('list all tokens, without their secret values'))
    .addHelpText('after', '\nExamples:\n  portolan token list\n  portolan token list --json')
    .action(async (flags: FormFlags, command: Command) => {
      const { list } = await import('../actions/token.ts');
      await list(await existingDatabaseOf(command), flags);
    });
  token
    .command('rotate')
    .description(
      'give a token a new secret and print it once; the old one ends at once, its rights and its expiry stay',
    )
    .argument('<name>', 'its name')
    .addHelpText('after', '\nExample:\n  portolan token rotate ci')
    .action(async (name: string, _options: object, command: Command) => {
      const { rotate } = await import('../actions/token.ts');
      await rotate(await existingSourceOf(command), name);
    });
  token
    .command('revoke')
    .description('revoke a token at once; another one can then get its name')
    .argument('<name>', 'its name')
    .addHelpText('after', '\nExample:\n  portolan token revoke ci')
    .action(async (name: string, _options: object, command: Command) => {
      const { revoke } = await import('../actions/token.ts');
      await revoke(await existingSourceOf(command), name);
    });
}

function collect(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}
