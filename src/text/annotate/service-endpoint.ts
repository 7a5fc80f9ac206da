import type { PortSpan } from '../../registry/values/port-range.ts';

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
  /** Returns whether a port has a name. */
  readonly isNamed: (port: number) => boolean;
  /** The ephemeral ranges of systems. */
  readonly ephemeral: readonly PortSpan[];
}

/**
 * Decides which end of a connection is the service. The port of a client says nothing about the service, even if it is
 * assigned: a socket from 44818 to 53 is a DNS client, not EtherNet/IP. The rules are, in this order:
 *
 * 1. A socket without a remote port, or on a port on which this machine listens, is a service of this machine.
 * 2. If one port is in an ephemeral range, the other is the service.
 * 3. If one port has a name, it is the service; if both have, the lower one is, as clients have high ports.
 *
 * @param ports - The ports.
 * @param facts - The facts.
 * @returns The end of the service; null if no rule decides.
 */
export function serviceSide({ local, remote }: SocketPorts, facts: EndpointFacts): Side | null {
  if (remote === null || facts.isListenedOn(local)) return 'local';
  const isEphemeral = (port: number): boolean =>
    facts.ephemeral.some(({ firstPort, lastPort }) => firstPort <= port && port <= lastPort);
  const differ = (isLikelyService: (port: number) => boolean): Side | null =>
    isLikelyService(local) === isLikelyService(remote) ? null : isLikelyService(local) ? 'local' : 'remote';
  const lower = local < remote ? 'local' : 'remote';
  const byName = differ(facts.isNamed) ?? (facts.isNamed(local) && local !== remote ? lower : null);
  return differ((port) => !isEphemeral(port)) ?? byName;
}
