import type { Assignment, AssignmentState } from '../rows/assignment.ts';
import { rangeOf } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/**
 * What the registry says of a port and protocol: the state of the row that decides, or `dynamic` (RFC 6335 leaves the
 * range unassigned for good), or `unlisted` where no row speaks of them.
 */
export type PortState = AssignmentState | 'dynamic' | 'unlisted';

/** A state for each of the transport protocols. */
export type PortStates = Readonly<Record<TransportProtocol, PortState>>;

/**
 * Decides the state of a port for each protocol.
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
 * Finds the row that decides what a port is for one protocol. It is also the best name of the port and protocol.
 *
 * @param rows - The port's rows in the order of `compareAssignments`, in which the row that decides comes first.
 * @param protocol - The protocol; a row without one speaks of all four.
 */
export function decidingRow<Row extends Pick<Assignment, 'protocol'>>(
  rows: readonly Row[],
  protocol: TransportProtocol,
): Row | undefined {
  return rows.find((row) => row.protocol === null || row.protocol === protocol);
}
