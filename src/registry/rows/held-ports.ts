import { PORT_COUNT } from '../values/port-number.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import type { AssignmentCells } from './assignment.ts';
import { spanOfCells } from './cells.ts';

/**
 * Indexes the ports of services, for fast tests of whether a row overlaps with a service.
 *
 * @param rows - The rows of a snapshot; rows without a name or without a port are ignored.
 * @returns A function that returns whether a service has a port and protocol of a row.
 */
export function heldPorts(rows: readonly AssignmentCells[]): (row: AssignmentCells) => boolean {
  const counts = new Map(
    TRANSPORT_PROTOCOLS.map((protocol) => [protocol as string, countHeld(rows.filter(isFor(protocol)))]),
  );
  return (row) => {
    const span = spanOfCells(row);
    if (span === null) return false;
    return [...counts].some(
      ([protocol, held]) => isFor(protocol)(row) && (held[span.lastPort + 1] ?? 0) > (held[span.firstPort] ?? 0),
    );
  };
}

function isFor(protocol: string): (row: AssignmentCells) => boolean {
  return ({ transportProtocol }) => transportProtocol === '' || transportProtocol === protocol;
}

/** Returns, for each port, the number of held ports below it: prefix sums over the starts and ends of rows. */
function countHeld(rows: readonly AssignmentCells[]): Uint32Array {
  const edges = new Int32Array(PORT_COUNT + 1);
  for (const row of rows) {
    const span = row.serviceName === '' ? null : spanOfCells(row);
    if (span === null) continue;
    edges[span.firstPort] = (edges[span.firstPort] ?? 0) + 1;
    edges[span.lastPort + 1] = (edges[span.lastPort + 1] ?? 0) - 1;
  }
  const held = new Uint32Array(PORT_COUNT + 1);
  let services = 0;
  for (let port = 0; port < PORT_COUNT; port++) {
    services += edges[port] ?? 0;
    held[port + 1] = (held[port] ?? 0) + Number(services > 0);
  }
  return held;
}
