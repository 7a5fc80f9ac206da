import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Counts, NONE } from '../../metrics/request-counts.ts';
import { refusal } from '../message/refusal.ts';
import { idFor } from '../message/request-id.ts';
import { probeHalfClosed } from '../work/half-closed.ts';

/** The most requests of one connection that may wait for an earlier one. */
const MAX_WAITING = 1_000;

/** The most waiting requests of all connections together: Node uses about 4 kB for each. */
const MAX_WAITING_TOTAL = 25_000;

/** The requests of one connection. */
interface Connection {
  /** The response in progress; null if there is none. */
  current: ServerResponse | null;
  readonly waiting: { readonly response: ServerResponse; readonly start: () => void }[];
  /** The number of requests that were read and not answered, without the current one. */
  unanswered: number;
  /** True after a rejected request: later ones get no response. */
  isRefused: boolean;
}

/**
 * Processes the requests of each connection one after another (HTTP pipelining), so that a client with many requests delays
 * only itself. The socket is paused until the requests that were read are answered. A client that sends more than 1,000
 * requests ahead gets 503 after the other responses, and the connection is closed.
 *
 * @see RFC 9112, section 9.3.2
 */
export class ConnectionQueues {
  readonly #counts: Counts;
  readonly #connections = new WeakMap<Socket, Connection>();
  #unanswered = 0;

  /** @param counts - The counters of rejections. */
  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /**
   * Queues a request.
   *
   * @param request - The request.
   * @param response - Its response, not started yet.
   * @param start - Called when the earlier requests of the connection are answered: at once if there are none.
   */
  add(request: IncomingMessage, response: ServerResponse, start: () => void): void {
    const { socket } = request;
    if (socket.destroyed) return;
    const connection = this.#connections.get(socket) ?? this.#track(socket);
    if (connection.current === null) {
      this.#start(socket, connection, response, start);
      return;
    }
    connection.unanswered++;
    this.#unanswered++;
    // Requests that are already in the read buffer still arrive.
    socket.pause();
    if (this.#unanswered > MAX_WAITING_TOTAL) socket.destroy();
    else if (connection.waiting.length < MAX_WAITING) connection.waiting.push({ response, start });
    else if (!connection.isRefused) {
      connection.isRefused = true;
      this.#refuse(request, response);
    }
  }

  #track(socket: Socket): Connection {
    const connection: Connection = { current: null, waiting: [], unanswered: 0, isRefused: false };
    this.#connections.set(socket, connection);
    // Node resumes a socket after each request that it has parsed.
    socket.on('resume', () => {
      if (connection.unanswered > 0) socket.pause();
    });
    socket.once('end', () => {
      if (connection.current !== null) probeHalfClosed(connection.current);
    });
    socket.once('close', () => {
      connection.waiting.length = 0;
      this.#unanswered -= connection.unanswered;
      connection.unanswered = 0;
    });
    return connection;
  }

  #start(socket: Socket, connection: Connection, response: ServerResponse, start: () => void): void {
    connection.current = response;
    response.on('close', () => this.#startNext(socket, connection));
    start();
  }

  #startNext(socket: Socket, connection: Connection): void {
    const next = connection.waiting.shift();
    connection.current = next?.response ?? null;
    if (next === undefined) return;
    connection.unanswered--;
    this.#unanswered--;
    if (connection.unanswered === 0) socket.resume();
    // In the next turn of the event loop, so that other connections are served in between.
    setImmediate(() => {
      if (!socket.destroyed) this.#start(socket, connection, next.response, next.start);
    });
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    const status = 503;
    const detail = `Cannot answer more than ${MAX_WAITING} requests of one connection that wait for each other`;
    const { fields, body } = refusal(status, detail, idFor(request));
    response.writeHead(status, [...fields.flat(), 'Retry-After', '1']).end(body);
    this.#counts.of(NONE, NONE).add(status, 0);
  }
}
