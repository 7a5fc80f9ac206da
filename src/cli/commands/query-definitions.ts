import { Option } from 'commander';
import { SUGGESTION_ORDERS } from '../../registry/advice/advice-question.ts';
import { VERDICTS, type Verdict } from '../../registry/advice/suitability.ts';
import { CHANGE_KINDS } from '../../registry/history/history.ts';
import { CATEGORIES, ORIGINS } from '../../registry/rows/association.ts';
import type { CHECK_SYSTEMS } from '../../registry/rows/check-command.ts';
import { USE_ORDERS } from '../../registry/search/use-order.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { ResourceRequest } from '../actions/query.ts';
import {
  AS_OF,
  ENVIRONMENT,
  type Flags,
  FORMATS,
  OWNED_BY,
  PAGE,
  PREFER,
  PROTOCOL,
  type QueryCommand,
  toSearchParams,
} from './query-flags.ts';

/** The query commands. */
export const QUERY_COMMANDS: readonly QueryCommand[] = [
  {
    usage: 'lookup <port...>',
    description: 'look up ports: 22, 443/tcp, 6000-6010, or the name of a service; "portolan 22" is the same',
    flags: [
      PROTOCOL,
      AS_OF,
      new Option('--prefer <origins>', PREFER),
      new Option('--checks', 'with the commands of this system that show which process uses the port'),
    ],
    formats: [...FORMATS, 'tsv'],
    examples: [
      'portolan 60257',
      'portolan lookup 22/tcp 6000-6010 --format tsv',
      'portolan lookup ssh --as-of 2026-08-05',
    ],
    toRequest: portRequest,
  },
  {
    usage: 'search <text...>',
    description: 'search ports, names and descriptions',
    flags: [
      new Option('--literal', 'search for the text as it is written, without a correction'),
      new Option('--origin <origin>', 'only rows of this origin').choices(ORIGINS),
      PROTOCOL,
      new Option('--range <range>', 'only ports of this range').choices(['system', 'user', 'dynamic']),
      new Option('--state <state>', 'only official rows in this state'),
      new Option('--category <category>', 'only informal and own uses of this kind').choices(CATEGORIES),
      ...PAGE,
    ],
    formats: FORMATS,
    examples: ['portolan search secure shell', 'portolan search postgres --protocol tcp --csv'],
    toRequest: (words, flags) => ({
      kind: 'search',
      path: '/search',
      parts: {},
      query: toSearchParams(flags, { q: words.join(' ') }),
    }),
  },
  {
    usage: 'suggest',
    description: 'suggest free ports for a new service',
    flags: [
      new Option('--count <count>', 'how many, 1-100 (default: 5)'),
      PROTOCOL,
      new Option('--near <port>', 'the free ports nearest to this one'),
      new Option('--within <range>', 'only ports of a range such as 20000-29999'),
      new Option('--consecutive', 'consecutive ports'),
      new Option('--like <name>', 'derive the ports from a name: the same name, the same ports'),
      new Option('--order <order>', 'by the weight of what is known of a port, or by number').choices(
        SUGGESTION_ORDERS,
      ),
      new Option('--avoid <systems>', 'avoid only the ports of these, such as linux,browsers (default: all)'),
      ENVIRONMENT,
      new Option('--pool <name>', 'only ports of this pool'),
    ],
    formats: FORMATS,
    examples: ['portolan suggest', 'portolan suggest --count 3 --within 20000-29999 --protocol tcp'],
    toRequest: (_words, flags) => ({
      kind: 'suggestions',
      path: '/suggestions',
      parts: {},
      query: toSearchParams(flags),
    }),
  },
  {
    usage: 'report <report>',
    description: 'list own entries as evidence: allowed-ports, or those that are due for a review',
    flags: [
      ...OWNED_BY,
      new Option('--sort <order>', 'allowed-ports: the order; - in front reverses (default: port)').choices(USE_ORDERS),
      new Option('--days <count>', 'due: within this many days, 0-3650 (default: 30)'),
      new Option('--limit <count>', 'how many results, 1-1000 (default: 1000)'),
      new Option('--offset <count>', 'how many results to skip'),
    ],
    formats: FORMATS,
    examples: ['portolan report allowed-ports --environment production --csv', 'portolan report due --days 90'],
    toRequest: reportRequest,
  },
  {
    usage: 'history [port]',
    description: 'list the changes that imports made to the official rows, of one port or of all',
    flags: [
      PROTOCOL,
      new Option('--since <day>', 'only what changed after a day, YYYY-MM-DD'),
      new Option('--until <day>', 'only what changed up to a day, YYYY-MM-DD'),
      new Option('--service <name>', 'only rows that had or have this name'),
      new Option('--kind <kind>', 'only changes of this kind').choices(CHANGE_KINDS),
      ...PAGE,
    ],
    formats: FORMATS,
    examples: ['portolan history 585', 'portolan history --since 2026-01-01 --kind added --csv'],
    toRequest: ([port], flags) => ({
      kind: 'changes',
      path: port === undefined ? '/registry/changes' : `/ports/${encodeURIComponent(port)}/history`,
      parts: { port },
      query: toSearchParams(flags),
    }),
  },
];

