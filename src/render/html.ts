import type { Catalogue } from '../registry/catalogue.ts';
import type { PortAdvice } from '../registry/port-advice.ts';
import type { PortLookup } from '../registry/port-lookup.ts';
import { portReport } from '../registry/report/port-report.ts';
import type { ReportSource } from '../registry/report-source.ts';
import { LAST_PORT } from '../registry/values/port-number.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { Query } from '../rest/query.ts';
import type { Answers, PortAnswer, ResourceRequest } from '../rest/route.ts';
import { suggestionsPage, suitabilityPage } from '../web/pages/advice-pages.ts';
import { auditPage } from '../web/pages/audit-page.ts';
import { changesPage, historyPage, snapshotsPage } from '../web/pages/history-pages.ts';
import { assignmentsPage, associationPage, associationsPage } from '../web/pages/list-pages.ts';
import { poolPage, poolsPage } from '../web/pages/pool-pages.ts';
import { portsPage } from '../web/pages/ports-page.ts';
import { ephemeralRangesPage, rangesPage } from '../web/pages/range-pages.ts';
import { registryPage } from '../web/pages/registry-pages.ts';
import { searchAddress } from '../web/pages/search-address.ts';
import { searchPage } from '../web/pages/search-page.ts';
import { servicePage } from '../web/pages/service-page.ts';
import { portPage } from '../web/port/port-page.ts';

/** Further input of page renderers. */
export interface PageSource {
  readonly registry: Catalogue & PortAdvice & ReportSource;
  readonly question: ResourceRequest;
}

/** The HTML renderers by kind of answer. */
export type PageRenderers = {
  readonly [Kind in keyof Answers]: (answer: Answers[Kind], source: PageSource) => string;
};

/** The page with an empty form, for a resource with required parameters. */
interface EmptyForm {
  /** The required parameter: without it the page has an empty form; null for a page that never contains the answer. */
  readonly needs: string | null;
  readonly page: (values: Query, registryDate: string) => string;
}
type FormPages = { readonly [Kind in keyof Answers]?: EmptyForm };

/** The HTML renderers of all resources. */
export const HTML: PageRenderers = {
  port: showPort,
  ports: ({ results, ...list }, { registry, question }) => {
    // The reports were composed in several steps: they have the date of their state.
    const date = results[0]?.shared.registry.date ?? registry.info().date;
    const listed = results.map(({ number, protocol, shared }) => ({ report: portReport(number, shared), protocol }));
    return portsPage(question.query, { ...list, results: listed }, date);
  },
  service: (service, { registry, question }) =>
    servicePage(service, question.query.get('asOf') ?? null, registry.info().date),
  suitability: (advice, { registry, question }) => suitabilityPage(question.query, advice, registry.info().date),
  suggestions: (list, { registry, question }) => {
    const pools = registry.pools().map(({ name }) => name);
    return suggestionsPage(question.query, list, pools, registry.info().date);
  },
  ranges: (list, { registry }) => rangesPage(list, registry.info().date),
  'ephemeral-ranges': (list, { registry }) => ephemeralRangesPage(list, registry.info().date),
  registry: registryPage,
  snapshots: (list, { registry }) => snapshotsPage(list, registry.info().date),
  changes: (list, { registry, question }) => {
    const { parts, query } = question;
    const date = registry.info().date;
    return parts.port === undefined
      ? changesPage(query, list, date)
      : historyPage(Number(parts.port), query, list, date);
  },
  search: (found, { registry, question }) => searchPage(question.query, found, registry.info().date),
  assignments: (list, { registry, question }) => assignmentsPage(question.query, list, registry.info().date),
  associations: (list, { registry, question }) => associationsPage(question.query, list, registry.info().date),
  association: (association, { registry }) => associationPage(association, registry.info().date),
  audit: (_rows, { registry, question }) => auditPage(question.query, registry.info().date),
  pools: (list, { registry }) => poolsPage(list, registry.info().date),
  pool: (pool, { registry }) => poolPage(pool, registry.info().date),
};

/** The pages for requests of browsers without the required parameter. */
export const FORM_PAGES: FormPages = {
  ports: { needs: 'ports', page: (values, date) => portsPage(values, null, date) },
  search: { needs: 'q', page: (values, date) => searchPage(values, null, date) },
  audit: { needs: null, page: auditPage },
};

/**
 * Returns the address of the page that a browser asks for with a search text alone, such as a port or a service name.
 *
 * @param kind - The kind of resource.
 * @param registry - The registry.
 * @param query - The query parameters.
 * @returns The address; null for a page of this resource.
 */
export function redirectAddress(kind: keyof Answers, registry: PortLookup, query: Query): string | null {
  const text = query.get('q');
  if (kind !== 'search' || text === undefined || query.size > 1) return null;
  return searchAddress(text, (name) => hasService(registry, name));
}

function hasService(registry: PortLookup, name: string): boolean {
  try {
    registry.service(name);
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not_found') return false;
    throw error;
  }
}

/** The number of neighbours on each side of a port. */
const NEIGHBOURS = 2;

function showPort({ number, protocol, shared }: PortAnswer, { registry, question }: PageSource): string {
  const asOf = question.query.get('asOf') ?? null;
  const report = portReport(number, shared);
  // Suitability is known for the current data only.
  const suitability = asOf === null ? registry.suitability(number, { protocol, environment: null }) : null;
  const first = Math.max(0, number - NEIGHBOURS);
  const ports = Array.from(
    { length: Math.min(LAST_PORT, number + NEIGHBOURS) - first + 1 },
    (_, index) => first + index,
  );
  const reports = registry.sharedReports(
    ports.map((port) => ({ firstPort: port, lastPort: port, protocol })),
    asOf,
  );
  const neighbours = reports.map((other, index) => ({ ...other, number: ports[index] ?? number }));
  return portPage({
    report,
    protocol,
    asOf,
    suitability,
    neighbours,
  });
}
