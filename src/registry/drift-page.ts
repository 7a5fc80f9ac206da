import { describeDrift } from './observed/describe-drift.ts';
import { ACTUAL_DRIFT, type Drift, type DriftFilter, MOST_NAMES } from './observed/drift.ts';
import type { FoundDrift } from './observed/found-drift.ts';
import type { ObservedUse } from './observed-use.ts';
import type { SharedReport } from './report/port-report.ts';
import { type ReportSource, sharedReportsInSteps } from './report-source.ts';
import { DEFAULT_PAGE, type Page, type PageRequest, pageOf } from './values/page.ts';
import { type RunStep, runInSteps } from './values/run-step.ts';
import { compareTexts } from './values/text-order.ts';

/** The order of drift: by kind, port, protocol and host; or the newest first, without what is as declared. */
export type DriftOrder = 'kind' | 'newest';

/**
 * Compares own entries with what hosts have reported, in steps.
 *
 * @param registry - The registry.
 * @param filter - Narrows the results.
 * @param page - The page.
 * @param run - Runs the steps.
 * @param order - The order.
 */
export async function driftPage(
  registry: ObservedUse & ReportSource,
  filter: DriftFilter,
  page: PageRequest,
  run: RunStep,
  order: DriftOrder = 'kind',
): Promise<Page<Drift>> {
  const all = await runInSteps(registry.drift(filter), run);
  const { count, results } = pageOf(order === 'kind' ? all : await run(() => newest(all)), page);
  const ports = results.map(({ port, protocol }) => ({ firstPort: port, lastPort: port, protocol }));
  const reports = await sharedReportsInSteps(registry, ports, null, run);
  return run(() => ({
    count,
    results: results.map((found, index) => describeDrift(found, namesOf(reports[index] as SharedReport))),
  }));
}

/** Returns the newest results that need attention, as many as a page has. */
function newest(all: readonly FoundDrift[]): FoundDrift[] {
  const drift = all.filter(({ kind }) => ACTUAL_DRIFT.includes(kind));
  return drift.sort((a, b) => compareTexts(b.since, a.since)).slice(0, DEFAULT_PAGE);
}

/** Returns the names of a port: those of IANA, and those of informal uses and other names. */
function namesOf({ assignments, associations, otherNames }: SharedReport): Pick<Drift, 'officialNames' | 'knownNames'> {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  const first = (names: readonly string[]): string[] => [...new Set(names)].slice(0, MOST_NAMES);
  return {
    officialNames: first(assignments.flatMap(({ serviceName }) => serviceName ?? [])),
    knownNames: first([...informal, ...otherNames].map(({ name }) => name)),
  };
}
