import type { ServerResponse } from 'node:http';

/** The shortest interval between two interim responses to a request, in milliseconds. */
const INTERVAL_MS = 100;

/** The time of the last interim response to a request, in milliseconds of `performance.now`. */
const lastProbes = new WeakMap<ServerResponse, number>();

/**
 * Sends 102 Processing to a client that has closed its side of the connection, to find out whether it still reads. TCP does
 * not distinguish a client that has disconnected from one that has half-closed its connection (`nc -N`): both send FIN. The
 * system of a disconnected client answers the first 102 with a reset, and writing the second one then destroys the response.
 * Does nothing while the client may still send, within 100 ms of the last 102, once the response has started, and for
 * HTTP/1.0, which has no interim responses.
 *
 * @param response - The response.
 * @returns Whether 102 was sent. The response may be destroyed in the next turn of the event loop.
 * @see RFC 9110, section 15.2
 */
export function probeHalfClosed(response: ServerResponse): boolean {
  const { req, socket, headersSent } = response;
  const isHalfClosed = socket?.readableEnded === true && req.complete;
  if (!isHalfClosed || headersSent || req.httpVersion !== '1.1') return false;
  const now = performance.now();
  if (now - (lastProbes.get(response) ?? Number.NEGATIVE_INFINITY) < INTERVAL_MS) return false;
  lastProbes.set(response, now);
  response.writeProcessing();
  return true;
}
