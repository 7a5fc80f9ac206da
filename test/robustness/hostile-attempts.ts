import { Agent, request as send } from 'node:http';
import { pipeline } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { connectRaw } from '../support/raw-connection.ts';
import { checkAnswer, checkBytes, type HostileAnswer } from './check-answer.ts';
import type { HostileRequest } from './hostile-request.ts';
import { SEED } from './run.ts';

const CLIENTS = 32;

/** The idle time after which a client closes its connection, in milliseconds: long before the server does (75 s). */
const IDLE_MS = 20_000;

/** One request in this many is checked against the whole contract, which is slow. */
export const CONTRACT_EVERY = 10;

/** Options of `checkAnswer`. */
export interface Checks {
  readonly inFull: boolean;
  readonly mayBeBusy: boolean;
}

/** Makes one attempt over the agent's persistent connections or its own; returns the statuses of the answers. */
export type Attempt = (agent: Agent, number: number) => Promise<readonly number[]>;

/**
 * Makes attempts by 32 clients, each of which waits for one answer before its next attempt.
 *
 * @param t - The test. The connections end with it.
 * @param count - The number of attempts.
 * @param attempt - Makes one attempt; is called with its number.
 * @param statuses - Counts the answers by status.
 */
export async function attemptMany(
  t: TestContext,
  count: number,
  attempt: Attempt,
  statuses: Map<number, number>,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS, timeout: IDLE_MS });
  t.after(() => agent.destroy());
  let made = 0;
  const client = async (): Promise<void> => {
    while (made < count) {
      for (const status of await attempt(agent, made++)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/**
 * Makes a request and checks the answer.
 *
 * @param agent - The agent with the connections.
 * @param url - The server.
 * @param request - The request.
 * @param checks - The checks of the answer.
 * @throws {Error} When the answer is wrong; the message has the request and the seed.
 */
export async function tryRequest(agent: Agent, url: string, request: HostileRequest, checks: Checks): Promise<number> {
  try {
    const answer = await ask(agent, url, request);
    checkAnswer(request, answer, checks.inFull, checks.mayBeBusy);
    return answer.status;
  } catch (error) {
    throw new Error(`${error}, of FUZZ_SEED=${SEED}: ${JSON.stringify(request).slice(0, 2000)}`, { cause: error });
  }
}

/**
 * Sends bytes over a new connection, reads until the server closes it, and checks the answers.
 *
 * @param url - The server.
 * @param bytes - The bytes.
 * @param mayBeBusy - As for `checkAnswer`.
 * @throws {Error} As `tryRequest`.
 */
export async function tryBytes(url: string, bytes: Buffer, mayBeBusy = false): Promise<number[]> {
  const { socket, closed } = await connectRaw(url, bytes);
  socket.end();
  const received = await closed;
  try {
    return checkBytes(bytes, received, mayBeBusy);
  } catch (error) {
    const sent = JSON.stringify(bytes.toString('latin1').slice(0, 500));
    throw new Error(`${error}, of FUZZ_SEED=${SEED}: ${sent}\n${received.slice(0, 500)}`, { cause: error });
  }
}

/**
 * Sends bytes over a new connection, reads nothing, and resets the connection.
 *
 * @param url - The server.
 * @param bytes - The bytes.
 * @param stayMs - The time before the reset, in milliseconds.
 */
export async function sendAndReset(url: string, bytes: Buffer, stayMs: number): Promise<void> {
  const { socket, closed } = await connectRaw(url);
  // The server can fill only the buffers of the two sockets.
  socket.pause();
  socket.write(bytes);
  await delay(stayMs);
  socket.resetAndDestroy();
  await closed;
}

function ask(agent: Agent, url: string, { method, path, headers, body }: HostileRequest): Promise<HostileAnswer> {
  return new Promise((resolve, reject) => {
    // Node sends the body of a GET, unlike that of a POST, only with an explicit Content-Length.
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const outgoing = send(`${url}/`, { agent, method, path, headers: { ...headers, ...length } }, (response) => {
      const unpack = { br: createBrotliDecompress, gzip: createGunzip, deflate: createInflate }[
        response.headers['content-encoding'] ?? ''
      ];
      // Not `pipe`: the decoder would wait forever for the rest of an answer that was cut off.
      const stream =
        unpack === undefined || method === 'HEAD'
          ? response
          : pipeline(response, unpack(), (error) => error && reject(error));
      textOf(stream).then(
        (text) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, text }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
