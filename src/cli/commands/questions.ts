import { Option } from 'commander';
import { CHANGE_KINDS } from '../../registry/history/history.ts';
import { CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import type { Asked } from '../actions/ask.ts';

/** The values of flags, by the name of the query parameter that each stands for. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** A command that asks one question of the REST face. */
export interface AskCommand {
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
const AS_OF = new Option('--as-of <day>', 'the official rows as they stood on a day, YYYY-MM-DD');
const ENVIRONMENT = new Option('--environment <name>', 'leave out own entries of other environments');
const PAGE = [
  new Option('--limit <count>', 'how many results, 1-1000 (default: 50)'),
  new Option('--offset <count>', 'how many to pass over first'),
];

/** The commands that ask. */
export const ASK_COMMANDS: readonly AskCommand[] = [
  {
    usage: 'lookup <port...>',
    description: 'tell what ports are: 22, 443/tcp, 6000-6010, or the name of a service; "portolan 22" is the same',
    flags: [PROTOCOL, AS_OF],
    examples: ['portolan 60257', 'portolan lookup 22/tcp 6000-6010 --json', 'portolan lookup ssh --as-of 2026-08-05'],
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
  {
    usage: 'history [port]',
    description: 'tell what imports have changed of the official rows, of one port or of all',
    flags: [
      PROTOCOL,
      new Option('--since <day>', 'only what changed after a day, YYYY-MM-DD'),
      new Option('--until <day>', 'only what changed up to a day, YYYY-MM-DD'),
      new Option('--service <name>', 'only rows that had or have this name'),
      new Option('--kind <kind>', 'only changes of this kind').choices(CHANGE_KINDS),
      ...PAGE,
    ],
    examples: ['portolan history 585', 'portolan history --since 2026-01-01 --kind added --csv'],
    question: ([port], flags) => ({
      kind: 'changes',
      path: port === undefined ? '/registry/changes' : `/ports/${encodeURIComponent(port)}/history`,
      parts: { port },
      query: query(flags),
    }),
  },
];

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

function askService(name: string, more: readonly string[], { protocol, ...flags }: Flags): Asked {
  const fault = protocol === undefined ? more[0] : protocol;
  if (fault !== undefined) {
    const message = `Cannot look up ${quoteInput(name)} with ${quoteInput(String(fault))}: expected a port such as 22 or 443/tcp, or the name of one service alone`;
    throw new RegistryError('invalid_argument', message, { parameter: 'port' });
  }
  const path = `/services/${encodeURIComponent(name)}`;
  return { kind: 'service', path, parts: { serviceName: name }, query: query(flags) };
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

/**
 * Writes flags as the query of a path.
 *
 * @param flags - The flags.
 * @param first - Parameters that come before them.
 */
export function query(flags: Flags, first: Readonly<Record<string, string>> = {}): URLSearchParams {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return new URLSearchParams([
    ...Object.entries(first),
    ...given.map(([name, value]): [string, string] => [name, String(value)]),
  ]);
}
