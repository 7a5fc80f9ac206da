import type { SendHandle } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import * as net from 'node:net';

/** A bound socket that several processes listen on. It stays open when none of them is left. */
export interface BoundSocket {
  /** The handle to send to a process, which then listens on it. */
  readonly handle: SendHandle;
  /** The port; chosen by the operating system for port 0. */
  readonly port: number;
  /** Closes this process's copy. The system closes the socket once no process listens on it. */
  readonly release: () => void;
}

/** The socket handle of a Node server, which Node's `cluster` shares in the same way. */
interface SocketHandle {
  readonly getsockname: (address: { port?: number }) => number;
  readonly close: () => void;
}

/**
 * The function of `node:net` that Node's `cluster` binds with. It is undocumented, but the only one that binds a socket
 * without accepting connections.
 */
type Bind = (address: string, port: number, family: 4 | 6) => SocketHandle | number;

/**
 * Binds a socket without accepting connections on it. While no process accepts them, connections wait in the system's
 * backlog and are not refused.
 *
 * @param host - Address or name of the interface.
 * @param port - TCP port, 0-65535; 0 takes any free one.
 * @returns The socket; null if it cannot be bound. The caller's own `listen` then fails with the reason.
 */
export async function bindSocket(host: string, port: number): Promise<BoundSocket | null> {
  const bind = (net as unknown as { readonly _createServerHandle?: Bind })._createServerHandle;
  const found = await lookup(host).catch(() => null);
  if (bind === undefined || found === null) return null;
  const bound = bind(found.address, port, found.family === 6 ? 6 : 4);
  if (typeof bound === 'number') return null;
  const address: { port?: number } = {};
  // Some systems report a port in use only here: the socket then has no port, or a different one.
  const isBound = bound.getsockname(address) === 0 && address.port !== undefined;
  if (isBound && (port === 0 || address.port === port)) {
    return { handle: bound as unknown as SendHandle, port: address.port ?? port, release: () => bound.close() };
  }
  bound.close();
  return null;
}
