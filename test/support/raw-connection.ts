import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP connection on which the test writes raw bytes. */
export interface RawConnection {
  readonly socket: Socket;
  /** Returns the bytes received so far. */
  readonly received: () => string;
  /** Resolves with all received bytes when either side has closed the connection. */
  readonly closed: Promise<string>;
  /** Waits until the received bytes match. */
  readonly until: (pattern: RegExp) => Promise<string>;
}

const TIMEOUT_MS = 15_000;

/**
 * Connects to a server.
 *
 * @param url - Its URL.
 * @param bytes - Bytes to send at once.
 */
export async function connectRaw(url: string, bytes: string | Uint8Array = ''): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  // A reset counts as an end: tests check the bytes received before it.
  socket.on('error', () => {});
  // `allowHalfOpen` lets a test decide when to send its own end; this answers the end of the server.
  socket.on('end', () => socket.end());
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  socket.write(bytes);
  const until = async (pattern: RegExp): Promise<string> => {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!pattern.test(text)) {
      if (Date.now() > deadline || socket.destroyed) throw new Error(`${pattern} never came: ${text.slice(0, 500)}`);
      await delay(5);
    }
    return text;
  };
  return { socket, received: () => text, closed, until };
}
