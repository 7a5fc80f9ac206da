import type { Conflict } from '../registry/conflicts/conflict.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { mapInSteps, type Steps } from '../registry/values/run-step.ts';
import { wrap } from './columns.ts';
import { csvInSteps } from './csv-table.ts';

/**
 * Renders conflicts, one in each line: severity, kind, ports, then the conflict and what to do, in sentences.
 *
 * @param conflicts - The conflicts.
 * @returns Lines that each end in a line feed; they are not wrapped.
 */
export function* conflictsText(conflicts: readonly Conflict[]): Steps<string> {
  return (yield* mapInSteps(conflicts, conflictLine)).join('');
}

function conflictLine(conflict: Conflict): string {
  const { severity, kind, detail, remedy, entries } = conflict;
  const name = kind === 'overlap' ? '' : `${entries[0]?.name}: `;
  return wrap(`${severity} ${kind} ${placeOf(conflict)}: `, [`${name}${detail} ${remedy}`]);
}

/**
 * Renders conflicts as CSV, one in each line. Ids are separated by blanks, names by commas.
 *
 * @param conflicts - The conflicts.
 */
export function conflictsCsv(conflicts: readonly Conflict[]): Steps<string> {
  const columns = [
    ...['kind', 'severity', 'protocol', 'firstPort', 'lastPort', 'entryIds', 'entryNames', 'entryCount'],
    ...['detail', 'remedy', 'source'],
  ];
  return csvInSteps(columns, conflicts, ({ entries, ...conflict }) => ({
    ...conflict,
    entryIds: entries.map(({ id }) => id).join(' '),
    entryNames: entries.map(({ name }) => name).join(', '),
  }));
}

function placeOf({ protocol, ...span }: Conflict): string {
  return protocol === null ? formatSpan(span) : `${formatSpan(span)}/${protocol}`;
}