/** The flags of `check` for a port. */
export const CHECK_FLAGS: readonly Option[] = [
  PROTOCOL,
  ENVIRONMENT,
  new Option('--fail-on <verdict>', 'exit with code 1 from this verdict on (default: avoid)').choices(
    VERDICTS.filter((verdict) => verdict !== 'good'),
  ),
];

/** The keys of check commands by the name of the system in Node. */
const SYSTEMS: Readonly<Record<string, (typeof CHECK_SYSTEMS)[number]>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
  freebsd: 'freebsd',
};

/** Requests one port as a report, and several ports as a list. A first argument that begins with a letter is a service. */
function portRequest(words: readonly string[], { checks: hasChecks, ...given }: Flags): ResourceRequest {
  const [first = '', ...more] = words;
  if (!/^\d/.test(first)) return serviceRequest(first, more, given);
  const flags = { ...given, checks: (hasChecks === true ? SYSTEMS[process.platform] : undefined) ?? 'none' };
  const single = /^(\d+)(?:\/(\w+))?$/.exec(first);
  if (single === null || more.length > 0) {
    const ports = toSearchParams(flags, { ports: words.join(',') });
    return { kind: 'ports', path: '/ports', parts: {}, query: ports };
  }
  const [, port = '', protocol] = single;
  const path = `/ports/${port}${protocol === undefined ? '' : `/${protocol}`}`;
  return { kind: 'port', path, parts: { port, protocol }, query: toSearchParams(flags) };
}

function serviceRequest(name: string, more: readonly string[], { protocol, prefer, ...flags }: Flags): ResourceRequest {
  const fault = protocol ?? prefer ?? more[0];
  if (fault !== undefined) {
    const message = `Cannot look up ${quoteInput(name)} with ${quoteInput(String(fault))}: expected a port such as 22 or 443/tcp, or the name of one service alone`;
    throw new RegistryError('invalid_argument', message, { parameter: 'port' });
  }
  const path = `/services/${encodeURIComponent(name)}`;
  return { kind: 'service', path, parts: { serviceName: name }, query: toSearchParams(flags) };
}

const REPORTS = ['allowed-ports', 'due'] as const;

function reportRequest([name = '']: readonly string[], flags: Flags): ResourceRequest {
  const kind = REPORTS.find((known) => known === name);
  if (kind === undefined) {
    const message = `Cannot find report ${quoteInput(name)}: expected ${REPORTS.join(' or ')}`;
    throw new RegistryError('invalid_argument', message, { parameter: 'report' });
  }
  return { kind, path: `/reports/${kind}`, parts: {}, query: toSearchParams(flags) };
}

/**
 * Requests the suitability of a port.
 *
 * @param word - The port, such as `8080` or `9443/tcp`.
 * @param flags - The values of `CHECK_FLAGS`.
 */
export function suitabilityRequest(word: string, { failOn, ...flags }: Flags): ResourceRequest {
  const [port = '', protocol, ...rest] = word.split('/');
  const written = rest.length > 0 ? word : port;
  const given = protocol === undefined ? flags : { protocol, ...flags };
  return {
    kind: 'suitability',
    path: `/ports/${encodeURIComponent(written)}/suitability`,
    parts: { port: written },
    query: toSearchParams(given),
    ...(failOn !== undefined && { failOn: failOn as Verdict }),
  };
}
