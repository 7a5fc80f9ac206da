import { PORT_COUNT, type WrittenPort } from '../../registry/values/port-number.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import {
  parseProtocolWord,
  TRANSPORT_PROTOCOLS,
  type TransportProtocol,
} from '../../registry/values/transport-protocol.ts';

/** The names of ports, and the ephemeral ranges. */
export interface Names {
  /** The names by port and protocol, such as `22/tcp`. */
  readonly byPort: ReadonlyMap<string, string>;
  /** The ports by protocol and name in lower case, such as `tcp ssh`. */
  readonly byName: ReadonlyMap<string, number>;
  /**
   * The weights of names by port and protocol, 2 to 4: the prominence, or `OWN_WEIGHT` for an own entry. All other names
   * have 1.
   */
  readonly weights: ReadonlyMap<string, number>;
  readonly ephemeral: readonly PortSpan[];
}

/** The weight of the name of an own entry. */
export const OWN_WEIGHT = 4;

/** The text for a port without a name. */
export const NAMELESS = '-';

/** Adds the names of its ports to a line; returns a line without ports unchanged. */
export type Annotator = (line: string) => string;

/**
 * Returns the name of a port.
 *
 * @param names - The names of ports.
 * @param port - The port number.
 * @param protocol - Null if it is unknown: the names on tcp and udp are then returned, each with its protocol if they differ.
 * @returns Undefined for a port without a name.
 */
export function nameOfPort(names: Names, port: number, protocol: TransportProtocol | null): string | undefined {
  if (protocol !== null) return names.byPort.get(`${port}/${protocol}`);
  const [tcp, udp] = [names.byPort.get(`${port}/tcp`), names.byPort.get(`${port}/udp`)];
  if (tcp === udp) return tcp;
  return [tcp === undefined ? [] : `${tcp} (tcp)`, udp === undefined ? [] : `${udp} (udp)`].flat().join(', ');
}

/** Returns the weight of the name of a port: 1 to 4, or 0 for a port without a name. The protocol is null if it is unknown. */
export type WeightOf = (port: number, protocol: TransportProtocol | null) => number;

/**
 * Returns a function for the weights of names. It reads tables by port: maps with texts as keys took a third of the time of a line.
 *
 * @param names - The names of ports.
 */
export function weightsOf(names: Names): WeightOf {
  const tables = new Map(TRANSPORT_PROTOCOLS.map((protocol) => [protocol as string, new Uint8Array(PORT_COUNT)]));
  for (const key of names.byPort.keys()) {
    const [port, protocol = ''] = key.split('/');
    tables.get(protocol)?.fill(names.weights.get(key) ?? 1, Number(port), Number(port) + 1);
  }
  return (port, protocol) =>
    protocol === null
      ? Math.max(tables.get('tcp')?.[port] ?? 0, tables.get('udp')?.[port] ?? 0)
      : (tables.get(protocol)?.[port] ?? 0);
}

/**
 * The usual names of the field with the transport protocol, as in logs of Zeek, Suricata and Elastic Common Schema. `protocol`
 * is the last one: it is also a usual name of the field with the application, such as http.
 */
export const PROTOCOL_FIELDS = ['proto', 'transport', 'network.transport', 'ip_proto', 'l4_proto', 'protocol'] as const;

/**
 * Returns the name of a port in a cell or field.
 *
 * @param names - The names of ports.
 * @param written - The port, from `parseWrittenPort`.
 * @param protocol - The text of the protocol, unless the port has one; empty if it is unknown.
 * @returns Undefined for a port without a name, text that is no port, or a protocol without ports, such as `icmp`.
 */
export function nameOfWrittenPort(names: Names, written: WrittenPort | null, protocol: string): string | undefined {
  if (written === null) return undefined;
  const word = written.protocol ?? protocol.trim();
  if (word === '') return nameOfPort(names, written.port, null);
  const known = parseProtocolWord(word);
  return known === null ? undefined : nameOfPort(names, written.port, known);
}
