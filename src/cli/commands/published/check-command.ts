import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Verdict } from '../../../registry/advice/suitability.ts';
import { quoteInput, RegistryError } from '../../../registry/values/registry-error.ts';
import { EXIT } from '../../terminal/exit.ts';
import { addFormFlags } from '../../terminal/formats.ts';
import {
  addExamples,
  answerQuery,
  type QueryOptions,
  serverFlag,
  sourceOf,
  withUsageErrors,
} from '../query-commands.ts';
import { CHECK_FLAGS, suitabilityRequest } from '../query-definitions.ts';

/** The flags of `portolan check`. */
interface CheckOptions extends Omit<QueryOptions, 'format'> {
  readonly format?: (typeof FORMATS)[number];
  readonly protocol?: string;
  readonly environment?: string;
  readonly failOn?: Verdict;
  readonly owner?: string;
  readonly variables?: string;
}

/** The formats: `csv` for a port, `github` for files. */
const FORMATS = ['text', 'json', 'csv', 'github'] as const;

/**
 * Adds the command `check`, which checks a port, or the published ports of files.
 *
 * @param program - The program.
 */
export function addCheckCommand(program: Command): void {
  const command = program
    .command('check <port|file...>')
    .description(
      'check whether a new service may use a port, or the published ports of files of Docker Compose and Kubernetes and of .env files; exit code 1 if not, 3 without an answer',
    );
  addExamples(command, [
    'portolan check 8080',
    'portolan check 9443/tcp --fail-on caution',
    'portolan check compose.yaml .env',
    'portolan check k8s/*.yaml --server https://ports.example.org --format github',
    'helm template . | portolan check -',
  ]);
  for (const flag of CHECK_FLAGS) command.addOption(flag);
  command
    .option('--owner <name>', 'for files: the team of the services, whose pools are no conflict')
    // Not --env-file, which Node itself takes, wherever it is.
    .option('--variables <file>', 'for files: the variables of Docker Compose (default: .env beside each file)');
  addFormFlags(command)
    .addOption(
      new Option('--format <format>', 'the format; csv for a port, github for files')
        .choices(FORMATS)
        .conflicts(['json', 'csv']),
    )
    .addOption(serverFlag())
    .action((words: string[], options: CheckOptions, self: Command) =>
      words.some(isFile) ? checkFiles(words, options, self) : checkPort(words, options, self),
    );
}

/** Returns whether a word names a file: not a port such as `8080` or `9443/tcp`. */
function isFile(word: string): boolean {
  return word === '-' || word.includes('.') || existsSync(word);
}

function checkPort(words: readonly string[], options: CheckOptions, command: Command): Promise<void> {
  const { json: _json, csv: _csv, format, server: _server, owner, variables, ...flags } = options;
  const [word = '', ...more] = words;
  process.exitCode = EXIT.unanswered;
  return answerQuery(command, options as QueryOptions, () => {
    if (more.length > 0) refuse(more[0] ?? '', 'expected one port, or files');
    if (format === 'github') refuse('--format github', 'expected it for files, not for a port');
    if (owner !== undefined) refuse('--owner', 'expected it for files, not for a port');
    if (variables !== undefined) refuse('--variables', 'expected it for files, not for a port');
    return suitabilityRequest(word, { ...flags });
  });
}

function checkFiles(words: readonly string[], options: CheckOptions, command: Command): Promise<void> {
  const { json, csv, server, protocol, owner = null, environment = null, variables, failOn = 'avoid' } = options;
  const format = json ? 'json' : (options.format ?? 'text');
  return withUsageErrors(command, async () => {
    if (csv || format === 'csv') refuse('csv', 'expected text, json or github for files');
    if (protocol !== undefined) refuse('--protocol', 'expected it for a port, not for files');
    const action = await import('../../actions/published/check-files.ts');
    const check = { owner, environment, variablesFile: variables, failOn, format };
    await action.checkFiles(() => sourceOf(command, server), words, check);
  });
}

function refuse(word: string, expected: string): never {
  throw new RegistryError('invalid_argument', `Cannot check ${quoteInput(word)}: ${expected}`, { parameter: 'file' });
}
