import type { ObservedUse } from '../registry/observed-use.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { ReportSource } from '../registry/report-source.ts';
import { sharedReportsInSteps } from '../registry/report-source.ts';
import { LARGEST_PAGE, type Page, type PageRequest, pageOf } from '../registry/values/page.ts';
import { parsePortNumber } from '../registry/values/port-number.ts';
import { type PortQuery, parsePortList, tryParsePortQuery } from '../registry/values/port-query.ts';
import type { Fault } from '../registry/values/registry-error.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { type List, toList } from './list.ts';
import {
  combineProtocols,
  missingParameter,
  parseDayParameter,
  parsePage,
  parseProtocol,
  type Query,
} from './query.ts';
import type { PortAnswer, ResourceRequest } from './route.ts';

/** The reports of ports, and their observed use. */
type PortSource = ReportSource & Pick<ObservedUse, 'observedPort'>;

/** Returns the report of the port in the path, for the protocol in path or query. */
export function showPort(registry: PortSource, { parts, query, maySeeObserved = false }: ResourceRequest): PortAnswer {
  const number = parsePortNumber(parts.port ?? '');
  const protocol = parseProtocol(parts.protocol, query);
  const asOf = parseDayParameter(query, 'asOf');
  const [answer] = answerPorts(registry, [{ firstPort: number, lastPort: number, protocol }], asOf);
  return maySeeObserved && asOf === null ? withObserved(registry, answer as PortAnswer) : (answer as PortAnswer);
}

/** Returns the reports of up to 1,000 ports in `?ports=`, on one page unless the request asks for a smaller one. */
export async function listPorts(
  registry: PortSource,
  { path, query, maySeeObserved = false }: ResourceRequest,
  run: RunStep,
): Promise<List<PortAnswer>> {
  const { page, request } = parsePortsPage(query);
  const asOf = parseDayParameter(query, 'asOf');
  let results = toAnswers(page.results, await sharedReportsInSteps(registry, page.results, asOf, run));
  if (maySeeObserved && asOf === null) results = await addObserved(registry, results, run);
  return toList({ count: page.count, results }, request, path, query);
}

/** The most ports of one step: 2 ms. */
const STEP_PORTS = 32;

async function addObserved(registry: PortSource, answers: readonly PortAnswer[], run: RunStep): Promise<PortAnswer[]> {
  const observed: PortAnswer[] = [];
  for (let first = 0; first < answers.length; first += STEP_PORTS) {
    const part = answers.slice(first, first + STEP_PORTS);
    observed.push(...(await run(() => part.map((answer) => withObserved(registry, answer)))));
  }
  return observed;
}

function withObserved(registry: PortSource, answer: PortAnswer): PortAnswer {
  return { ...answer, observed: registry.observedPort(answer.number, answer.protocol) };
}

/** Counts the ports of the page of `listPorts`; 0 for a request without ports, as for the empty form. */
export function countListedPorts({ query }: ResourceRequest): number {
  return query.has('ports') ? parsePortsPage(query).page.results.length : 0;
}

function parsePortsPage(query: Query): { page: Page<PortQuery>; request: PageRequest } {
  const asked = query.get('ports');
  if (asked === undefined) throw missingParameter('ports', 'ports such as 22,443/tcp,6000-6010');
  const protocol = parseProtocol(undefined, query);
  const request = parsePage(query, LARGEST_PAGE);
  const queries = parsePortList(asked, LARGEST_PAGE).map((item) => ({
    ...item,
    protocol: combineProtocols(item.protocol, protocol, 'list of ports'),
  }));
  return { page: pageOf(queries, request), request };
}

/**
 * Removes the invalid items of a list of ports, so that a page answers the others. Programs get an error instead.
 *
 * @param query - The query parameters.
 * @returns The query with the valid items, and the faults of the others. A list without valid items stays as it is.
 */
export function withoutInvalidPorts(query: Query): { readonly query: Query; readonly faults: readonly Fault[] } {
  const items = (query.get('ports') ?? '').split(',');
  const parsed = items.map((item) => tryParsePortQuery(item, 'ports'));
  const valid = items.filter((_, index) => !('detail' in (parsed[index] as object)));
  if (valid.length === 0 || valid.length === items.length) return { query, faults: [] };
  const faults = parsed.flatMap((item) => ('detail' in item ? [item] : []));
  return { query: new Map(query).set('ports', valid.join(',')), faults };
}

/**
 * Returns the reports of single ports, in order and from one version of the data.
 *
 * @param registry - The registry.
 * @param queries - The ports.
 * @param asOf - The day of the official rows, `YYYY-MM-DD`; null for the current ones.
 */
export function answerPorts(
  registry: ReportSource,
  queries: readonly PortQuery[],
  asOf: string | null = null,
): PortAnswer[] {
  return toAnswers(queries, registry.sharedReports(queries, asOf));
}

function toAnswers(queries: readonly PortQuery[], reports: readonly SharedReport[]): PortAnswer[] {
  return queries.map(({ firstPort: number, protocol }, index) => ({
    number,
    protocol,
    shared: reports[index] as SharedReport,
  }));
}
