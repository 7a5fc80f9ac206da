import { Argument, type Command, Option } from 'commander';
import { CATEGORIES, ORIGINS } from '../registry/association.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../registry/transport-protocol.ts';
import type { Asked, Form } from './ask.ts';
import { EXIT } from './exit.ts';
import { loadConfig } from './load-config.ts';

/** What every command that asks can be told beside its question. */
interface AskOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly server?: string;
}

/** The values of flags, by the name of the query parameter that each stands for. */
type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** A command that asks one question of the REST face. */
interface AskCommand {
  readonly usage: string;
  readonly description: string;
  /** Flags that stand for query parameters of the same name. */
  readonly flags: readonly Option[];
  /** Commands that do what the help says. */
  readonly examples: readonly string[];
  /** What to ask: the words behind the command, and the flags. */
  readonly question: (words: readonly string[], flags: Flags) => Asked;
}

const PROTOCOL = new Option('--protocol <protocol>', 'only what concerns this protocol').choices(TRANSPORT_PROTOCOLS);
const ENVIRONMENT = new Option('--environment <name>', 'leave out own entries of other environments');
const PAGE = [
  new Option('--limit <count>', 'how many results, 1-1000 (default: 50)'),
  new Option('--offset <count>', 'how many to pass over first'),
];

const COMMANDS: readonly AskCommand[] = [
  {
    usage: 'lookup <port...>',
    description: 'tell what ports are: 22, 443/tcp, 6000-6010, or the name of a service; "portolan 22" is the same',
    flags: [PROTOCOL],
    examples: ['portolan 60257', 'portolan lookup 22/tcp 6000-6010 --json', 'portolan lookup ssh'],
    question: askPorts,
  },
  {
    usage: 'search <text...>',
    description: 'search names and descriptions',
    flags: [
      new Option('--origin <origin>', 'only rows from here').choices(ORIGINS),
      PROTOCOL,
      new Option('--range <range>', 'only ports of this range').choices(['system', 'user', 'dynamic']),
      new Option('--state <state>', 'only official rows in this state'),
      new Option('--category <category>', 'only informal and own uses of this kind').choices(CATEGORIES),
      ...PAGE,
    ],
    examples: ['portolan search secure shell', 'portolan search postgres --protocol tcp --csv'],
    question: (words, flags) => ({
      kind: 'search',
      path: '/search',
      parts: {},
      query: query(flags, { q: words.join(' ') }),
    }),
  },
  {
    usage: 'suggest',
    description: 'suggest free ports for a new service',
    flags: [
      new Option('--count <count>', 'how many, 1-100 (default: 5)'),
      PROTOCOL,
      new Option('--near <port>', 'the nearest ones to this port'),
      new Option('--within <range>', 'only ports of a range such as 20000-29999'),
      new Option('--consecutive', 'the ports of one block'),
      new Option('--like <name>', 'the same ports for the same name'),
      new Option('--avoid <systems>', 'keep away from these alone, such as linux,browsers (default: all)'),
      ENVIRONMENT,
      new Option('--pool <name>', 'only ports of this pool'),
    ],
    examples: ['portolan suggest', 'portolan suggest --count 3 --within 20000-29999 --protocol tcp'],
    question: (_words, flags) => ({ kind: 'suggestions', path: '/suggestions', parts: {}, query: query(flags) }),
  },
  {
    usage: 'check <port>',
    description: 'may a new service take this port? Exit code 1 when it should not',
    flags: [PROTOCOL, ENVIRONMENT],
    examples: ['portolan check 8080', 'portolan check 9443/tcp --json'],
    question: askSuitability,
  },
];

/**
 * Adds the commands that ask: each puts the question that a path of the REST face answers, to the local database or to
 * a server, and prints what that path answers.
 *
 * @param program - Where they are added.
 */
export function addAskCommands(program: Command): void {
  for (const { usage, description, flags, examples, question } of COMMANDS) {
    const command = addExamples(program.command(usage).description(description), examples);
    for (const flag of flags) command.addOption(flag);
    command
      .addOption(new Option('--json', 'as JSON').conflicts('csv'))
      .addOption(new Option('--csv', 'as a table'))
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
      const { exportFile } = await import('./ask.ts');
      await refusing(self, async () => exportFile(await whereOf(self, server), format, query(flags)));
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
  const form: Form = options.json ? 'json' : options.csv ? 'csv' : 'text';
  const { ask } = await import('./ask.ts');
  await refusing(command, async () => ask(await whereOf(command, options.server), question(), form));
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
export async function refusing(command: Command, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof RegistryError) || error.parameter === undefined || error.code !== 'invalid_argument')
      throw error;
    command.error(`error: ${error.message}`, { exitCode: EXIT.usage });
  }
}

/** One port as its own report, more of them as a list; what begins with a letter is a service. */
function askPorts(words: readonly string[], flags: Flags): Asked {
  const [first = '', ...more] = words;
  if (!/^\d/.test(first)) return askService(first, more, flags);
  const single = /^(\d+)(?:\/(\w+))?$/.exec(first);
  if (single === null || more.length > 0) {
    const ports = query(flags, { ports: words.join(',') });
    return { kind: 'ports', path: '/ports', parts: {}, query: ports };
  }
  const [, port = '', protocol] = single;
  const path = `/ports/${port}${protocol === undefined ? '' : `/${protocol}`}`;
  return { kind: 'port', path, parts: { port, protocol }, query: query(flags) };
}

function askService(name: string, more: readonly string[], { protocol }: Flags): Asked {
  const fault = protocol === undefined ? more[0] : protocol;
  if (fault !== undefined) {
    const message = `Cannot look up ${quoteInput(name)} with ${quoteInput(String(fault))}: expected a port such as 22 or 443/tcp, or the name of one service alone`;
    throw new RegistryError('invalid_argument', message, { parameter: 'port' });
  }
  const path = `/services/${encodeURIComponent(name)}`;
  return { kind: 'service', path, parts: { serviceName: name }, query: new URLSearchParams() };
}

function askSuitability([word = '']: readonly string[], flags: Flags): Asked {
  const [port = '', protocol, ...rest] = word.split('/');
  const written = rest.length > 0 ? word : port;
  const given = protocol === undefined ? flags : { protocol, ...flags };
  return {
    kind: 'suitability',
    path: `/ports/${encodeURIComponent(written)}/suitability`,
    parts: { port: written },
    query: query(given),
  };
}

function query(flags: Flags, first: Readonly<Record<string, string>> = {}): URLSearchParams {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return new URLSearchParams([
    ...Object.entries(first),
    ...given.map(([name, value]): [string, string] => [name, String(value)]),
  ]);
}
