import { PORT_COUNT } from '../values/port-number.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import type { AssignmentCells } from './assignment.ts';
import { spanOfCells } from './cells.ts';

/**
 * Finds the ports that services have, so that it can be told of a row whether one has a port and protocol of it.
 *
 * @param rows - The rows of a snapshot; those without a name or without a port have nothing.
 * @returns Tells of a row whether one of the services has a port and protocol of it.
 */
export function heldPorts(rows: readonly AssignmentCells[]): (row: AssignmentCells) => boolean {
  const counts = new Map(
    TRANSPORT_PROTOCOLS.map((protocol) => [protocol as string, countHeld(rows.filter(speaks(protocol)))]),
  );
  return (row) => {
    const span = spanOfCells(row);
    if (span === null) return false;
    return [...counts].some(
      ([protocol, held]) => speaks(protocol)(row) && (held[span.lastPort + 1] ?? 0) > (held[span.firstPort] ?? 0),
    );
  };
}

function speaks(protocol: string): (row: AssignmentCells) => boolean {
  return ({ transportProtocol }) => transportProtocol === '' || transportProtocol === protocol;
}

/** For each port, how many ports below it are held: rows begin and end in the first pass, the second one sums up. */
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
