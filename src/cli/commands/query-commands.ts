import { Argument, type Command, Option } from 'commander';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { EXPORT_FORMATS, OWN_EXPORT_FORMS } from '../../render/export-formats.ts';
import { localSourceOf } from '../actions/local-source.ts';
import type { Format, ResourceRequest } from '../actions/query.ts';
import { EXIT } from '../terminal/exit.ts';
import { addFormFlags, type FormFlags } from '../terminal/formats.ts';
import { loadConfig } from './load-config.ts';
import { QUERY_COMMANDS } from './query-definitions.ts';
import { type Flags, OWN_FILTER_FLAGS, PREFER, type QueryCommand, toSearchParams } from './query-flags.ts';

/** The flags of every query command besides those of its own. */
export interface QueryOptions extends FormFlags {
  readonly format?: Format;
  readonly server?: string;
}

/**
 * Adds the query commands. Each requests one REST resource from the local database or from a server, and prints the
 * response body of that resource.
 *
 * @param program - The program.
 */
export function addQueryCommands(program: Command): void {
  for (const definition of QUERY_COMMANDS) addQueryCommand(program, definition);
  addExportCommand(program);
}

/**
 * Adds one query command.
 *
 * @param parent - The program, or the command that it is a part of.
 * @param definition - The command.
 */
export function addQueryCommand(parent: Command, definition: QueryCommand): void {
  const { usage, description, flags, formats, examples, unansweredCode, toRequest } = definition;
  const command = addExamples(parent.command(usage).description(description), examples);
  for (const flag of flags) command.addOption(flag);
  addFormFlags(command)
    .addOption(new Option('--format <format>', 'the format').choices(formats).conflicts(['json', 'csv']))
    .addOption(serverFlag())
    .action((...args: unknown[]) => {
      const words = args.slice(0, -2).flat() as string[];
      const options = args.at(-2) as QueryOptions & Flags;
      process.exitCode = unansweredCode ?? EXIT.failed;
      return answerQuery(args.at(-1) as Command, options, () => {
        const { json: _json, csv: _csv, format: _format, server: _server, ...rest } = options;
        return toRequest(words, rest);
      });
    });
}

function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('write a file for other tools')
    .addArgument(new Argument('<format>', "the file format; csv has IANA's columns").choices(EXPORT_FORMATS))
    .addOption(new Option('--origin <origins>', 'the origins of the names, separated by commas (default: iana,own)'))
    .addOption(new Option('--prefer <origins>', PREFER))
    .addOption(new Option('--format <form>', 'the form of own').choices(OWN_EXPORT_FORMS))
    .addOption(serverFlag())
    .action(async (format: string, { server, ...flags }: QueryOptions & Flags, self: Command) => {
      const { exportFile } = await import('../actions/query.ts');
      await withUsageErrors(self, async () => exportFile(await sourceOf(self, server), format, toSearchParams(flags)));
    });
  for (const flag of OWN_FILTER_FLAGS) command.addOption(flag);
  addExamples(command, [
    'portolan export services',
    'portolan export nftables --environment production',
    'portolan export ndjson --origin informal',
  ]);
}

/** Returns the flag that names a server. */
export function serverFlag(): Option {
  return new Option('--server <url>', 'use this server instead of the local database').env('PORTOLAN_SERVER');
}

/**
 * Adds examples to the help of a command.
 *
 * @param command - The command.
 * @param examples - Command lines.
 */
export function addExamples(command: Command, examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

/**
 * Answers a query command.
 *
 * @param command - The command.
 * @param options - Its flags.
 * @param toRequest - Converts its arguments and flags into a request.
 */
export async function answerQuery(
  command: Command,
  options: QueryOptions,
  toRequest: () => ResourceRequest,
): Promise<void> {
  const format: Format = options.format ?? (options.json ? 'json' : options.csv ? 'csv' : 'text');
  const { printResource } = await import('../actions/query.ts');
  await withUsageErrors(command, async () => {
    const request = toRequest();
    // Only a terminal has a width; a file or another program gets all of the text.
    if (format === 'text' && !process.stdout.isTTY) request.query.set('wide', 'true');
    await printResource(await sourceOf(command, options.server), request, format);
  });
}

/**
 * Returns the server from `--server`, or the settings of the local database.
 *
 * @param command - The command that runs.
 * @param server - The value of `--server`, or of `PORTOLAN_SERVER`; undefined or empty for none.
 * @throws {RegistryError} As `loadConfig`.
 */
export async function sourceOf(command: Command, server: string | undefined) {
  if (server !== undefined && server !== '') return { server, token: process.env.PORTOLAN_TOKEN };
  return localSourceOf(await loadConfig(command));
}

/**
 * Runs the action of a command. An `invalid_argument` error that names a parameter is reported as wrong usage.
 *
 * @param command - The command.
 * @param action - The action.
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

/**
 * Parses arguments. An error in them is reported as wrong usage.
 *
 * @param command - The command.
 * @param parse - Parses them.
 */
export function parseArguments<T>(command: Command, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return command.error(`error: ${error.message}`, { exitCode: EXIT.usage });
  }
}
