import type { OfficialRow, Pool } from '../advice/advice-facts.ts';
import { type ClaimFacts, withPools } from '../conflicts/claim-rules.ts';
import { computeListedClaims } from '../conflicts/listed-claims.ts';
import type { PortReport } from '../report/port-report.ts';
import type { Assignment } from '../rows/assignment.ts';
import type { Association } from '../rows/association.ts';
import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { runAllSteps } from '../values/run-step.ts';

/** The parts of a port report that a check of published ports uses. */
export type CheckedReport = Pick<
  PortReport,
  'number' | 'assignments' | 'associations' | 'otherNames' | 'blockedByBrowsers' | 'registry'
>;

/** What is known of published ports. */
export interface PublishedFacts {
  /** The reports of all published ports. */
  readonly reports: readonly CheckedReport[];
  /** The ephemeral ranges of all systems. */
  readonly ephemeralRanges: readonly EphemeralRange[];
  /** All pools. */
  readonly pools: readonly Pool[];
}

/** The same facts, by port and by kind. */
export interface IndexedFacts {
  readonly claims: ClaimFacts;
  /** The informal and own uses of each port. */
  readonly uses: ReadonlyMap<number, readonly Association[]>;
}

/**
 * Prepares facts for the check of each port.
 *
 * @param facts - The facts.
 */
export function indexFacts({ reports, ephemeralRanges, pools }: PublishedFacts): IndexedFacts {
  const assignments = new Map(reports.flatMap(({ assignments }) => assignments.map((row) => [keyOf(row), row])));
  const lists = computeListedClaims({
    registryDate: reports[0]?.registry.date ?? '',
    assignments: [...assignments.values()].filter(hasPorts),
    aliases: reports.flatMap(({ number, otherNames }) =>
      otherNames.map(({ name, protocols }) => ({ name, port: number, protocols })),
    ),
    ephemeralRanges,
    blockedPorts: reports.filter(({ blockedByBrowsers }) => blockedByBrowsers).map(({ number }) => number),
  });
  return {
    claims: withPools(runAllSteps(lists), pools),
    uses: new Map(reports.map(({ number, associations }) => [number, associations])),
  };
}

/** Returns a key of a row: a row of a range is in the reports of all its ports. */
function keyOf({ firstPort, lastPort, protocol, serviceName, description, state }: Assignment): string {
  return JSON.stringify([firstPort, lastPort, protocol, serviceName, description, state]);
}

function hasPorts(row: Assignment): row is Assignment & OfficialRow {
  return row.firstPort !== null && row.lastPort !== null;
}
