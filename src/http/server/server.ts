import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { promisify } from 'node:util';
import type { Logger } from '../../log.ts';
import { Counts } from '../../metrics/request-counts.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { countConnection } from '../work/calm-turn.ts';
import { queueByConnection } from '../work/connection-queue.ts';
import { type ParserLimits, refuseRequests } from './client-error.ts';
import { readCertificate, renewCertificate, type TlsFiles } from './tls.ts';

/** How long requests in flight may take to finish when the server stops, in milliseconds. */
const GRACE_MS = 8_000;

/**
 * How long connections without a request in flight are kept when the server stops, in milliseconds: a request that is on
 * its way is answered, and told that it was the last.
 */
const LINGER_MS = 500;

/** How often Node looks for requests that took too long to arrive, in milliseconds. */
const CHECK_MS = 500;

/** How much longer than a whole request a connection may be without a byte either way, in milliseconds. */
const IDLE_EXTRA_MS = 5_000;

/** How long a client may take to agree on how to encrypt, in milliseconds: less than the server waits when it stops. */
const HANDSHAKE_MS = 5_000;

/**
 * How many connections may wait to be accepted. Linux drops the first packet of further ones, which is sent again after 1 s
 * and 3 s; it takes no more than net.core.somaxconn, 4096 since Linux 5.4.
 */
const BACKLOG = 4_096;

/** How long the log keeps quiet after it told that there are too many connections, in milliseconds. */
const QUIET_MS = 60_000;

/** Where the server answers, and how much it takes of a client before it is a request. */
export interface ListenOptions extends ParserLimits {
  /** TCP port, 0-65535; 0 takes any free one. */
  readonly port: number;
  /** Address or name of the interface. */
  readonly host: string;
  /** What is listened on in their place: it is bound there, and another process holds it too. */
  readonly socket?: object | undefined;
  /** The names of the settings of these two. */
  readonly settings: { readonly port: string; readonly host: string };
  /** How long a whole request may take to arrive, in milliseconds. */
  readonly requestMs: number;
  /** How long its header may take, in milliseconds. */
  readonly headersMs: number;
  /** How long a connection may wait for the next request, in milliseconds. */
  readonly keepAliveMs: number;
  /** How many connections may be open at once; more are closed at once. */
  readonly connections: number;
  /** Where the certificate lies; null to speak HTTP without TLS. */
  readonly tls: TlsFiles | null;
}

/** A server that answers. */
export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:7605`. */
  readonly url: string;
  /** Gives the number of open connections. */
  readonly connections: () => Promise<number>;
  /** Finishes what is in flight and stops; a second call waits for the same end. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts to answer requests.
 *
 * @param listener - The Express app.
 * @param options - Address and limits.
 * @param log - The log.
 * @param counts - Where is counted what never gets to the listener.
 * @returns The server once requests are answered.
 * @throws {RegistryError} `unavailable` when the port is in use, or the address or port cannot be had;
 *   `invalid_argument` when the certificate cannot be used.
 */
export async function listen(
  listener: RequestListener,
  options: ListenOptions,
  log: Logger,
  counts = new Counts(),
): Promise<RunningServer> {
  const { port, host, socket, tls } = options;
  const refusals = refuseRequests(log, options, counts);
  const { server, renewal } = tls === null ? plainServer(options) : tlsServer(options, tls, log);
  let stopped: Promise<void> | undefined;
  const queue = queueByConnection(counts);
  const answer: RequestListener = (request, response) => {
    if (refusals.onRequest(request, response)) return;
    if (stopped !== undefined) response.setHeader('Connection', 'close');
    queue(request, response, () => listener(request, response));
  };
  server.on('connection', countConnection);
  server.on('request', answer);
  // Who expects anything but 100-continue would get an empty 417 from Node; to pass over it is as good (RFC 9110, 10.1.1).
  server.on('checkExpectation', answer);
  // Who has said all that they want to say may still want the answer, also to what queues. Node's types do not know it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', refusals.onClientError);
  // Who does not read the answer either; longer than a request may take, so that a slow one gets its 408.
  server.timeout = options.requestMs + IDLE_EXTRA_MS;
  server.keepAliveTimeout = options.keepAliveMs;
  server.maxConnections = options.connections;
  tellOfDrops(server, log, counts);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, options)));
    server.listen(socket ?? { port, host, backlog: BACKLOG }, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const url = `${tls === null ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  server.once('close', renewal);
  const connections = promisify(server.getConnections.bind(server));
  return { url, connections, stop: () => (stopped ??= stop(server)) };
}

/** A server that does not answer yet, and what ends with it. */
interface FreshServer {
  readonly server: Server | TlsServer;
  readonly renewal: () => void;
}

function plainServer(options: ListenOptions): FreshServer {
  return { server: createServer(parserOptions(options)), renewal: () => {} };
}

function tlsServer(options: ListenOptions, files: TlsFiles, log: Logger): FreshServer {
  const context = readCertificate(files, log);
  const server = createTlsServer({ ...parserOptions(options), ...context, handshakeTimeout: HANDSHAKE_MS });
  return { server, renewal: renewCertificate(server, files, log) };
}

function parserOptions({ headerBytes, requestMs, headersMs }: ListenOptions) {
  return {
    maxHeaderSize: headerBytes,
    requestTimeout: requestMs,
    headersTimeout: headersMs,
    connectionsCheckingInterval: CHECK_MS,
    // Node would answer with an empty 400; `headerFault` says why.
    requireHostHeader: false,
  };
}

function stop(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    const forceCloseTimer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // Those that wait are closed then, the others after their answer.
    const lingerTimer = setTimeout(() => {
      server.keepAliveTimeout = 1;
      server.closeIdleConnections();
    }, LINGER_MS);
    server.once('close', () => {
      clearTimeout(forceCloseTimer);
      clearTimeout(lingerTimer);
      resolve();
    });
    // Not `server.close`: an HTTP server's own would cut connections at once on which a request may just have arrived.
    NetServer.prototype.close.call(server);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set PORT to another one',
  EACCES: 'the port needs privilege; set PORT to one above 1023',
  EADDRNOTAVAIL: 'the address is none of this machine; set HOST to one that is',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
};

function cannotListen(error: NodeJS.ErrnoException, { port, host, settings }: ListenOptions): RegistryError {
  const known = REASONS[error.code ?? '']?.replace('PORT', settings.port).replace('HOST', settings.host);
  const reason = known ?? error.code;
  return new RegistryError('unavailable', `Cannot listen on ${host} port ${port}: ${reason}`, { cause: error });
}

/** A client whose connection is closed at once learns nothing; whoever runs the server does, once in a while. */
function tellOfDrops(server: Server | TlsServer, log: Logger, counts: Counts): void {
  let quietUntil = 0;
  server.on('drop', () => {
    counts.refusedConnections++;
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MS;
    log.warn({ connections: server.maxConnections }, 'too many connections: more are closed until some have ended');
  });
}
