import { type Command, Option } from 'commander';
import { localSourceOf } from '../actions/local-source.ts';
import { ANNOTATE_INPUTS, type AnnotateInput } from '../terminal/annotate-input.ts';
import { EXIT } from '../terminal/exit.ts';
import { loadConfig } from './load-config.ts';
import { withUsageErrors } from './query-commands.ts';
import { PREFER } from './query-flags.ts';

interface Options {
  readonly input: AnnotateInput;
  readonly field?: string;
  readonly column?: string;
  readonly protocolColumn?: string;
  readonly prefer?: string;
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
 * Adds the command `annotate`, a filter that adds port names to the output of other tools.
 *
 * @param program - The program.
 */
export function addAnnotateCommand(program: Command): void {
  program
    .command('annotate')
    .description('add port names to the output of ss, netstat, lsof and nmap, to JSON lines or CSV')
    .addOption(
      new Option('--input <form>', 'the format; sockets means ss, netstat and lsof; auto detects it')
        .choices(ANNOTATE_INPUTS)
        .default('auto'),
    )
    .addOption(new Option('--field <name>', 'for JSON lines: the field with the port, such as destination.port'))
    .addOption(new Option('--column <name>', 'for CSV: the column with the port'))
    .addOption(
      new Option('--protocol-column <name>', 'for CSV: the column with the protocol (default: tcp for all rows)'),
    )
    .addOption(new Option('--prefer <origins>', PREFER))
    .addOption(new Option('--server <url>', 'get the names from this server').env('PORTOLAN_SERVER'))
    .addHelpText('after', EXAMPLES)
    .action(async ({ input, field, column, protocolColumn, prefer, server }: Options, command: Command) => {
      if ((input === 'ndjson') !== (field !== undefined)) {
        command.error('error: --field and --input ndjson belong together', { exitCode: EXIT.usage });
      }
      if ((input === 'csv') !== (column !== undefined) || (protocolColumn !== undefined && column === undefined)) {
        command.error('error: --column and --input csv belong together', { exitCode: EXIT.usage });
      }
      const columns = { port: column ?? '', protocol: protocolColumn ?? null };
      const token = process.env.PORTOLAN_TOKEN;
      const source = server ? { server, token } : localSourceOf(await loadConfig(command));
      const { annotate } = await import('../actions/annotate.ts');
      await withUsageErrors(command, () => annotate(source, input, field ?? '', columns, prefer));
    });
}
