import type { PortSpan } from '../../registry/values/port-range.ts';
import { OWN_WEIGHT } from './port-names.ts';

/** The ports of a socket. */
export interface SocketPorts {
  /** The port of this machine, 0-65535. */
  readonly local: number;
  /** The port of the other machine; null for a listening socket. */
  readonly remote: number | null;
}

/** The end of a connection. */
export type Side = 'local' | 'remote';

/** Facts that help to decide which end is the service. */
export interface EndpointFacts {
  /** Returns whether this machine listens on a port. */
  readonly isListenedOn: (port: number) => boolean;
  /** Returns how well a port is known by its name, 1 to 4, as `WeightOf`; 0 for a port without a name. */
  readonly weightOf: (port: number) => number;
  /** The ephemeral ranges of systems. */
  readonly ephemeral: readonly PortSpan[];
}

/** The rank of a port outside the ephemeral ranges whose name has the weight 0. */
const RANK_OF_FIXED_PORT = 10;

/**
 * Decides which end of a connection is the service. The port of a client says nothing about the service, even if it is
 * assigned: a socket from 44818 to 53 is a DNS client, not EtherNet/IP, and one from 711 to 2049 is an NFS client. The rules
 * are, in this order:
 *
 * 1. A socket without a remote port, or on a port on which this machine listens, is a service of this machine.
 * 2. A port outside the ephemeral ranges is the service before one inside them; only the name of an own entry inside them
 *    comes before a port without a name.
 * 3. The name with the higher weight is the service: an own entry, then the more prominent name.
 * 4. Of two names with the same weight, the lower port is the service, as clients have high ports.
 *
 * @param ports - The ports.
 * @param facts - The facts.
 * @returns The end of the service; null if no rule decides.
 */
export function serviceSide({ local, remote }: SocketPorts, facts: EndpointFacts): Side | null {
  if (remote === null || facts.isListenedOn(local)) return 'local';
  const [ours, theirs] = [rankOf(local, facts), rankOf(remote, facts)];
  if (ours !== theirs) return ours > theirs ? 'local' : 'remote';
  if (local === remote || facts.weightOf(local) === 0) return null;
  return local < remote ? 'local' : 'remote';
}

function rankOf(port: number, { weightOf, ephemeral }: EndpointFacts): number {
  const weight = weightOf(port);
  const isEphemeral = ephemeral.some(({ firstPort, lastPort }) => firstPort <= port && port <= lastPort);
  if (!isEphemeral) return RANK_OF_FIXED_PORT + weight;
  return weight === OWN_WEIGHT ? RANK_OF_FIXED_PORT + 0.5 : weight;
}
