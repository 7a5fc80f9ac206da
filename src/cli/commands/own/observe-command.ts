import type { Command } from 'commander';
import { serverFlag, withUsageErrors } from '../query-commands.ts';
import { targetOf } from './own-target.ts';

/** The flags of `portolan observe`. */
interface ObserveFlags {
  readonly host: string;
  readonly environment?: string;
  readonly ephemeralPorts?: string;
  readonly ephemeralUdp?: boolean;
  readonly empty?: boolean;
  readonly server?: string;
}

/**
 * Adds the command `observe`, which stores the sockets of a host.
 *
 * @param program - The program.
 */
export function addObserveCommand(program: Command): void {
  program
    .command('observe [file]')
    .description('store all listening sockets of a host, from the output of ss, netstat, lsof or sockstat')
    .requiredOption('--host <name>', 'the name of the host')
    .option('--environment <name>', 'the environment of the host')
    .option('--ephemeral-ports <range>', 'the ports that the host gives clients (default: 32768-60999)')
    .option('--ephemeral-udp', 'keep UDP sockets on these ports')
    .option('--empty', 'the host may have no listening socket')
    .addOption(serverFlag())
    .addHelpText(
      'after',
      '\nExamples:\n  ss -H -tulnp | portolan observe --host web-1 --environment production\n  portolan observe --host db-1 sockets.txt --server https://ports.example.org',
    )
    .action((file: string | undefined, { server, host, ...flags }: ObserveFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const { observe } = await import('../../actions/observe.ts');
        const query = new URLSearchParams(
          Object.entries(flags).map(([name, value]): [string, string] => [name, String(value)]),
        );
        await observe(await targetOf(server, command), file ?? '-', host, query);
      }),
    );
}
