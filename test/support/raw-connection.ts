import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP connection whose bytes the test writes itself. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that has come so far. */
  readonly received: () => string;
  /** Resolves with all that came when the connection is closed, by whichever side. */
  readonly closed: Promise<string>;
  /** Waits until what has come fits. */
  readonly until: (pattern: RegExp) => Promise<string>;
}

const PATIENCE_MS = 15_000;

/**
 * Connects to a server.
 *
 * @param url - Its address.
 * @param bytes - What is sent at once, if anything.
 */
export async function connectRaw(url: string, bytes: string | Uint8Array = ''): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  // A reset is an end like any other here; what is checked is what came before it.
  socket.on('error', () => {});
  // Half-open on purpose, so that a test may go on sending; the other side's end is an end all the same.
  socket.on('end', () => socket.end());
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  socket.write(bytes);
  const until = async (pattern: RegExp): Promise<string> => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!pattern.test(text)) {
      if (Date.now() > deadline || socket.destroyed) throw new Error(`${pattern} never came: ${text.slice(0, 500)}`);
      await delay(5);
    }
    return text;
  };
  return { socket, received: () => text, closed, until };
}
