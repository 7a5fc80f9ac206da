import type { Reference } from '../values/reference.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** The values of prominence. */
export const PROMINENCES = [1, 2, 3] as const;

/**
 * How likely a service or a use is meant when somebody names or sees its port: 3 for the default of an operating system or of
 * a product that most teams meet, 2 for a common one, 1 for any other.
 */
export type Prominence = (typeof PROMINENCES)[number];

/** The prominence of an official row that no evidence raises. */
export const LOWEST_PROMINENCE: Prominence = 1;

/** The prominence of own entries. */
export const HIGHEST_PROMINENCE: Prominence = 3;

/** The documents that raise the prominence of an official row. `data/README.md` explains each. */
export const EVIDENCE = ['debian', 'firewalld', 'windows', 'macos', 'linux', 'image', 'standard', 'rfc'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** The prominence of the official rows of a service, port and protocol, with its evidence. */
export interface ServiceProminence {
  readonly serviceName: string;
  /** The first port of the rows, 0-65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
  readonly prominence: Prominence;
  readonly evidence: readonly Evidence[];
  readonly sources: readonly Reference[];
}
