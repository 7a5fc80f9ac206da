import type { Command } from 'commander';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { serverFlag, withUsageErrors } from '../query-commands.ts';
import { targetOf } from './own-target.ts';

/** The flags of `portolan own adopt`. */
interface AdoptFlags {
  readonly host?: string;
  readonly environment?: string;
  readonly owner?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly server?: string;
}

/**
 * Adds the command that declares observed sockets.
 *
 * @param own - The command `own`.
 */
export function addAdoptCommand(own: Command): void {
  own
    .command('adopt [port]')
    .description('create own entries for the sockets that hosts have reported and no own entry declares')
    .option('--host <name>', 'only sockets of this host')
    .option('--environment <name>', 'only sockets of the hosts of this environment')
    .option('--owner <name>', 'the owner of the entries')
    .option('--name <name>', 'the name of the entries (default: that of the process, the container or the port)')
    .option('--dry-run', 'print the entries, and create none')
    .addOption(serverFlag())
    .addHelpText(
      'after',
      '\nA port, --host or --environment is needed.\n\nExamples:\n  portolan own adopt --host web-1 --dry-run\n  portolan own adopt 6379/tcp --host web-1 --owner payments',
    )
    .action((port: string | undefined, flags: AdoptFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { host = null, environment = null, owner = null, name = null, dryRun, server } = flags;
        if (host === null && environment === null && port === undefined) {
          const message = 'Cannot adopt all sockets of all hosts: expected a port, --host or --environment';
          throw new RegistryError('invalid_argument', message, { parameter: 'host' });
        }
        const { adoptOwn } = await import('../../actions/own/adopt-own.ts');
        await adoptOwn(
          await targetOf(server, command),
          { host, environment, port: port ?? null, owner, name },
          dryRun === true,
        );
      }),
    );
}
