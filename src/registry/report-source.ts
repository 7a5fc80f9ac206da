import type { SharedReport } from './report/port-report.ts';
import { AnswerSize } from './values/answer-size.ts';
import type { PortQuery } from './values/port-query.ts';
import type { VersionSource } from './values/registry-version.ts';
import type { RunStep } from './values/run-step.ts';

/** Shares reports between ports and responses, which caches and long answers need. */
export interface ReportSource extends VersionSource {
  /**
   * Returns the reports of many ports from one version of the data, in the order of the queries and without their numbers.
   * Ports with the same rows share one report: the same object as long as the data does not change.
   *
   * @param queries - Single ports, from `parsePortList`.
   * @param asOf - As for `PortLookup.port`.
   * @param size - The size counter of the answer, if it takes several calls.
   */
  sharedReports(queries: readonly PortQuery[], asOf?: string | null, size?: AnswerSize): SharedReport[];

  /** Returns a fingerprint of the own entries: it changes when an entry is added, changed or deleted. */
  ownEntriesFingerprint(): string;
}

/** The most reports in one step: composing them takes up to 6 ms, and much less if they are cached. */
const STEP_REPORTS = 64;

/**
 * Returns the reports of many ports as `ReportSource.sharedReports` does, in steps and from one version of the data.
 *
 * @param registry - The registry.
 * @param queries - Single ports.
 * @param asOf - As for `PortLookup.port`.
 * @param run - Runs the steps.
 * @param size - The size counter of the answer, if it contains more than these reports.
 * @throws {RegistryError} `too_large` as `AnswerSize.add`, `not_found` for a day before the earliest snapshot.
 */
export async function sharedReportsInSteps(
  registry: ReportSource,
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
  // An import or a write happened between two steps. One long step is rare, and needs no transaction that blocks
  // others.
  return run(() => registry.sharedReports(queries, asOf));
}
