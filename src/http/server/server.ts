import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { promisify } from 'node:util';
import type { Logger } from '../../log.ts';
import { Counts } from '../../metrics/request-counts.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { countConnection } from '../work/yield-to-connections.ts';
import { type ParserLimits, refuseRequests } from './client-error.ts';
import { ConnectionQueues } from './connection-queue.ts';
import { readCertificate, renewCertificate, type TlsFiles } from './tls.ts';

/** The timeout of requests in flight when the server stops, in milliseconds. */
const GRACE_MS = 8_000;

/**
 * The time before idle connections are closed when the server stops, in milliseconds: a request that is in transit is
 * answered, with `Connection: close`.
 */
const LINGER_MS = 500;

/** The interval in which Node checks for request timeouts, in milliseconds. */
const TIMEOUT_CHECK_MS = 500;

/** The difference between the idle timeout of a connection and the request timeout, in milliseconds. */
const IDLE_EXTRA_MS = 5_000;

/** The timeout of the TLS handshake, in milliseconds: less than `GRACE_MS`. */
const HANDSHAKE_MS = 5_000;

/**
 * The most connections that may wait to be accepted. Linux drops the SYN of further ones, and clients retransmit it after 1 s
 * and 3 s. Linux limits the backlog to net.core.somaxconn, 4096 since Linux 5.4.
 */
const BACKLOG = 4_096;

/** The shortest interval between two warnings of too many connections, in milliseconds. */
const WARNING_INTERVAL_MS = 60_000;

/** The address of the server, and its limits for connections and headers. */
export interface ListenOptions extends ParserLimits {
  /** TCP port, 0-65535; 0 takes any free one. */
  readonly port: number;
  /** Address or name of the interface. */
  readonly host: string;
  /** A bound socket, shared with another process, to listen on in place of port and host. */
  readonly socket?: object | undefined;
  /** The names of the settings for port and host. */
  readonly settings: { readonly port: string; readonly host: string };
  /** The timeout for the arrival of a whole request, in milliseconds. */
  readonly requestMs: number;
  /** The timeout for the arrival of the header, in milliseconds. */
  readonly headersMs: number;
  /** The keep-alive timeout: the time that a connection may wait for its next request, in milliseconds. */
  readonly keepAliveMs: number;
  /** The most open connections; further ones are closed immediately. */
  readonly connections: number;
  /** The certificate files; null for HTTP without TLS. */
  readonly tls: TlsFiles | null;
}

/** A server that listens. */
export interface RunningServer {
  /** The URL of the server, such as `http://127.0.0.1:7605`. */
  readonly url: string;
  /** Returns the number of open connections. */
  readonly connections: () => Promise<number>;
  /** Finishes requests in flight and stops; a second call waits for the same stop. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the server.
 *
 * @param listener - The Express app.
 * @param options - Address and limits.
 * @param log - The log.
 * @param counts - The counters of requests that never reach the listener.
 * @returns The server, once it accepts connections.
 * @throws {RegistryError} `unavailable` if the port is in use or the address is not available; `invalid_argument` if the
 *   certificate cannot be used.
 */
export async function listen(
  listener: RequestListener,
  options: ListenOptions,
  log: Logger,
  counts = new Counts(),
): Promise<RunningServer> {
  const { port, host, socket, tls } = options;
  const refusals = refuseRequests(log, options, counts);
  const { server, stopRenewal } = tls === null ? plainServer(options) : tlsServer(options, tls, log);
  let stopped: Promise<void> | undefined;
  const queues = new ConnectionQueues(counts);
  const answer: RequestListener = (request, response) => {
    if (refusals.refuseInvalid(request, response)) return;
    if (stopped !== undefined) response.setHeader('Connection', 'close');
    queues.add(request, response, () => listener(request, response));
  };
  server.on('connection', countConnection);
  server.on('request', answer);
  // Node would answer other values of `Expect` than 100-continue with an empty 417. Ignoring them is allowed (RFC 9110, 10.1.1).
  server.on('checkExpectation', answer);
  // A client may half-close its side and still wait for responses. Node's types lack this property.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', refusals.onClientError);
  // Also closes connections of clients that do not read. Longer than the request timeout, so that slow requests get 408.
  server.timeout = options.requestMs + IDLE_EXTRA_MS;
  server.keepAliveTimeout = options.keepAliveMs;
  server.maxConnections = options.connections;
  logDroppedConnections(server, log, counts);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, options)));
    server.listen(socket ?? { port, host, backlog: BACKLOG }, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const url = `${tls === null ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  server.once('close', stopRenewal);
  const connections = promisify(server.getConnections.bind(server));
  return { url, connections, stop: () => (stopped ??= stop(server)) };
}

/** A server that does not listen yet. */
interface UnstartedServer {
  readonly server: Server | TlsServer;
  /** Stops the renewal of the certificate. */
  readonly stopRenewal: () => void;
}

function plainServer(options: ListenOptions): UnstartedServer {
  return { server: createServer(parserOptions(options)), stopRenewal: () => {} };
}

function tlsServer(options: ListenOptions, files: TlsFiles, log: Logger): UnstartedServer {
  const context = readCertificate(files, log);
  const server = createTlsServer({ ...parserOptions(options), ...context, handshakeTimeout: HANDSHAKE_MS });
  return { server, stopRenewal: renewCertificate(server, files, log) };
}

function parserOptions({ headerBytes, requestMs, headersMs }: ListenOptions) {
  return {
    maxHeaderSize: headerBytes,
    requestTimeout: requestMs,
    headersTimeout: headersMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // Node would answer with an empty 400; `headerFault` explains the error.
    requireHostHeader: false,
  };
}

function stop(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    const forceCloseTimer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // Closes idle connections then, and the others after their response.
    const lingerTimer = setTimeout(() => {
      server.keepAliveTimeout = 1;
      server.closeIdleConnections();
    }, LINGER_MS);
    server.once('close', () => {
      clearTimeout(forceCloseTimer);
      clearTimeout(lingerTimer);
      resolve();
    });
    // Not `server.close`: that of an HTTP server closes idle connections at once, although a request may be in transit.
    NetServer.prototype.close.call(server);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set PORT to another one',
  EACCES: 'the port needs privilege; set PORT to one above 1023',
  EADDRNOTAVAIL: 'this machine does not have the address; set HOST to one of its addresses',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
};

function cannotListen(error: NodeJS.ErrnoException, { port, host, settings }: ListenOptions): RegistryError {
  const known = REASONS[error.code ?? '']?.replace('PORT', settings.port).replace('HOST', settings.host);
  const reason = known ?? error.code;
  return new RegistryError('unavailable', `Cannot listen on ${host} port ${port}: ${reason}`, { cause: error });
}

/** Counts dropped connections, and logs them at most once a minute: their clients get no response. */
function logDroppedConnections(server: Server | TlsServer, log: Logger, counts: Counts): void {
  let nextWarning = 0;
  server.on('drop', () => {
    counts.refusedConnections++;
    if (Date.now() < nextWarning) return;
    nextWarning = Date.now() + WARNING_INTERVAL_MS;
    log.warn({ connections: server.maxConnections }, 'too many connections: new ones are closed until others end');
  });
}
