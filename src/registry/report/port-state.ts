import type { Assignment, AssignmentState } from '../rows/assignment.ts';
import { rangeOf } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/**
 * The state of a port and protocol: that of the deciding row, or `dynamic` (RFC 6335 never assigns the range), or
 * `unlisted` where no row applies.
 */
export type PortState = AssignmentState | 'dynamic' | 'unlisted';

/** The meanings of the states. */
export const STATE_MEANINGS: Readonly<Record<PortState, string>> = {
  assigned: 'IANA has assigned it to a service',
  recorded: 'IANA has not assigned it, but lists a widespread use',
  reserved: 'IANA has reserved it',
  deregistered: 'IANA had assigned it, and has taken the assignment back',
  unassigned: 'IANA may assign it',
  unlisted: 'IANA does not list it for this protocol',
  dynamic: 'it is in the Dynamic Ports, which IANA never assigns',
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
function decidingRow<Row extends Pick<Assignment, 'protocol'>>(
  rows: readonly Row[],
  protocol: TransportProtocol,
): Row | undefined {
  return rows.find((row) => row.protocol === null || row.protocol === protocol);
}
