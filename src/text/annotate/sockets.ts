import type { Socket, SocketEnd } from '../../registry/rows/socket.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type Annotator, NAMELESS, type Names, nameOfPort, OWN_WEIGHT, weightsOf } from './port-names.ts';
import { type Side, serviceSide } from './service-endpoint.ts';

/** Parses the lines of tools. */
export interface SocketLines {
  /** Returns the sockets of a line, and what precedes their names; null for a line without sockets. */
  readonly parse: (line: string) => { readonly separator: string; readonly sockets: readonly Socket[] } | null;
  /** Returns the text that is added to the header of a table; null for any other line. */
  readonly header: (line: string) => string | null;
}

/**
 * Annotates lines with sockets: appends the name of the service, after an arrow if the service is at the remote end. Other
 * lines stay unchanged.
 *
 * @param names - The names of ports.
 * @param lines - Parses the lines.
 */
export function annotateSockets(names: Names, lines: SocketLines): Annotator {
  const labelOf = labeller(names);
  return (line) => {
    const text = line.includes(ESCAPE) ? withoutColours(line) : line;
    const found = lines.parse(text);
    if (found === null) return line + (lines.header(text) ?? '');
    const { sockets, separator } = found;
    if (sockets.length === 0) return `${line}${separator}${NAMELESS}`;
    const [only] = sockets.length === 1 ? sockets : [];
    if (only !== undefined && separator !== FIELD) {
      const label = labelOf(only);
      return label === null ? line : `${line}${separator}${label}`;
    }
    const labels = new Map(sockets.map((socket) => [placeOf(socket, names), labelOf(socket) ?? NAMELESS] as const));
    const list = [...labels].map(([place, label]) => `${place} ${label}`).join(', ');
    return `${line}${separator}${labels.size === 1 && separator !== FIELD ? [...labels.values()].join() : list}`;
  };
}

/** The separator of a field that lists ports, also a single one. */
const FIELD = '\tPortolan: ';

/** The start of an escape sequence of a terminal (ECMA-48, CSI). */
const ESCAPE = '\u001b[';

/** Returns a line without colours and other escape sequences. */
function withoutColours(line: string): string {
  return line
    .split(ESCAPE)
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;?]*[A-Za-z]/, '')))
    .join('');
}

function placeOf({ local, protocol }: Socket, names: Names): string {
  const port = toNumber(local, protocol, names) ?? local.port;
  return protocol === null ? `${port}` : `${port}/${protocol}`;
}

/** Returns a function for the label of a socket; it returns null if the tool prints a name of a port that is unknown. */
function labeller(names: Names): (socket: Socket) => string | null {
  const weightOf = weightsOf(names);
  const listening = new Map<TransportProtocol | null, Set<number>>();
  return (socket) => {
    const { protocol, kind } = socket;
    const local = toNumber(socket.local, protocol, names);
    const remote = socket.remote === null ? null : toNumber(socket.remote, protocol, names);
    if (local === undefined || remote === undefined) return null;
    if (local === null) return NAMELESS;
    if (kind === 'socket' && socket.isListening) {
      const ports = listening.get(protocol) ?? new Set();
      listening.set(protocol, ports.add(local));
    }
    const facts = {
      isListenedOn: (port: number) => kind === 'socket' && listening.get(protocol)?.has(port) === true,
      weightOf: (port: number) => weightOf(port, protocol),
      ephemeral: names.ephemeral,
    };
    const side = kind === 'port' ? publishedSide(local, remote, facts.weightOf) : serviceSide({ local, remote }, facts);
    // If both ends have the same port, its name is that of the service on either end.
    const port = side === 'remote' ? remote : side === 'local' || local === remote ? local : null;
    const name = port === null ? undefined : nameOfPort(names, port, protocol);
    if (name === undefined) return NAMELESS;
    return side === 'remote' && local !== remote && kind !== 'flow' ? `-> ${name}` : name;
  };
}

/** Returns the end that names a published port of a container: an own entry of the host's port, else the container's port. */
function publishedSide(local: number, remote: number | null, weightOf: (port: number) => number): Side {
  return remote === null || weightOf(local) === OWN_WEIGHT || weightOf(remote) === 0 ? 'local' : 'remote';
}

/** Returns the port of an end; null for any port, undefined for an unknown name. */
function toNumber({ port }: SocketEnd, protocol: TransportProtocol | null, names: Names): number | null | undefined {
  if (typeof port !== 'string') return port;
  const name = port.toLowerCase();
  if (protocol !== null) return names.byName.get(`${protocol} ${name}`);
  return names.byName.get(`tcp ${name}`) ?? names.byName.get(`udp ${name}`);
}
