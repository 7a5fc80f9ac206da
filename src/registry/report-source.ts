import type { SharedReport } from './report/port-report.ts';
import { AnswerSize } from './values/answer-size.ts';
import type { PortQuery } from './values/port-query.ts';
import type { VersionSource } from './values/registry-version.ts';
import type { RunStep, Steps } from './values/run-step.ts';

/** Shares reports between ports and responses, which caches and long answers need. */
export interface ReportSource extends VersionSource {
  /**
   * Returns the reports of many ports from one version of the data, in the order of the queries and without their numbers.
   * Ports with the same rows share one report: the same object as long as the data does not change.
   *
   * @param queries - Single ports, from `parsePortList`.
   * @param asOf - As for `PortLookup.port`.
   * @param size - The size counter of the answer, if it takes several calls.
   * @param most - The text of the reports, in characters, after which further ports are left out; unlimited by default.
   *   The first port always has its report.
   */
  sharedReports(queries: readonly PortQuery[], asOf?: string | null, size?: AnswerSize, most?: number): SharedReport[];

  /** Computes a fingerprint of the own entries in steps: it changes when an entry is added, changed or deleted. */
  ownEntriesFingerprint(): Steps<string>;
}

/** The most reports in one step: composing them takes up to 6 ms, and much less if they are cached. */
const STEP_REPORTS = 64;

/** The text of reports, in characters, after which a step ends: one port may have 1,000 own entries. */
export const STEP_CHARACTERS = 256 * 1024;

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
  if (queries.length <= 1) return run(() => registry.sharedReports(queries, asOf, size));
  const before = await run(() => registry.version());
  const reports: SharedReport[] = [];
  while (reports.length < queries.length) {
    const part = queries.slice(reports.length, reports.length + STEP_REPORTS);
    reports.push(...(await run(() => registry.sharedReports(part, asOf, size, STEP_CHARACTERS))));
  }
  const after = await run(() => registry.version());
  if (before.lists === after.lists && before.own === after.own) return reports;
  // An import or a write happened between two steps. One long step is rare, and needs no transaction that blocks
  // others.
  return run(() => registry.sharedReports(queries, asOf));
}
