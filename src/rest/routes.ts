import type { EphemeralRange } from '../registry/ephemeral-range.ts';
import { LARGEST_PAGE, pageOf } from '../registry/page.ts';
import { parsePortNumber } from '../registry/port-number.ts';
import { type PortQuery, parsePortList } from '../registry/port-query.ts';
import { PORT_RANGES, type PortRange } from '../registry/port-range.ts';
import type { PortReport } from '../registry/port-report.ts';
import type { Registry, RegistryInfo, Service } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import type { TransportProtocol } from '../registry/transport-protocol.ts';
import { type List, toList } from './list.ts';
import { agree, type Query, readPage, readProtocol } from './query.ts';

/** One question as a request puts it: path and query are checked, nothing else is known of HTTP. */
export interface Question {
  /** The path that was asked, encoded as it came. */
  readonly path: string;
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
}

/** A port report and the protocol it was asked for. */
export interface PortAnswer {
  readonly report: PortReport;
  readonly protocol: TransportProtocol | null;
}

/** The resources of the REST face: what each kind of answer holds, before a face renders it. */
export interface Answers {
  readonly port: PortAnswer;
  readonly ports: List<PortAnswer>;
  readonly service: Service;
  readonly ranges: List<PortRange>;
  readonly 'ephemeral-ranges': List<EphemeralRange>;
  readonly registry: RegistryInfo;
}

/** A resource that can be read at an address. */
export interface Route<Kind extends keyof Answers = keyof Answers> {
  /** The address, in Express' notation. */
  readonly path: string;
  readonly kind: Kind;
  /** The query parameters it knows, beside `format`. */
  readonly parameters: readonly string[];
  readonly answer: (registry: Registry, question: Question) => Answers[Kind];
}

const PAGE = ['limit', 'offset'];

/** Every resource. The order matters: a longer path stands before a shorter one that would match it. */
export const ROUTES: readonly Route[] = [
  route('/ports', 'ports', ['ports', 'protocol', ...PAGE], listPorts),
  route('/ports/{:port}', 'port', ['protocol'], showPort),
  route('/ports/:port/:protocol', 'port', ['protocol'], showPort),
  route('/services/:serviceName', 'service', [], showService),
  route('/ranges', 'ranges', PAGE, listRanges),
  route('/ephemeral-ranges', 'ephemeral-ranges', PAGE, listEphemeralRanges),
  route('/registry', 'registry', [], (registry) => registry.info()),
];

function route<Kind extends keyof Answers>(
  path: string,
  kind: Kind,
  parameters: readonly string[],
  answer: Route<Kind>['answer'],
): Route {
  return { path, kind, parameters, answer };
}

function showPort(registry: Registry, { parts, query }: Question): PortAnswer {
  const number = parsePortNumber(parts.port ?? '');
  const protocol = readProtocol(parts.protocol, query);
  return { report: registry.port(number, protocol), protocol };
}

function listPorts(registry: Registry, { path, query }: Question): List<PortAnswer> {
  const asked = query.get('ports');
  if (asked === undefined) {
    throw new RegistryError(
      'invalid_argument',
      'Missing query parameter "ports": expected ports such as 22,443/tcp,6000-6010',
      {
        parameter: 'ports',
      },
    );
  }
  const protocol = readProtocol(undefined, query);
  const request = readPage(query, LARGEST_PAGE);
  const queries: PortQuery[] = parsePortList(asked, LARGEST_PAGE).map((item) => ({
    ...item,
    protocol: agree(item.protocol, protocol, 'list of ports'),
  }));
  const page = pageOf(queries, request);
  const reports = registry.ports(page.results);
  const results = reports.map((report, index) => ({ report, protocol: page.results[index]?.protocol ?? null }));
  return toList({ count: page.count, results }, request, path, query);
}

function showService(registry: Registry, { parts }: Question): Service {
  return registry.service(parts.serviceName ?? '');
}

function listRanges(_registry: Registry, { path, query }: Question): List<PortRange> {
  const request = readPage(query);
  return toList(pageOf(PORT_RANGES, request), request, path, query);
}

function listEphemeralRanges(registry: Registry, { path, query }: Question): List<EphemeralRange> {
  const request = readPage(query);
  return toList(pageOf(registry.ephemeralRanges(), request), request, path, query);
}
