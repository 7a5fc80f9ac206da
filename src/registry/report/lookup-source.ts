import { ORIGINS } from '../rows/association.ts';
import type { PortReport } from './port-report.ts';

/** The sources of a lookup's answer; `none` where a port has no name. */
export const LOOKUP_SOURCES = [...ORIGINS, 'none'] as const;
/** The source of a lookup's answer. */
export type LookupSource = (typeof LOOKUP_SOURCES)[number];

/**
 * Returns the best source of a report: an own entry, else a name of IANA's, else an informal use.
 *
 * @param report - The report, with the rows for the protocol asked for.
 */
export function lookupSource({
  assignments,
  associations,
}: Pick<PortReport, 'assignments' | 'associations'>): LookupSource {
  if (associations.some(({ origin }) => origin === 'own')) return 'own';
  if (assignments.some(({ serviceName }) => serviceName !== null)) return 'iana';
  return associations.length > 0 ? 'informal' : 'none';
}
