import type { SendHandle } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import * as net from 'node:net';

/** A bound socket that several processes listen on, and that stays when none of them is left. */
export interface HeldSocket {
  /** What a process listens on that it is sent to. */
  readonly handle: SendHandle;
  /** The port, which the system may have chosen. */
  readonly port: number;
  /** Lets go of it: it is gone when no process listens on it any more. */
  readonly release: () => void;
}

/** What Node makes for a server, and what its own `cluster` shares in the same way. */
interface Bound {
  readonly getsockname: (address: { port?: number }) => number;
  readonly close: () => void;
}

/** The function of `node:net` that Node's `cluster` binds with. It is in no documentation: there is no other that binds and does not accept. */
type Bind = (address: string, port: number, family: 4 | 6) => Bound | number;

/**
 * Binds a socket without accepting connections on it. While no process does, the system has them wait: nobody is refused.
 *
 * @param host - Address or name of the interface.
 * @param port - TCP port, 0-65535; 0 takes any free one.
 * @returns The socket; null where it cannot be had, which whoever listens finds as well, and says why.
 */
export async function holdSocket(host: string, port: number): Promise<HeldSocket | null> {
  const bind = (net as unknown as { readonly _createServerHandle?: Bind })._createServerHandle;
  const found = await lookup(host).catch(() => null);
  if (bind === undefined || found === null) return null;
  const bound = bind(found.address, port, found.family === 6 ? 6 : 4);
  if (typeof bound === 'number') return null;
  const address: { port?: number } = {};
  // A port that is in use may show only here: the socket then has no port, or another one.
  const isBound = bound.getsockname(address) === 0 && address.port !== undefined;
  if (isBound && (port === 0 || address.port === port)) {
    return { handle: bound as unknown as SendHandle, port: address.port ?? port, release: () => bound.close() };
  }
  bound.close();
  return null;
}
