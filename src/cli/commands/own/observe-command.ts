import { type Command, Option } from 'commander';
import { SNAPSHOT_SOURCES } from '../../../registry/observed/snapshot.ts';
import { serverFlag, withUsageErrors } from '../query-commands.ts';
import { targetOf } from './own-target.ts';

/** The flags of `portolan observe`. */
interface ObserveFlags {
  readonly host?: string;
  readonly source?: string;
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
    .description(
      'store all listening sockets of a host, from the output of ss, netstat, lsof, sockstat or another source',
    )
    .option('--host <name>', 'the name of the host; by default, those in the scan of --source nmap')
    .addOption(
      new Option('--source <source>', 'where the snapshot is from (default: sockets)').choices(SNAPSHOT_SOURCES),
    )
    .option('--environment <name>', 'the environment of the host')
    .option('--ephemeral-ports <range>', 'the ports that the host gives clients (default: 32768-60999)')
    .option('--ephemeral-udp', 'keep UDP sockets on these ports')
    .option('--empty', 'the host may have no listening socket')
    .addOption(serverFlag())
    .addHelpText(
      'after',
      '\nExamples:\n  ss -H -tulnp | portolan observe --host web-1 --environment production\n  docker ps --format json | portolan observe --host web-1 --source docker\n  nmap -oX - 192.0.2.0/24 | portolan observe --source nmap\n  portolan observe --host db-1 sockets.txt --server https://ports.example.org',
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
