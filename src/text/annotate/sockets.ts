import type { Socket, SocketEnd } from '../../registry/rows/socket.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type Annotator, NAMELESS, type Names, nameOfPort, weightOfPort } from './port-names.ts';
import { serviceSide } from './service-endpoint.ts';

/** Reads the lines of tools. */
export interface SocketLines {
  /** Returns the sockets of a line, at least one; null for a line without sockets. */
  readonly read: (line: string) => readonly Socket[] | null;
  /** Returns whether a line is the header of a table of sockets. */
  readonly isHeader: (line: string) => boolean;
}

/**
 * Annotates lines with sockets: appends the name of the service, after an arrow if the service is at the remote end. Other
 * lines stay unchanged.
 *
 * @param names - The names of ports.
 * @param lines - Reads the lines.
 */
export function annotateSockets(names: Names, lines: SocketLines): Annotator {
  const listening = new Set<string>();
  return (line) => {
    const sockets = lines.read(line);
    if (sockets === null) return lines.isHeader(line) ? `${line}  Service` : line;
    const labels = sockets.map((socket) => labelOf(socket, names, listening));
    return labels.includes(null) ? line : `${line}  ${labels.join(', ')}`;
  };
}

/** Returns the label of a socket; null if the tool prints a name of a port that is unknown. */
function labelOf(socket: Socket, names: Names, listening: Set<string>): string | null {
  const { protocol } = socket;
  const local = toNumber(socket.local, protocol, names);
  const remote = socket.remote === null ? null : toNumber(socket.remote, protocol, names);
  if (local === undefined || remote === undefined) return null;
  if (local === null) return NAMELESS;
  const key = `${local}/${protocol}`;
  if (socket.isListening && socket.kind === 'socket') listening.add(key);
  const side = serviceSide(
    { local, remote },
    {
      isListenedOn: (port) => listening.has(`${port}/${protocol}`),
      weightOf: (port) => weightOfPort(names, port, protocol),
      ephemeral: names.ephemeral,
    },
  );
  // If both ends have the same port, its name is that of the service on either end.
  const port = side === 'remote' ? remote : side === 'local' || local === remote ? local : null;
  const name = port === null ? undefined : nameOfPort(names, port, protocol);
  if (name === undefined) return NAMELESS;
  return side === 'remote' && socket.kind === 'socket' ? `-> ${name}` : name;
}

/** Returns the port of an end; null for any port, undefined for an unknown name. */
function toNumber({ port }: SocketEnd, protocol: TransportProtocol | null, names: Names): number | null | undefined {
  if (typeof port !== 'string') return port;
  const name = port.toLowerCase();
  if (protocol !== null) return names.byName.get(`${protocol} ${name}`);
  return names.byName.get(`tcp ${name}`) ?? names.byName.get(`udp ${name}`);
}
