import type { Reference } from '../values/reference.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** Another name of a port, as in the report of the port. */
export type NameOfPort = Omit<OtherName, 'port' | 'place'>;

/** Another name under which a port is known, such as `dns` for 53: it is neither a service name of IANA nor the name of a use. */
export interface OtherName {
  /** The name, verbatim; it may contain blanks. */
  readonly name: string;
  /** The port number, 0-65535. */
  readonly port: number;
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
  /** The place of the port among those that the name means: 1 for the port that is meant first. */
  readonly place: number;
  readonly sources: readonly Reference[];
}
