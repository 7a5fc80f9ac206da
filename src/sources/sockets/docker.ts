import type { Socket } from '../../registry/rows/socket.ts';
import { type LineParser, openPort, protocolOfColumn } from './line-parser.ts';
import { parsePortItems } from './port-list.ts';

/** A published port, `0.0.0.0:8080->80/tcp`, or an exposed one, `80/tcp`; both may be ranges. */
const PORT =
  /(?:^|[ ,])(?:([^\s,]{1,60}):)?(?:(\d{1,5}(?:-\d{1,5})?)->)?(\d{1,5}(?:-\d{1,5})?)\/(tcp|udp|sctp)(?=,|\s|$)/g;
const CONTAINER = /^[\da-f]{12}(?:[\da-f]{52})?\s/;
/** A line of `docker port`. */
const OF_CONTAINER = /^(\d{1,5})\/(tcp|udp|sctp) -> (\S{1,60}):(\d{1,5})$/;

/**
 * Parses the ports of a container: `docker ps`, `docker compose ps` and `docker port`, and those of podman. The remote end of a
 * published port is the port of the container.
 */
export const parseDocker: LineParser = (line) => {
  if (line.includes('/tcp -> ') || line.includes('/udp -> ') || line.includes('/sctp -> ')) {
    const [, inside, protocol, address = '', port] = OF_CONTAINER.exec(line) ?? [];
    return inside === undefined ? null : [published(Number(port), Number(inside), protocol, address)];
  }
  if (!CONTAINER.test(line) && !/\d->\d{1,5}(?:-\d{1,5})?\/[tus]/.test(line)) return null;
  const sockets = [...line.matchAll(PORT)].flatMap(([, address = '', outside, inside = '', protocol]) => {
    const targets = parsePortItems(inside).map(Number);
    if (outside === undefined) return targets.map((port) => openPort(port, protocolOfColumn(protocol) ?? null));
    return parsePortItems(outside).map((port, index) =>
      published(Number(port), targets[index] ?? targets[0] ?? Number(port), protocol, address),
    );
  });
  return sockets.length === 0 ? null : sockets;
};

function published(port: number, inside: number, protocol: string | undefined, address: string): Socket {
  const socket = openPort(port, protocolOfColumn(protocol) ?? null, address.replaceAll(/[[\]]/g, ''));
  return { ...socket, remote: { address: null, port: inside } };
}
