import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type Annotator, NAMELESS, type Names } from './port-names.ts';
import { serviceSide } from './service-endpoint.ts';

const PROTOCOL = /(?:^|[\s(])(tcp|udp|sctp|dccp)(?:4|6|46)?(?=[\s)]|$)/i;
/** A line of `ss -t`: it begins with a TCP state and has no protocol. */
const SS_STATE = /^(?:LISTEN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING)\s/;
/**
 * The last character of an address, and a port or the name that a tool shows in its place, as in `10.0.0.1:22`, `[::1]:22`,
 * `*:ssh`, `*.*`, and in BSD's format `10.0.0.1.22`. Matching the whole address would take quadratic time.
 */
const END = /[\w\]*:][:.](\d{1,5}|\*|(?=[\w+*-]{0,40}[a-z])[\w+*-]{1,40})(?=$|\s|->)/gi;
const HEADER = /^(?:Netid|State)\s.*Local Address:Port|^\s*Proto\s.*Local Address|^COMMAND\s.*\sNAME\s*$/i;

/**
 * Annotates the output of `ss`, `netstat` and `lsof -i`, one socket in each line, of Linux, BSD, macOS and Windows. It
 * appends the name of the service, after an arrow if the service is at the remote end. Other lines stay unchanged.
 *
 * @param names - The names of ports.
 */
export function annotateSockets(names: Names): Annotator {
  const listening = new Set<string>();
  return (line) => {
    if (HEADER.test(line)) return `${line}  Service`;
    const socket = parseSocket(line, names.byName);
    if (socket === null) return line;
    const { protocol, local, remote } = socket;
    const nameOf = (port: number): string | undefined => names.byPort.get(`${port}/${protocol}`);
    if (remote === null) listening.add(`${local}/${protocol}`);
    const side = serviceSide(socket, {
      isListenedOn: (port) => listening.has(`${port}/${protocol}`),
      isNamed: (port) => nameOf(port) !== undefined,
      ephemeral: names.ephemeral,
    });
    const port = side === 'remote' ? remote : side === 'local' ? local : null;
    const name = (port === null ? undefined : nameOf(port)) ?? NAMELESS;
    return `${line}  ${side === 'remote' ? `-> ${name}` : name}`;
  };
}

interface Socket {
  readonly protocol: TransportProtocol;
  readonly local: number;
  readonly remote: number | null;
}

function parseSocket(line: string, ports: Names['byName']): Socket | null {
  const written = PROTOCOL.exec(line);
  const protocol = written?.[1]?.toLowerCase() ?? (SS_STATE.test(line) ? 'tcp' : undefined);
  if (protocol === undefined) return null;
  // Text before the protocol may look like an address: lsof begins with the program, such as python3.11.
  const ends = [...line.slice(written?.index ?? 0).matchAll(END)];
  const [local, remote] = ends.map(([, port = '']) => toPort(port, protocol, ports));
  // Not a number: a name that is unknown.
  if (local === undefined || local === null || !(local <= 65_535) || !((remote ?? 0) <= 65_535)) return null;
  // Windows writes 0 instead of an asterisk.
  return {
    protocol: protocol as TransportProtocol,
    local,
    remote: remote === undefined || remote === 0 ? null : remote,
  };
}

/** Returns the port of an end; null for any port, NaN for an unknown name. */
function toPort(text: string, protocol: string, ports: Names['byName']): number | null {
  if (text === '*') return null;
  if (/^\d+$/.test(text)) return Number(text);
  return ports.get(`${protocol} ${text.toLowerCase()}`) ?? Number.NaN;
}
