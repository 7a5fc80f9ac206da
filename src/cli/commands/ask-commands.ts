import { Argument, type Command, Option } from 'commander';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Asked, Format } from '../actions/ask.ts';
import { EXIT } from '../terminal/exit.ts';
import { addFormFlags, type FormFlags } from '../terminal/formats.ts';
import { loadConfig } from './load-config.ts';
import { ASK_COMMANDS, type Flags, query } from './questions.ts';

/** What every command that asks can be told beside its question. */
interface AskOptions extends FormFlags {
  readonly server?: string;
}

/**
 * Adds the commands that ask: each puts the question that a path of the REST face answers, to the local database or to
 * a server, and prints what that path answers.
 *
 * @param program - Where they are added.
 */
export function addAskCommands(program: Command): void {
  for (const { usage, description, flags, examples, question } of ASK_COMMANDS) {
    const command = addExamples(program.command(usage).description(description), examples);
    for (const flag of flags) command.addOption(flag);
    addFormFlags(command)
      .addOption(serverFlag())
      .action((...given: unknown[]) => {
        const words = given.slice(0, -2).flat() as string[];
        const options = given.at(-2) as AskOptions & Flags;
        return run(given.at(-1) as Command, options, () => {
          const { json: _json, csv: _csv, server: _server, ...rest } = options;
          return question(words, rest);
        });
      });
  }
  addExportCommand(program);
}

/** The last part of each export's path. */
const EXPORT_FORMATS = ['services', 'nmap-services', 'csv', 'ndjson', 'logstash'] as const;

function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('write a file that other tools read')
    .addArgument(new Argument('<format>', 'which; csv is a table as of IANA').choices(EXPORT_FORMATS))
    .addOption(new Option('--origin <origins>', 'whose rows, with commas between (default: iana)'))
    .addOption(serverFlag())
    .action(async (format: string, { server, ...flags }: AskOptions & Flags, self: Command) => {
      const { exportFile } = await import('../actions/ask.ts');
      await withUsageErrors(self, async () => exportFile(await whereOf(self, server), format, query(flags)));
    });
  addExamples(command, ['portolan export services', 'portolan export ndjson --origin iana,own']);
}

function serverFlag(): Option {
  return new Option('--server <url>', 'ask this server instead of the local database').env('PORTOLAN_SERVER');
}

function addExamples(command: Command, examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

async function run(command: Command, options: AskOptions, question: () => Asked): Promise<void> {
  const format: Format = options.json ? 'json' : options.csv ? 'csv' : 'text';
  const { ask } = await import('../actions/ask.ts');
  await withUsageErrors(command, async () => ask(await whereOf(command, options.server), question(), format));
}

/** The server that is asked, or else the settings of the local database. */
async function whereOf(command: Command, server: string | undefined) {
  if (server !== undefined && server !== '') return { server, token: process.env.PORTOLAN_TOKEN };
  return (await loadConfig(command)).config;
}

/**
 * Does what a command is for; what its question is refused for is wrong usage.
 *
 * @param command - The command.
 * @param action - What it does.
 */
export async function withUsageErrors(command: Command, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof RegistryError) || error.parameter === undefined || error.code !== 'invalid_argument')
      throw error;
    command.error(`error: ${error.message}`, { exitCode: EXIT.usage });
  }
}
