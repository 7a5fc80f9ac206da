import { type Assignment, compareAssignments } from '../rows/assignment.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { namingRows } from './best-name.ts';
import { nameOf } from './port-name.ts';
import { type PortStates, portStates } from './port-state.ts';
import type { NamingUse } from './preferred-origins.ts';

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
 * Composes the label of a port.
 *
 * @param number - The port.
 * @param protocol - Selects the rows that apply to this protocol; null selects all rows.
 * @param assignments - The official rows of the port, in any order.
 * @param uses - The informal and own uses of the port, in any order.
 */
export function composePortLabel(
  number: number,
  protocol: TransportProtocol | null,
  assignments: readonly Assignment[],
  uses: readonly NamingUse[],
): PortLabel {
  const [best] = namingRows({
    assignments: assignments.filter((row) => appliesTo(row.protocol === null ? [] : [row.protocol], protocol)),
    associations: uses.filter((use) => appliesTo(use.protocols, protocol)),
  });
  const states = portStates(number, assignments.toSorted(compareAssignments));
  return { number, name: best === undefined ? null : nameOf(best), states };
}
