import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { PortSpan } from '../registry/values/port-range.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { serviceSide } from './service-endpoint.ts';

/** What ports are called, and which ones systems hand to clients. */
export interface Names {
  /** By port and protocol, such as `22/tcp`. */
  readonly byPort: ReadonlyMap<string, string>;
  readonly ephemeral: readonly PortSpan[];
}

/** Adds to a line what its ports are, or gives it back as it is. */
export type Annotator = (line: string) => string;

/** A port and protocol that has no name. */
const NAMELESS = '-';

const PROTOCOL = /(?:^|[\s(])(tcp|udp|sctp|dccp)(?:4|6|46)?(?=[\s)]|$)/i;
/** What `ss` writes of TCP where it was told to show nothing else, and so leaves out the protocol. */
const SS_STATE = /^(?:LISTEN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING)\s/;
/**
 * The last sign of an address, and a port, as in `10.0.0.1:22`, `[::1]:22`, `*:22`, `*.*`, and as BSD's netstat writes it,
 * `10.0.0.1.22`. The whole address would make the pattern quadratic.
 */
const END = /[\w\]*:][:.](\d{1,5}|\*)(?=$|\s|->)/g;
const HEADER = /^(?:Netid|State)\s.*Local Address:Port|^\s*Proto\s.*Local Address|^COMMAND\s.*\sNAME\s*$/i;

/**
 * Annotates what `ss`, `netstat` and `lsof -i` write, a socket a line, for Linux, BSD, macOS and Windows: behind the line
 * stands the name of the service, after an arrow where it is at the other end. What is no socket is left as it is.
 *
 * @param names - What ports are called.
 */
export function annotateSockets(names: Names): Annotator {
  const listening = new Set<string>();
  return (line) => {
    if (HEADER.test(line)) return `${line}  Service`;
    const socket = readSocket(line);
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

function readSocket(line: string): Socket | null {
  const written = PROTOCOL.exec(line);
  const protocol = written?.[1]?.toLowerCase() ?? (SS_STATE.test(line) ? 'tcp' : undefined);
  if (protocol === undefined) return null;
  // What stands before the protocol may look like an address: lsof begins with the program, such as python3.11.
  const ends = [...line.slice(written?.index ?? 0).matchAll(END)];
  const [local, remote] = ends.map(([, port]) => (port === '*' ? null : Number(port)));
  if (local === undefined || local === null || local > 65_535 || (remote ?? 0) > 65_535) return null;
  // Windows writes 0 where others write an asterisk.
  return {
    protocol: protocol as TransportProtocol,
    local,
    remote: remote === undefined || remote === 0 ? null : remote,
  };
}

/**
 * Annotates what `nmap -oG` writes: the names of a host's ports stand in a field of their own behind the others.
 *
 * @param names - What ports are called.
 */
export function annotateNmapGrepable(names: Names): Annotator {
  return (line) => {
    const [, ports] = /^Host: .*\tPorts: ([^\t]*)/.exec(line) ?? [];
    if (ports === undefined) return line;
    const told = [...ports.matchAll(/(?:^|, )(\d{1,5})\/[^/]*\/(\w+)\//g)].map(([, port, protocol]) => {
      return `${port}/${protocol} ${names.byPort.get(`${port}/${protocol}`) ?? NAMELESS}`;
    });
    return `${line}\tPortolan: ${told.join(', ')}`;
  };
}

/**
 * Annotates what `nmap -oX` writes: behind the opening tag of each port with a name stands a comment with it.
 *
 * @param names - What ports are called.
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
 * Annotates JSON, an object a line: `service` is added, or null where the port has no name.
 *
 * @param names - What ports are called.
 * @param field - The field with the port, with dots between those around it; `protocol` beside it, or tcp.
 */
export function annotateJsonLines(names: Names, field: string): Annotator {
  const path = field.split('.');
  return (line) => {
    const object = readObject(line);
    if (object === null) return line;
    const owner = path
      .slice(0, -1)
      .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | null)?.[key], object);
    const { [path.at(-1) as string]: port, protocol = 'tcp' } = (owner ?? {}) as Record<string, unknown>;
    const service = names.byPort.get(`${port}/${String(protocol).toLowerCase()}`) ?? null;
    const end = line.lastIndexOf('}');
    const comma = Object.keys(object).length === 0 ? '' : ',';
    return `${line.slice(0, end)}${comma}"service":${JSON.stringify(service)}${line.slice(end)}`;
  };
}

function readObject(line: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(line)) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Which columns of a table hold a port, and its protocol; where there is none it is tcp. */
export interface PortColumns {
  readonly port: string;
  readonly protocol: string | null;
}

/**
 * Annotates a table in CSV: a column `service` is added, which is empty where the port has no name.
 *
 * @param names - What ports are called.
 * @param records - The records, the header first.
 * @param columns - Where the ports stand.
 * @returns The table, in pieces.
 * @throws {RegistryError} `invalid_argument` when there is no such column.
 */
export function annotateCsv(
  names: Names,
  records: AsyncIterable<readonly string[]>,
  columns: PortColumns,
): AsyncIterable<Uint8Array> {
  async function* annotated(): AsyncGenerator<readonly string[]> {
    let places: readonly [port: number, protocol: number | null] | undefined;
    for await (const record of records) {
      if (places === undefined) {
        places = [
          findColumn(record, columns.port),
          columns.protocol === null ? null : findColumn(record, columns.protocol),
        ];
        yield [...record, 'service'];
        continue;
      }
      const [port, protocol] = places;
      const key = `${record[port]?.trim()}/${(protocol === null ? 'tcp' : record[protocol])?.trim().toLowerCase()}`;
      yield [...record, names.byPort.get(key) ?? ''];
    }
  }
  return Readable.from(annotated()).compose(stringify()) as AsyncIterable<Uint8Array>;
}

function findColumn(header: readonly string[], name: string): number {
  const place = header.indexOf(name);
  if (place >= 0) return place;
  const message = `Cannot find column ${quoteInput(name)}: expected one of ${header.map((known) => quoteInput(known)).join(', ')}`;
  throw new RegistryError('invalid_argument', message, { parameter: 'column' });
}
