import type { AccessRecords } from '../registry/access-records.ts';
import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Catalogue } from '../registry/catalogue.ts';
import type { ChangeHistory } from '../registry/change-history.ts';
import type { PortAdvice } from '../registry/port-advice.ts';
import type { PortLookup } from '../registry/port-lookup.ts';
import { portReport } from '../registry/report/port-report.ts';
import { LAST_PORT } from '../registry/values/port-number.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { Query } from '../rest/query.ts';
import type { Answers, PortAnswer, ResourceRequest } from '../rest/route.ts';
import type { FormInput } from '../web/forms/form.ts';
import { driftPage, observationsPage } from '../web/observed/observed-pages.ts';
import { associationPage } from '../web/pages/association-pages.ts';
import { auditPage } from '../web/pages/audit-page.ts';
import { conflictsPage } from '../web/pages/conflicts-page.ts';
import { changesPage, historyPage, snapshotsPage } from '../web/pages/history-pages.ts';
import { assignmentsPage, associationsPage } from '../web/pages/list-pages.ts';
import { poolPage, poolsPage } from '../web/pages/pool-pages.ts';
import { portsPage } from '../web/pages/ports-page.ts';
import { ephemeralRangesPage, rangesPage } from '../web/pages/range-pages.ts';
import { registryPage } from '../web/pages/registry-pages.ts';
import { searchAddress } from '../web/pages/search-address.ts';
import { searchPage } from '../web/pages/search-page.ts';
import { servicePage } from '../web/pages/service-page.ts';
import { suitabilityPage } from '../web/pages/suitability-page.ts';
import { portPage } from '../web/port/port-page.ts';
import { ownChangesPage } from '../web/reports/own-changes-page.ts';
import { allowedPortsPage, duePage, type OwnReportView } from '../web/reports/own-reports.ts';
import { suggestionsPage } from '../web/suggestions/suggestions-page.ts';
import type { Rendering } from './rendering.ts';

/** Further input of page renderers. */
export interface PageSource {
  readonly registry: AccessRecords & Catalogue & ChangeHistory & PortAdvice & Pick<PortLookup, 'portLabels'>;
  readonly question: ResourceRequest;
  /** The query parameters as they were entered, and what is wrong with those that the answer ignores. */
  readonly input: FormInput;
}

/**
 * The HTML renderers by kind of answer, in steps for those with long tables: they query the registry before the first step only. A
 * kind without one has no page.
 */
export type PageRenderers = {
  readonly [Kind in keyof Answers]?: (answer: Answers[Kind], source: PageSource) => Rendering;
};

/** The HTML renderers of all resources with a page. */
export const HTML: PageRenderers = {
  port: showPort,
  ports: ({ results, ...list }, { registry, input }) => {
    // The reports were composed in several steps: they have the date of their state.
    const date = results[0]?.shared.registry.date ?? registry.info().date;
    const listed = results.map(({ number, protocol, shared }) => ({ report: portReport(number, shared), protocol }));
    return portsPage(input, { ...list, results: listed }, date);
  },
  service: (service, { registry, question }) =>
    servicePage(service, question.query.get('asOf') ?? null, registry.info().date),
  suitability: (advice, { registry, input }) => suitabilityPage(advice.number, input, advice, registry.info().date),
  suggestions: (list, source) => showSuggestions(list, source),
  ranges: (list, { registry }) => rangesPage(list, registry.info().date),
  'ephemeral-ranges': (list, { registry }) => ephemeralRangesPage(list, registry.info().date),
  registry: registryPage,
  snapshots: (list, { registry }) => snapshotsPage(list, registry.info().date),
  changes: (list, { registry, question, input }) => {
    const { port } = question.parts;
    const date = registry.info().date;
    return port === undefined ? changesPage(input, list, date) : historyPage(Number(port), question.query, list, date);
  },
  search: (found, { registry, input }) => searchPage(input, found, registry.info().date),
  assignments: (list, { registry, input }) => assignmentsPage(input, list, registry.info().date),
  associations: (list, { registry, input }) => associationsPage(input, list, registry.info().date),
  association: (association, { registry }) => {
    const changed = registry.lastWrites([association.id]).get(association.id);
    return associationPage(association, changed, registry.info().date);
  },
  'allowed-ports': (list, source) => allowedPortsPage(ownReportView(list, source), list.auditHead),
  due: (list, source) => duePage(ownReportView(list, source)),
  audit: showAudit,
  'audit-events': showAudit,
  'own-changes': (list, { registry, input }) =>
    ownChangesPage(input, list, registry.ownSummary(), registry.info().date),
  conflicts: (list, { registry, input }) => conflictsPage(input, list, registry.ownSummary(), registry.info().date),
  observations: (_list, { registry, input }) => observationsPage(input, registry.info().date),
  drift: (_list, { registry, input }) => driftPage(input, registry.info().date),
  pools: (list, { registry }) => poolsPage(list, registry.info().date),
  pool: (pool, { registry }) => poolPage(pool, registry.info().date),
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
    registry.service(name).next();
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not_found') return false;
    throw error;
  }
}

function ownReportView(list: Answers['due'], { registry, input }: PageSource): OwnReportView {
  return { values: input.values, list, summary: registry.ownSummary(), registryDate: registry.info().date };
}

function showAudit(_list: unknown, { registry, input }: PageSource): string {
  return auditPage(input, registry.info().date);
}

/** The number of neighbours on each side of a port. */
const NEIGHBOURS = 2;

function showPort({ number, protocol, shared, observed }: PortAnswer, { registry, question }: PageSource): Rendering {
  const asOf = question.query.get('asOf') ?? null;
  const report = portReport(number, shared, observed);
  const seesObserved = question.maySeeObserved === true;
  // Suitability is known for the current data only.
  const suitability =
    asOf === null ? registry.suitability(number, { protocol, environment: null, seesObserved }) : null;
  const around = {
    firstPort: Math.max(0, number - NEIGHBOURS),
    lastPort: Math.min(LAST_PORT, number + NEIGHBOURS),
  };
  return portPage({
    report,
    protocol,
    asOf,
    suitability,
    neighbours: registry.portLabels(around, protocol, asOf).filter((label) => label.number !== number),
  });
}

/**
 * Renders the page of suggestions.
 *
 * @param list - The suggestions; null for invalid conditions.
 * @param source - The registry and the conditions.
 */
export function showSuggestions(list: SuggestionList | null, { registry, input }: PageSource): string {
  const pools = registry.pools().map(({ name }) => name);
  return suggestionsPage(input, list, pools, registry.info().date);
}
