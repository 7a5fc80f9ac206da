import { compareAssignments } from '../rows/assignment.ts';
import { AnswerSize } from '../values/answer-size.ts';
import { contains, type PortSpan, spanWidth } from '../values/port-range.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { namingRows } from './best-name.ts';
import { compareNames, nameOf } from './port-name.ts';
import { type PortStates, portStates } from './port-state.ts';
import type { ReportRows, RowChanges } from './report-rows.ts';

/** What a list of ports shows of a port: much less than its report. */
export interface PortLabel {
  /** The port number, 0-65535. */
  readonly number: number;
  /** The best name; null for a port without one. */
  readonly name: string | null;
  /** The states for all four protocols. */
  readonly states: PortStates;
}

/**
 * Returns the labels of the ports of a span. Their rows are read without the texts of uses.
 *
 * @param stored - The rows, and their changes.
 * @param span - The span: a few ports.
 * @param protocol - Selects the rows that apply to this protocol; null selects all rows.
 * @param date - The day of the official rows, `YYYY-MM-DD`; null for the current ones.
 * @throws {RegistryError} `not_found` for a day before the earliest snapshot.
 */
export function portLabels(
  { rows, history }: { readonly rows: ReportRows; readonly history: RowChanges },
  span: PortSpan,
  protocol: TransportProtocol | null,
  date: string | null,
): PortLabel[] {
  const official = date === null ? rows : history.asOf(date);
  // Sorted once for all ports: a port may have 1,000 own entries, as its neighbours then have.
  const uses = rows
    .namingUses(span)
    .filter((use) => appliesTo(use.protocols, protocol))
    .toSorted(compareNames());
  return Array.from({ length: spanWidth(span) + 1 }, (_, index) => {
    const number = span.firstPort + index;
    const assignments = official.assignmentsAt(number, new AnswerSize());
    const [best] = namingRows({
      assignments: assignments.filter((row) => appliesTo(row.protocol === null ? [] : [row.protocol], protocol)),
      associations: uses.filter((use) => contains(use, number)),
    });
    const states = portStates(number, assignments.toSorted(compareAssignments));
    return { number, name: best === undefined ? null : nameOf(best), states };
  });
}
