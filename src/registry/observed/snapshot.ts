import { LONGEST_NAME } from '../rows/association.ts';
import { text } from '../values/fields.ts';
import { parsePortNumber } from '../values/port-number.ts';
import type { PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** The sources of snapshots. A snapshot of one source changes no rows of another one. */
export const SNAPSHOT_SOURCES = ['sockets', 'docker', 'kubernetes', 'ansible', 'nmap'] as const;
export type SnapshotSource = (typeof SNAPSHOT_SOURCES)[number];

/** The sources that know every socket of a host. The others know those of containers, or on the ports of a scan. */
export const WHOLE_SOURCES: readonly SnapshotSource[] = ['sockets', 'ansible'];

/**
 * From where clients reach a socket: through every address of the host, from the host itself, from its link, or through single
 * addresses.
 */
export const ADDRESS_SCOPES = ['any', 'loopback', 'link-local', 'address'] as const;
export type AddressScope = (typeof ADDRESS_SCOPES)[number];

/** A listening socket of a host. No two rows of a snapshot are equal. */
export interface SeenSocket {
  readonly scope: AddressScope;
  readonly protocol: TransportProtocol;
  readonly port: number;
  /**
   * The name of the process; of `docker`, that of the service of docker compose or of the container; of `kubernetes`, that of the
   * service or of the container, after its namespace. Null if the snapshot does not have it.
   */
  readonly process: string | null;
}

/** Ports of one protocol that a scan has tried. */
export interface ScannedPorts extends PortSpan {
  readonly protocol: TransportProtocol;
}

/** All listening sockets of one host, as one source sees them. */
export interface Snapshot {
  /** The name, from `parseHostName`. */
  readonly host: string;
  readonly source: SnapshotSource;
  /** The environment of the host; null for none. */
  readonly environment: string | null;
  readonly sockets: readonly SeenSocket[];
  /** The ports that the snapshot covers, by protocol and port; null for all ports. */
  readonly scanned: readonly ScannedPorts[] | null;
}

/** The UDP ports of clients, which are no services. */
export interface EphemeralUdp {
  /** The ports from which the host gives clients a port. */
  readonly ports: PortSpan;
  /** True to keep UDP sockets on these ports. */
  readonly isKept: boolean;
}

/** The default range of Linux (`net.ipv4.ip_local_port_range`). */
const EPHEMERAL_PORTS: PortSpan = { firstPort: 32768, lastPort: 60999 };

/** The longest name of a process that is stored, in UTF-16 units. Linux has 15 bytes, other systems up to 255. */
export const LONGEST_PROCESS = 255;

/** The environment of a host, as that of an own entry. */
const ENVIRONMENT = text(LONGEST_NAME);

/**
 * Parses the environment of a host.
 *
 * @param given - The text of the parameter `environment`; undefined for none.
 * @throws {RegistryError} `invalid_argument` for a text that no own entry may have as its environment.
 */
export function parseEnvironment(given: string | undefined): string | null {
  if (given === undefined) return null;
  const parsed = ENVIRONMENT(given.trim());
  if ('value' in parsed) return parsed.value;
  const message = `Cannot parse environment ${quoteInput(given)}: expected ${parsed.expected}`;
  throw new RegistryError('invalid_argument', message, { parameter: 'environment' });
}

/**
 * Parses a range of ports, such as `32768-60999`.
 *
 * @param text - The text of the parameter `ephemeralPorts`; undefined for the default.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseEphemeralPorts(text: string | undefined): PortSpan {
  if (text === undefined) return EPHEMERAL_PORTS;
  const [first, last, ...others] = text.split('-');
  if (first !== undefined && last !== undefined && others.length === 0) {
    const firstPort = parsePortNumber(first, 'ephemeralPorts');
    const lastPort = parsePortNumber(last, 'ephemeralPorts');
    if (firstPort <= lastPort) return { firstPort, lastPort };
  }
  const message = `Cannot parse ephemeralPorts ${quoteInput(text)}: expected a range such as 32768-60999`;
  throw new RegistryError('invalid_argument', message, { parameter: 'ephemeralPorts' });
}

/**
 * Returns the identity of a row without its process.
 *
 * @param row - The row.
 */
export function socketKey({ scope, protocol, port }: Omit<SeenSocket, 'process'>): string {
  return `${scope} ${protocol} ${port}`;
}

/**
 * Returns the scope of an address.
 *
 * @param address - An address or host name as a tool prints it; `*` or null for any.
 */
export function scopeOf(address: string | null): AddressScope {
  const [bare = ''] = (address ?? '*').toLowerCase().split('%', 1);
  const plain = bare.replace(/^::ffff:(?=\d+\.)/, '');
  if (plain === '*' || plain === '0.0.0.0' || plain === '::') return 'any';
  if (/^(?:127\.\d+\.\d+\.\d+|::1|localhost|localhost\.localdomain|ip6-localhost)$/.test(plain)) return 'loopback';
  return /^(?:fe[89ab][\da-f]:|169\.254\.)/.test(plain) ? 'link-local' : 'address';
}
