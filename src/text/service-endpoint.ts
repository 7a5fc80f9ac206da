import type { PortSpan } from '../registry/values/port-range.ts';

/** The ports at the two ends of a socket. */
export interface Ends {
  /** The port of this machine, 0-65535. */
  readonly local: number;
  /** The port of the other machine; null for a socket that waits for whoever comes. */
  readonly remote: number | null;
}

/** At which end of a connection the service is; null where nothing tells. */
export type Side = 'local' | 'remote';

/** What is known of ports beside their numbers. */
export interface SideKnowledge {
  /** Tells whether a service of this machine waits at a port. */
  readonly isListenedOn: (port: number) => boolean;
  /** Tells whether a port has a name. */
  readonly isNamed: (port: number) => boolean;
  /** The ports that systems hand to clients. */
  readonly ephemeral: readonly PortSpan[];
}

/**
 * Decides at which end of a connection the service is: a client's port says nothing of the service, whatever IANA has
 * assigned it to (44818 that speaks to 53 is a client of DNS, and no EtherNet/IP). A socket without another end is a
 * service. Else the end at which this machine listens; else the one outside the ephemeral ranges, where the other is
 * inside; else the one with a name, where the other has none; else the lower one of two names, as clients have high ports.
 *
 * @param ends - The ports.
 * @param knowledge - What is known of them.
 * @returns Null where nothing tells the ends apart.
 */
export function serviceSide({ local, remote }: Ends, knowledge: SideKnowledge): Side | null {
  if (remote === null || knowledge.isListenedOn(local)) return 'local';
  const isEphemeral = (port: number): boolean =>
    knowledge.ephemeral.some(({ firstPort, lastPort }) => firstPort <= port && port <= lastPort);
  const differ = (tells: (port: number) => boolean): Side | null =>
    tells(local) === tells(remote) ? null : tells(local) ? 'local' : 'remote';
  const lower = local < remote ? 'local' : 'remote';
  const byName = differ(knowledge.isNamed) ?? (knowledge.isNamed(local) && local !== remote ? lower : null);
  return differ((port) => !isEphemeral(port)) ?? byName;
}
