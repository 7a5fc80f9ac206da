import { parseWholeNumber } from '../registry/values/page.ts';
import { parsePortList } from '../registry/values/port-query.ts';
import type { Query } from '../rest/query.ts';
import { requireArgument, toQuery } from './arguments.ts';
import type { ArgumentSource, ReadRequest, Tool, ToolHints } from './tool.ts';

/** The most ports of one call: an assistant reads the whole answer. */
const MOST_PORTS = 100;

/** The number of results of a search: the default, and the most. An assistant reads all of them. */
const SEARCH_RESULTS = { default: 10, largest: 100 };

const READS: ToolHints = { readOnlyHint: true, openWorldHint: false };

const PORT_LIST = 'ports such as 22, "443/tcp" or "6000-6010"';

const SERVICE_PROTOCOL: ArgumentSource = {
  from: 'parameters/ServiceProtocol',
  but: { description: 'The protocol of the service.' },
};

const SERVICE_ENVIRONMENT: ArgumentSource = {
  from: 'parameters/Environment',
  but: { description: 'The environment of the service.' },
};

/** The tools that read. */
export const READ_TOOLS: readonly Tool[] = [
  {
    name: 'lookup_ports',
    title: 'Look up ports',
    description:
      'Says what port numbers are: official assignments of IANA, software that is known to use them, and own services.',
    hints: READS,
    arguments: {
      ports: {
        from: 'parameters/Ports',
        but: {
          maxItems: MOST_PORTS,
          items: { type: ['integer', 'string'] },
          description: `At most ${MOST_PORTS} ${PORT_LIST}.`,
        },
      },
    },
    required: ['ports'],
    toRequest: (given) => {
      const query = toQuery(given);
      parsePortList(requireArgument(query, 'ports', PORT_LIST), MOST_PORTS);
      return read('ports', '/ports', query);
    },
  },
  {
    name: 'find_service',
    title: 'Find a service',
    description: 'Finds the ports of a service by its name, or by words of its description. Corrects misspelled names.',
    hints: READS,
    arguments: {
      q: {
        from: 'parameters/SearchText',
        but: { description: 'A name such as postgres, or words such as remote desktop.' },
      },
      protocol: { from: 'parameters/ProtocolFilter', but: { description: 'Only this protocol.' } },
      limit: {
        from: 'parameters/Limit',
        but: { maximum: SEARCH_RESULTS.largest, default: SEARCH_RESULTS.default },
      },
    },
    required: ['q'],
    toRequest: (given) => {
      const query = toQuery(given);
      requireArgument(query, 'q', 'a name or words to search for');
      const written = query.get('limit') ?? String(SEARCH_RESULTS.default);
      return read(
        'search',
        '/search',
        query.set('limit', String(parseWholeNumber(written, 'limit', 1, SEARCH_RESULTS.largest))),
      );
    },
  },
  {
    name: 'check_port',
    title: 'Check a port',
    description: 'Rates a port for a new service: good, caution or avoid, with the reasons and their sources.',
    hints: READS,
    arguments: {
      port: { from: 'parameters/Port', but: { description: 'The port number.' } },
      protocol: SERVICE_PROTOCOL,
      environment: SERVICE_ENVIRONMENT,
    },
    required: ['port'],
    toRequest: (given) => {
      const query = toQuery(given);
      const port = requireArgument(query, 'port', 'a port number');
      query.delete('port');
      return read('suitability', `/ports/${encodeURIComponent(port)}/suitability`, query, { port });
    },
  },
  {
    name: 'suggest_ports',
    title: 'Suggest ports',
    description: 'Suggests free ports for a new service. It reserves nothing.',
    hints: READS,
    arguments: {
      count: { from: 'parameters/SuggestionCount' },
      protocol: SERVICE_PROTOCOL,
      near: { from: 'parameters/Near', but: { description: 'The nearest free ports first.' } },
      within: {
        from: 'parameters/Within',
        but: { description: 'Only ports in this range, such as 20000-29999.' },
      },
      consecutive: {
        from: 'parameters/Consecutive',
        but: { description: 'True for one block of consecutive ports.' },
      },
      like: {
        from: 'parameters/Like',
        but: { description: 'A name that selects the ports: the same name, the same ports.' },
      },
      avoid: {
        from: 'parameters/Avoid',
        but: { description: 'Avoid only the ports of these; by default all.' },
      },
      environment: SERVICE_ENVIRONMENT,
      pool: { from: 'parameters/PoolFilter' },
    },
    required: [],
    toRequest: (given) => read('suggestions', '/suggestions', toQuery(given)),
  },
  {
    name: 'list_own_ports',
    title: 'List own ports',
    description: "Lists the ports that the team's own services hold, with the ids of their entries.",
    hints: READS,
    arguments: {
      owner: { from: 'parameters/OwnerFilter', but: { description: 'Only entries of exactly this owner.' } },
      environment: {
        from: 'parameters/EnvironmentFilter',
        but: { description: 'Only entries of exactly this environment.' },
      },
      tag: { from: 'parameters/TagFilter', but: { description: 'Only entries with exactly this tag.' } },
      pool: { from: 'parameters/EntryPoolFilter', but: { description: 'Only entries in this pool.' } },
      port: {
        from: 'parameters/PortFilter',
        but: { description: 'Only entries that contain this port.' },
      },
      q: { from: 'parameters/WordsFilter', but: { description: 'Only entries with all these words.' } },
      limit: { from: 'parameters/Limit' },
      offset: { from: 'parameters/Offset' },
    },
    required: [],
    toRequest: (given) => read('associations', '/associations', new Map([['origin', 'own'], ...toQuery(given)])),
  },
];

function read(kind: ReadRequest['kind'], path: string, query: Query, parts: ReadRequest['parts'] = {}) {
  return { read: { kind, path, parts, query } };
}
