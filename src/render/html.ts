import type { Registry } from '../registry/registry.ts';
import { type PortReport, portReport } from '../registry/report/port-report.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { LAST_PORT } from '../registry/values/port-number.ts';
import { formatSpan, spanWidth } from '../registry/values/port-range.ts';
import type { Query } from '../rest/query.ts';
import type { Answers, PortAnswer, Question } from '../rest/route.ts';
import { suggestionsPage, suitabilityPage } from '../web/pages/advice-pages.ts';
import { auditPage } from '../web/pages/audit-page.ts';
import { changesPage, historyPage, snapshotsPage } from '../web/pages/history-pages.ts';
import { assignmentsPage, associationPage, associationsPage } from '../web/pages/list-pages.ts';
import { poolPage, poolsPage } from '../web/pages/pool-pages.ts';
import { portPage } from '../web/pages/port-page.ts';
import { portsPage } from '../web/pages/ports-page.ts';
import { ephemeralRangesPage, rangesPage } from '../web/pages/range-pages.ts';
import { registryPage } from '../web/pages/registry-pages.ts';
import { searchPage } from '../web/pages/search-page.ts';
import { servicePage } from '../web/pages/service-page.ts';
import type { NamedSpan } from '../web/parts/range-diagram.ts';

/** What a page may ask beside what it shows. */
export interface PageSource {
  readonly registry: Registry;
  readonly question: Question;
}

/** How each kind of answer is written as a page. */
export type PageRenderers = {
  readonly [Kind in keyof Answers]: (answer: Answers[Kind], source: PageSource) => string;
};

/** The form of a resource that takes a question. */
interface Blank {
  /** The parameter without which there is no question; null where a page never has the answer in it. */
  readonly needs: string | null;
  readonly page: (values: Query, registryDate: string) => string;
}
type PageBlanks = { readonly [Kind in keyof Answers]?: Blank };

/** The pages of the resources. */
export const HTML: PageRenderers = {
  port: showPort,
  ports: ({ results, ...list }, { registry, question }) => {
    const listed = results.map(({ number, protocol, shared }) => ({ report: portReport(number, shared), protocol }));
    return portsPage(question.query, { ...list, results: listed }, registry.info().date);
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
  registry: (info) => registryPage(info, new Date()),
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

/** What a browser is shown where a resource takes a question and none was asked yet. */
export const FORM_PAGES: PageBlanks = {
  ports: { needs: 'ports', page: (values, date) => portsPage(values, null, date) },
  search: { needs: 'q', page: (values, date) => searchPage(values, null, date) },
  audit: { needs: null, page: auditPage },
};

/** How many ports on each side are a port's neighbours. */
const AROUND = 4;

/** The systems whose ephemeral ranges are drawn; the page names the others. */
const DRAWN_SYSTEMS: readonly string[] = ['linux', 'windows', 'macos', 'own'];

/** Uses of at least this many ports are drawn, and no more of them than this. */
const LEAST_DRAWN = 256;
const MOST_DRAWN = 3;

function showPort({ number, protocol, shared }: PortAnswer, { registry, question }: PageSource): string {
  const asOf = question.query.get('asOf') ?? null;
  const report = portReport(number, shared);
  // Whether a port may be taken is asked of today.
  const suitability = asOf === null ? registry.suitability(number, { protocol, environment: null }) : null;
  const first = Math.max(0, number - AROUND);
  const ports = Array.from({ length: Math.min(LAST_PORT, number + AROUND) - first + 1 }, (_, index) => first + index);
  const reports = registry.sharedReports(
    ports.map((port) => ({ firstPort: port, lastPort: port, protocol })),
    asOf,
  );
  const neighbours = reports.map((other, index) => portReport(ports[index] ?? number, other));
  return portPage({
    report,
    protocol,
    asOf,
    suitability,
    neighbours,
    spans: spansOf(report, registry.ephemeralRanges()),
  });
}

/** Ephemeral ranges that are alike share a row of the picture. */
function spansOf({ associations }: PortReport, ranges: readonly EphemeralRange[]): NamedSpan[] {
  const drawn = ranges.filter(({ system, current }) => current && DRAWN_SYSTEMS.includes(system));
  const alike = Map.groupBy(drawn, formatSpan);
  const ephemeral = [...alike.values()].flatMap((same) => {
    const [range] = same;
    const title = [...new Set(same.map((one) => one.title))].join(', ');
    return range === undefined ? [] : [{ ...range, title: `Ephemeral: ${title}` }];
  });
  const wide = associations.filter((use) => spanWidth(use) >= LEAST_DRAWN).slice(0, MOST_DRAWN);
  return [...ephemeral, ...wide.map((use) => ({ ...use, title: use.name }))];
}
