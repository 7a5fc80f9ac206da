import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistryError } from '../registry/registry-error.ts';

/** The largest block of header lines, in bytes: a URL with 1,000 ports fits. */
const LARGEST_HEADER = 32 * 1024;

/** How long requests in flight may take to finish when the server stops, in milliseconds. */
const GRACE_MS = 8_000;

const REFUSED_REQUESTS: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    `Cannot read the request: its header is larger than ${LARGEST_HEADER} bytes`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'Cannot read the request: it took too long to arrive'],
};
const MALFORMED = ['400 Bad Request', 'Cannot read the request: expected HTTP/1.1'] as const;

/** A server that answers. */
export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:7605`. */
  readonly url: string;
  /** Finishes what is in flight and stops; a second call waits for the same end. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts to answer requests.
 *
 * @param listener - The Express app.
 * @param port - TCP port, 0-65535; 0 takes any free one.
 * @param host - Address or name of the interface.
 * @returns The server once requests are answered.
 * @throws {RegistryError} `unavailable` when the port is in use, or the address or port cannot be had.
 */
export async function listen(listener: RequestListener, port: number, host: string): Promise<RunningServer> {
  const server = createServer({ maxHeaderSize: LARGEST_HEADER }, listener);
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, host)));
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  let stopped: Promise<void> | undefined;
  return { url, stop: () => (stopped ??= stop(server)) };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    // `close` leaves kept-alive connections open until their next request ends; those that wait now are closed now.
    server.closeIdleConnections();
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set PORT to another one',
  EACCES: 'the port needs privilege; set PORT to one above 1023',
  EADDRNOTAVAIL: 'the address is none of this machine; set HOST to one that is',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
};

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): RegistryError {
  const reason = REASONS[error.code ?? ''] ?? error.code;
  return new RegistryError('unavailable', `Cannot listen on ${host} port ${port}: ${reason}`, { cause: error });
}

/** Node answers what it cannot read with an empty 400 or 431; a problem says what is wrong. */
function answerClientError(error: NodeJS.ErrnoException, socket: import('node:stream').Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = REFUSED_REQUESTS[error.code ?? ''] ?? MALFORMED;
  const [code = '', ...title] = status.split(' ');
  const body = JSON.stringify({ type: 'about:blank', title: title.join(' '), status: Number(code), detail });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
