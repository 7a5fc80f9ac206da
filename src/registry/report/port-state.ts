import type { Assignment, AssignmentState } from '../rows/assignment.ts';
import { rangeOf } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/**
 * The state of a port and protocol: that of the deciding row, or `dynamic` (RFC 6335 never assigns the range), or
 * `unlisted` where no row applies.
 */
export type PortState = AssignmentState | 'dynamic' | 'unlisted';

/** The meanings of the states whose words do not say it. */
export const STATE_MEANINGS: Readonly<Partial<Record<PortState, string>>> = {
  recorded: 'not assigned, but IANA lists a widespread use',
  deregistered: 'assigned earlier, taken back by IANA',
  unlisted: 'not in the IANA registry',
};

/** A state for each of the transport protocols. */
export type PortStates = Readonly<Record<TransportProtocol, PortState>>;

/**
 * Returns the state of a port for each protocol.
 *
 * @param number - A port number, 0-65535.
 * @param rows - The port's official rows, in the order of `compareAssignments`.
 */
export function portStates(number: number, rows: readonly Assignment[]): PortStates {
  const fallback: PortState = rangeOf(number).name === 'dynamic' ? 'dynamic' : 'unlisted';
  const stateOf = (protocol: TransportProtocol): PortState => decidingRow(rows, protocol)?.state ?? fallback;
  return { tcp: stateOf('tcp'), udp: stateOf('udp'), sctp: stateOf('sctp'), dccp: stateOf('dccp') };
}

/**
 * Finds the row that decides the state of a port for one protocol. It also has the best name of the port and protocol.
 *
 * @param rows - The port's rows in the order of `compareAssignments`: the deciding row comes first.
 * @param protocol - The protocol; a row without one applies to all four.
 */
export function decidingRow<Row extends Pick<Assignment, 'protocol'>>(
  rows: readonly Row[],
  protocol: TransportProtocol,
): Row | undefined {
  return rows.find((row) => row.protocol === null || row.protocol === protocol);
}
