import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { PortSpan } from '../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { serviceSide } from './service-endpoint.ts';

/** The names of ports, and the ephemeral ranges. */
export interface Names {
  /** The names by port and protocol, such as `22/tcp`. */
  readonly byPort: ReadonlyMap<string, string>;
  /** The ports by protocol and name in lower case, such as `tcp ssh`. */
  readonly byName: ReadonlyMap<string, number>;
  readonly ephemeral: readonly PortSpan[];
}

/** Adds the names of its ports to a line; returns a line without ports unchanged. */
export type Annotator = (line: string) => string;

/** The text for a port and protocol without a name. */
const NAMELESS = '-';

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

/**
 * Annotates the output of `nmap -oG`: appends a field with the names of the host's ports.
 *
 * @param names - The names of ports.
 */
export function annotateNmapGrepable(names: Names): Annotator {
  return (line) => {
    const [, ports] = /^Host: .*\tPorts: ([^\t]*)/.exec(line) ?? [];
    if (ports === undefined) return line;
    const labels = [...ports.matchAll(/(?:^|, )(\d{1,5})\/[^/]*\/(\w+)\//g)].map(([, port, protocol]) => {
      return `${port}/${protocol} ${names.byPort.get(`${port}/${protocol}`) ?? NAMELESS}`;
    });
    return `${line}\tPortolan: ${labels.join(', ')}`;
  };
}

/**
 * Annotates the output of `nmap -oX`: adds a comment with the name after the opening tag of each port with a name.
 *
 * @param names - The names of ports.
 */
export function annotateNmapXml(names: Names): Annotator {
  return (line) =>
    line.replaceAll(/<port protocol="(\w+)" portid="(\d{1,5})">/g, (tag, protocol, port) => {
      const name = names.byPort.get(`${port}/${protocol}`);
      // Two hyphens would end a comment (XML 1.0, section 2.5).
      return name === undefined ? tag : `${tag}<!-- Portolan: ${name.replaceAll(/-(?=-|$)/g, '- ')} -->`;
    });
}

/**
 * Annotates JSON with one object in each line: adds the field `service`, which is null if the port has no name.
 *
 * @param names - The names of ports.
 * @param field - The path of the field with the port, separated by dots. A field `protocol` beside it is used; else
 *   tcp.
 */
export function annotateJsonLines(names: Names, field: string): Annotator {
  const path = field.split('.');
  return (line) => {
    const object = parseObject(line);
    if (object === null) return line;
    const owner = path
      .slice(0, -1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], object);
    const { [path.at(-1) as string]: port, protocol = 'tcp' } = (owner ?? {}) as Record<string, unknown>;
    const service = names.byPort.get(`${port}/${String(protocol).toLowerCase()}`) ?? null;
    const end = line.lastIndexOf('}');
    const comma = Object.keys(object).length === 0 ? '' : ',';
    return `${line.slice(0, end)}${comma}"service":${JSON.stringify(service)}${line.slice(end)}`;
  };
}

function parseObject(line: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(line)) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The columns of the port and of its protocol in a table. */
export interface PortColumns {
  readonly port: string;
  /** Null for tcp in all rows. */
  readonly protocol: string | null;
}

/**
 * Annotates a table in CSV: adds a column `service`, which is empty if the port has no name.
 *
 * @param names - The names of ports.
 * @param records - The records, the header first.
 * @param columns - The columns of port and protocol.
 * @returns The table, in pieces.
 * @throws {RegistryError} `invalid_argument` when the table does not have such a column.
 */
export function annotateCsv(
  names: Names,
  records: AsyncIterable<readonly string[]>,
  columns: PortColumns,
): AsyncIterable<Uint8Array> {
  async function* annotated(): AsyncGenerator<readonly string[]> {
    let columnIndexes: readonly [port: number, protocol: number | null] | undefined;
    for await (const record of records) {
      if (columnIndexes === undefined) {
        columnIndexes = [
          findColumn(record, columns.port),
          columns.protocol === null ? null : findColumn(record, columns.protocol),
        ];
        yield [...record, 'service'];
        continue;
      }
      const [port, protocol] = columnIndexes;
      const key = `${record[port]?.trim()}/${(protocol === null ? 'tcp' : record[protocol])?.trim().toLowerCase()}`;
      yield [...record, names.byPort.get(key) ?? ''];
    }
  }
  return Readable.from(annotated()).compose(stringify()) as AsyncIterable<Uint8Array>;
}

function findColumn(header: readonly string[], name: string): number {
  const index = header.indexOf(name);
  if (index >= 0) return index;
  const message = `Cannot find column ${quoteInput(name)}: expected one of ${header.map((known) => quoteInput(known)).join(', ')}`;
  throw new RegistryError('invalid_argument', message, { parameter: 'column' });
}
