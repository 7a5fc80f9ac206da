import { type Command, Option } from 'commander';
import { ANNOTATE_INPUTS, type AnnotateInput } from '../actions/annotate-input.ts';
import { EXIT } from '../terminal/exit.ts';
import { withUsageErrors } from './ask-commands.ts';
import { loadConfig } from './load-config.ts';

interface Options {
  readonly input: AnnotateInput;
  readonly field?: string;
  readonly column?: string;
  readonly protocolColumn?: string;
  readonly server?: string;
}

const EXAMPLES = `
Examples:
  ss -tulpn | portolan annotate
  netstat -an | portolan annotate
  lsof -i -nP | portolan annotate
  nmap -oX - 10.0.0.0/24 | portolan annotate
  portolan annotate --input ndjson --field destination.port < flows.ndjson
  portolan annotate --input csv --column dport --protocol-column proto < flows.csv`;

/**
 * Adds the filter that adds what ports are to the output of other tools.
 *
 * @param program - Where it is added.
 */
export function addAnnotateCommand(program: Command): void {
  program
    .command('annotate')
    .description('add what ports are to the output of ss, netstat, lsof and nmap, to JSON lines or CSV')
    .addOption(
      new Option('--input <form>', 'sockets are ss, netstat and lsof; auto looks at the first lines')
        .choices(ANNOTATE_INPUTS)
        .default('auto'),
    )
    .addOption(new Option('--field <name>', 'of JSON lines: the field with the port, such as destination.port'))
    .addOption(new Option('--column <name>', 'of CSV: the column with the port'))
    .addOption(new Option('--protocol-column <name>', 'of CSV: the column with the protocol (default: all is tcp)'))
    .addOption(new Option('--server <url>', 'ask this server for the names').env('PORTOLAN_SERVER'))
    .addHelpText('after', EXAMPLES)
    .action(async ({ input, field, column, protocolColumn, server }: Options, command: Command) => {
      if ((input === 'ndjson') !== (field !== undefined)) {
        command.error('error: --field and --input ndjson belong together', { exitCode: EXIT.usage });
      }
      if ((input === 'csv') !== (column !== undefined) || (protocolColumn !== undefined && column === undefined)) {
        command.error('error: --column and --input csv belong together', { exitCode: EXIT.usage });
      }
      const columns = { port: column ?? '', protocol: protocolColumn ?? null };
      const token = process.env.PORTOLAN_TOKEN;
      const where = server ? { server, token } : (await loadConfig(command)).config;
      const { annotate } = await import('../actions/annotate.ts');
      await withUsageErrors(command, () => annotate(where, input, field ?? '', columns));
    });
}
