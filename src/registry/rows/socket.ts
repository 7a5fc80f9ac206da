import type { TransportProtocol } from '../values/transport-protocol.ts';

/** One end of a socket. */
export interface SocketEnd {
  /** The address or host name without brackets; `*` for any; null if the tool prints none. */
  readonly address: string | null;
  /** A port number, 0-65535; the name that the tool prints in its place; null for any port. */
  readonly port: number | string | null;
}

/**
 * What a line says: `socket` is a socket of this machine, `flow` is traffic from one end to the other, `port` is a port that is
 * open, published or allowed.
 */
export type SocketKind = 'socket' | 'flow' | 'port';

/** A socket, a flow or an open port, as a tool prints it. */
export interface Socket {
  readonly kind: SocketKind;
  /** Null if the tool does not print it. */
  readonly protocol: TransportProtocol | null;
  /** The end on this machine; of a flow, its source. */
  readonly local: SocketEnd;
  /** The other end; null if there is none. */
  readonly remote: SocketEnd | null;
  /** The name of the process; null if the tool does not print it. */
  readonly process: string | null;
  /** Whether the socket waits for clients: listening TCP, or UDP without a peer. */
  readonly isListening: boolean;
}
