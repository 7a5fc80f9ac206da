import type { SharedReport } from './report/port-report.ts';
import type { AnswerSize } from './values/answer-size.ts';
import type { PortQuery } from './values/port-query.ts';
import type { VersionSource } from './values/registry-version.ts';

/** Shares reports between ports and responses, which caches and long answers need. */
export interface ReportSource extends VersionSource {
  /**
   * Returns the reports of many ports as `PortLookup.ports` does, without their numbers. Ports with the same rows share one
   * report: the same object as long as the data does not change.
   *
   * @param queries - Single ports, from `parsePortList`.
   * @param asOf - As for `PortLookup.port`.
   * @param size - The size counter of the answer, if it takes several calls.
   */
  sharedReports(queries: readonly PortQuery[], asOf?: string | null, size?: AnswerSize): SharedReport[];

  /** Returns a fingerprint of the own entries: it changes when an entry is added, changed or deleted. */
  ownEntriesFingerprint(): string;
}
