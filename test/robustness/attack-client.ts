import { Agent, request as sendRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './attack.ts';
import { Connection } from './attack-connection.ts';
import { type AttackRequest, requestBytes } from './attack-request.ts';

/**
 * Sends one request on each of many connections and does not read the answers. After some time, reads their first lines.
 *
 * @param target - The server.
 * @param count - The number of connections.
 * @param request - Makes the bytes for each connection.
 * @param times - The time between two connections, and the time without reading, in milliseconds.
 */
export async function holdUnread(
  target: Target,
  count: number,
  request: (number: number) => Uint8Array | string,
  { betweenMs = 10, unreadMs = 8_000 } = {},
): Promise<void> {
  const connections: Connection[] = [];
  for (let number = 0; number < count && !target.signal.aborted; number++) {
    const connection = new Connection(target, false);
    connections.push(connection);
    void connection.write(request(number));
    await delay(betweenMs);
  }
  await pause(target, unreadMs);
  await Promise.all(connections.map((connection) => connection.readStatus()));
}

/**
 * Makes clients request on persistent connections, one request after the other, until the time is over. They read each
 * answer to its end.
 *
 * @param target - The server.
 * @param clients - The number of clients.
 * @param request - Makes each request, from its number on.
 */
export async function requestRepeatedly(
  target: Target,
  clients: number,
  request: (number: number) => AttackRequest,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let made = 0;
  const client = async (): Promise<void> => {
    while (!target.signal.aborted) await requestOnce(target, request(made++), { agent });
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
}

/**
 * Makes clients request on persistent connections, one request after the other. Uses less CPU time than
 * `requestRepeatedly`, but is only for short answers: a client continues at the first line of an answer.
 *
 * @param target - The server.
 * @param clients - The number of clients.
 * @param request - Makes each request, from its number on.
 * @param most - The number of requests of all clients together.
 */
export async function requestQuickly(
  target: Target,
  clients: number,
  request: (number: number) => Uint8Array,
  most: number,
): Promise<void> {
  let made = 0;
  const client = async (): Promise<void> => {
    while (made < most && !target.signal.aborted) {
      const connection = new Connection(target, true);
      while (made < most && connection.isOpen) await connection.request(request(made++));
      await connection.close();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** The way a client reads an answer. */
export interface Reading {
  /** The agent with the connections; by default each request has its own. */
  readonly agent?: Agent;
  /** The rate in bytes a second; unlimited by default. */
  readonly bytesPerSecond?: number;
}

/**
 * Makes one request and reads the answer to its end.
 *
 * @param target - The server.
 * @param request - The request.
 * @param reading - How the answer is read.
 * @returns The size of the body, in bytes; 0 when the answer is missing or incomplete.
 */
export function requestOnce(
  { url, signal, tally }: Target,
  { path, headers = {}, body, method = body === undefined ? 'GET' : 'POST' }: AttackRequest,
  { agent, bytesPerSecond = Number.POSITIVE_INFINITY }: Reading = {},
): Promise<number> {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'Content-Length': body.length };
    const options = { method, path, headers: { ...headers, ...length }, signal, ...(agent && { agent }) };
    let isAnswered = false;
    const fail = (): void => {
      if (!isAnswered && !signal.aborted) tally.cut++;
      isAnswered = true;
      // Without a delay, the client would request in a tight loop from a server that has exited.
      setTimeout(() => resolve(0), 10);
    };
    const outgoing = sendRequest(`${url}/`, options, (response) => {
      const start = performance.now();
      let bytes = 0;
      isAnswered = true;
      tally.add(response.statusCode ?? 0);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        tally.largestAnswer = Math.max(tally.largestAnswer, bytes);
        const earlyMs = (bytes / bytesPerSecond) * 1_000 - (performance.now() - start);
        if (earlyMs < 5) return;
        response.pause();
        setTimeout(() => response.resume(), earlyMs);
      });
      response.once('end', () => resolve(bytes));
      response.once('error', fail);
    });
    outgoing.once('error', fail);
    outgoing.end(body);
  });
}

/**
 * Makes clients request and then close the connection after some time, with or without an answer.
 *
 * @param target - The server.
 * @param count - The number of requests of all clients together.
 * @param request - Makes the bytes for each connection.
 * @param times - The number of clients at once, and the time that each stays, in milliseconds.
 */
export async function requestAndDisconnect(
  target: Target,
  count: number,
  request: (number: number) => Uint8Array | string,
  { atOnce = 40, stayMs = 1_500 } = {},
): Promise<void> {
  let made = 0;
  const client = async (): Promise<void> => {
    while (made < count && !target.signal.aborted) {
      const connection = new Connection(target, true);
      void connection.write(request(made++));
      await Promise.race([delay(stayMs), connection.closed]);
      await connection.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}

/** The number of requests in one write. */
const PART = 1_000;

/**
 * Sends many requests without waiting for an answer, on one connection at a time: opens the next one when the server has
 * closed it. Then waits for the answers.
 *
 * @param target - The server.
 * @param count - The number of requests.
 * @param request - Makes each request.
 * @param reads - True for a client that reads answers while it sends, false for one that never reads.
 */
export async function pipeline(
  target: Target,
  count: number,
  request: (number: number) => AttackRequest,
  reads: boolean,
): Promise<void> {
  for (let sent = 0; sent < count && !target.signal.aborted; ) {
    const connection = new Connection(target, reads);
    const first = sent;
    for (; sent < count && connection.isOpen; sent += PART) {
      const part = Array.from({ length: PART }, (_, index) => requestBytes(request(sent + index)));
      await connection.write(Buffer.concat(part));
    }
    while (connection.isOpen && connection.answers < sent - first) await delay(50);
    await connection.close();
  }
}

/** Waits until the time has passed or the attack is over. */
export async function pause({ signal }: Target, ms: number): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
