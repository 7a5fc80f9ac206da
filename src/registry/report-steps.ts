import type { Registry } from './registry.ts';
import type { SharedReport } from './report/port-report.ts';
import { AnswerSize } from './values/answer-size.ts';
import type { PortQuery } from './values/port-query.ts';
import type { RunStep } from './values/run-step.ts';

/** The most reports that are composed in one step: they take up to 6 ms, and a small part of that where they are cached. */
const STEP_REPORTS = 64;

/**
 * Answers for many ports as `Registry.sharedReports` does, in steps and from one state of the data.
 *
 * @param registry - Where the reports come from.
 * @param queries - Single ports.
 * @param asOf - As of `Registry.port`.
 * @param run - Runs the steps.
 * @param size - The size of the answer, where there is more in it.
 * @throws {RegistryError} `too_large` as `AnswerSize.add`, `not_found` for a day before the earliest snapshot.
 */
export async function sharedReportsInSteps(
  registry: Registry,
  queries: readonly PortQuery[],
  asOf: string | null,
  run: RunStep,
  size = new AnswerSize(),
): Promise<SharedReport[]> {
  if (queries.length <= STEP_REPORTS) return run(() => registry.sharedReports(queries, asOf, size));
  const before = await run(() => registry.version());
  const reports: SharedReport[] = [];
  for (let first = 0; first < queries.length; first += STEP_REPORTS) {
    const part = queries.slice(first, first + STEP_REPORTS);
    reports.push(...(await run(() => registry.sharedReports(part, asOf, size))));
  }
  const after = await run(() => registry.version());
  if (before.lists === after.lists && before.own === after.own) return reports;
  // An import or a write came between two steps: one long step is rare, and needs no transaction that others wait for.
  return run(() => registry.sharedReports(queries, asOf));
}
