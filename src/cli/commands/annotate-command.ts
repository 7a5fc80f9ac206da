import { type Command, Option } from 'commander';
import { ENCODINGS, type Encoding } from '../../sources/text-encoding.ts';
import type { AnnotateRequest } from '../actions/annotate/annotate.ts';
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
  readonly protocolField?: string;
  readonly protocolColumn?: string;
  readonly as: string;
  readonly encoding?: Encoding;
  readonly prefer?: string;
  readonly server?: string;
}

/** The default of the field or column with the protocol. */
const USUAL = 'proto, transport … protocol';

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
    .description('add port names to the output of ss, netstat, lsof, nmap, docker and logs, to JSON lines or CSV')
    .addOption(
      new Option('--input <form>', 'the format; auto, sockets, nmap-grepable and nmap-xml read each line by its shape')
        .choices(ANNOTATE_INPUTS)
        .default('auto'),
    )
    .addOption(new Option('--field <name>', 'for JSON lines: the field with the port, such as destination.port'))
    .addOption(new Option('--protocol-field <name>', `for JSON lines: the field with the protocol (default: ${USUAL})`))
    .addOption(new Option('--column <name>', 'for CSV: the column with the port'))
    .addOption(new Option('--protocol-column <name>', `for CSV: the column with the protocol (default: ${USUAL})`))
    .addOption(
      new Option('--as <name>', 'for JSON lines and CSV: the field or column that is added').default('portolan'),
    )
    .addOption(
      new Option('--encoding <name>', 'the encoding; the output is then UTF-8 (default: bytes are kept)').choices(
        ENCODINGS,
      ),
    )
    .addOption(new Option('--prefer <origins>', PREFER))
    .addOption(new Option('--server <url>', 'get the names from this server').env('PORTOLAN_SERVER'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options, command: Command) => {
      const request = toRequest(options, command);
      const token = process.env.PORTOLAN_TOKEN;
      const source = options.server ? { server: options.server, token } : localSourceOf(await loadConfig(command));
      const { annotate } = await import('../actions/annotate/annotate.ts');
      await withUsageErrors(command, () => annotate(source, request));
    });
}

/** Checks which flags belong together. */
function toRequest(options: Options, command: Command): AnnotateRequest {
  const { input, field, protocolField, column, protocolColumn, as, encoding = null, prefer } = options;
  if ((input === 'ndjson') !== (field !== undefined) || (protocolField !== undefined && field === undefined)) {
    command.error('error: --field and --input ndjson belong together', { exitCode: EXIT.usage });
  }
  if ((input === 'csv') !== (column !== undefined) || (protocolColumn !== undefined && column === undefined)) {
    command.error('error: --column and --input csv belong together', { exitCode: EXIT.usage });
  }
  return {
    input,
    port: field ?? column ?? null,
    protocol: protocolField ?? protocolColumn ?? null,
    as,
    encoding,
    prefer,
  };
}
