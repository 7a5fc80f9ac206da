import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Counts, NONE } from '../../metrics/request-counts.ts';
import { refusal } from '../message/refusal.ts';
import { idFor } from '../message/request-id.ts';

/** How many requests of one connection may wait for the one before them. */
const MOST_WAITING = 1_000;

/** How many requests may wait so on all connections together: Node keeps some 4 kB for each. */
const MOST_WAITING_IN_ALL = 25_000;

/** The requests of one connection. */
interface Connection {
  /** The response that is being made. */
  current: ServerResponse | null;
  readonly waiting: { readonly response: ServerResponse; readonly start: () => void }[];
  /** How many requests were read and not answered, the current one aside. */
  unanswered: number;
  /** One request was refused: nothing behind it is answered. */
  isRefused: boolean;
}

/**
 * Makes the requests of one connection wait for each other (HTTP pipelining). A client with many of them waits for itself
 * only: each connection has one request at work, and no more are read until those that were read are answered. A client
 * that sends more than 1,000 ahead gets 503, behind the answers to the others, and the connection ends.
 *
 * @param counts - Where refusals are counted.
 * @returns Takes a request, and starts it when its turn comes.
 * @see RFC 9112, section 9.3.2
 */
export function queueByConnection(counts: Counts) {
  const queues = new ConnectionQueues(counts);
  return (request: IncomingMessage, response: ServerResponse, start: () => void): void =>
    queues.take(request, response, start);
}

class ConnectionQueues {
  readonly #counts: Counts;
  readonly #connections = new WeakMap<Socket, Connection>();
  #unanswered = 0;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  take(request: IncomingMessage, response: ServerResponse, start: () => void): void {
    const { socket } = request;
    if (socket.destroyed) return;
    const connection = this.#connections.get(socket) ?? this.#add(socket);
    if (connection.current === null) {
      this.#start(socket, connection, response, start);
      return;
    }
    connection.unanswered++;
    this.#unanswered++;
    // What was read already still comes: it lies in the same packet.
    socket.pause();
    if (this.#unanswered > MOST_WAITING_IN_ALL) socket.destroy();
    else if (connection.waiting.length < MOST_WAITING) connection.waiting.push({ response, start });
    else if (!connection.isRefused) {
      connection.isRefused = true;
      this.#refuse(request, response);
    }
  }

  #add(socket: Socket): Connection {
    const connection: Connection = { current: null, waiting: [], unanswered: 0, isRefused: false };
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      connection.waiting.length = 0;
      this.#unanswered -= connection.unanswered;
      connection.unanswered = 0;
    });
    return connection;
  }

  #start(socket: Socket, connection: Connection, response: ServerResponse, start: () => void): void {
    connection.current = response;
    response.once('close', () => this.#startNext(socket, connection));
    start();
  }

  #startNext(socket: Socket, connection: Connection): void {
    const next = connection.waiting.shift();
    connection.current = next?.response ?? null;
    if (next === undefined) return;
    connection.unanswered--;
    this.#unanswered--;
    if (connection.unanswered === 0) socket.resume();
    // In the next turn of the event loop: other connections come in between.
    setImmediate(() => {
      if (!socket.destroyed) this.#start(socket, connection, next.response, next.start);
    });
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    const status = 503;
    const detail = `Cannot answer more than ${MOST_WAITING} requests of one connection that wait for each other`;
    const { fields, body } = refusal(status, detail, idFor(request));
    response.writeHead(status, [...fields.flat(), 'Retry-After', '1']).end(body);
    this.#counts.of(NONE, NONE).add(status, 0);
  }
}
