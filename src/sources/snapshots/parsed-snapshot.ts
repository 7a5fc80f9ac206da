import type { ScannedPorts } from '../../registry/observed/snapshot.ts';
import type { Socket } from '../../registry/rows/socket.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The most published ports of a snapshot: each number twice, for IPv4 and IPv6. */
const MOST_PUBLISHED = 131_072;

/** A parsed snapshot of one host. */
export interface ParsedSnapshot {
  /** The sockets that wait for clients, each with a protocol and a port number. */
  readonly sockets: Iterable<Socket>;
  /** The ports that the snapshot covers; null for all. */
  readonly scanned: readonly ScannedPorts[] | null;
}

/**
 * Returns a port that waits for clients.
 *
 * @param protocol - The protocol.
 * @param address - The address of the host; null for any.
 * @param port - The port of the host.
 * @param process - The name of its process, container or service; null if it is unknown.
 */
export function listeningPort(
  protocol: TransportProtocol,
  address: string | null,
  port: number,
  process: string | null,
): Socket {
  return { kind: 'port', protocol, local: { address, port }, remote: null, process, isListening: true };
}

/**
 * Checks the number of published ports of a snapshot.
 *
 * @param ports - The number of ports, each counted for each of its addresses.
 * @throws {RegistryError} `too_large`
 */
export function checkPublishedCount(ports: number): void {
  if (ports <= MOST_PUBLISHED) return;
  const message = `Cannot store the snapshot: expected at most ${MOST_PUBLISHED} published ports`;
  throw new RegistryError('too_large', message);
}

/**
 * Refuses a snapshot.
 *
 * @param place - The place of the fault, such as `line 3` or `the scan`.
 * @param text - The faulty text; null for none.
 * @param expected - What was expected.
 * @throws {RegistryError} `invalid_argument`, with the place.
 */
export function refuseSnapshot(place: string, text: string | null, expected: string): never {
  const got = text === null ? '' : `, ${quoteInput(text)}`;
  const detail = `Cannot read ${place} of the snapshot${got}: ${expected}`;
  throw new RegistryError('invalid_argument', detail, { errors: [{ parameter: place.replace(/^the /, ''), detail }] });
}
