import { ORIGINS } from '../rows/association.ts';
import type { PortReport } from './port-report.ts';

/** Who answers when a port is looked up; `none` where nobody has a name for it. */
export const LOOKUP_SOURCES = [...ORIGINS, 'none'] as const;
/** One of them. */
export type LookupSource = (typeof LOOKUP_SOURCES)[number];

/**
 * Tells who answers for a port, as one word: the team's own entry before a name of IANA's before an informal use.
 *
 * @param report - The report, with the rows that were asked for.
 */
export function lookupSource({
  assignments,
  associations,
}: Pick<PortReport, 'assignments' | 'associations'>): LookupSource {
  if (associations.some(({ origin }) => origin === 'own')) return 'own';
  if (assignments.some(({ serviceName }) => serviceName !== null)) return 'iana';
  return associations.length > 0 ? 'informal' : 'none';
}
