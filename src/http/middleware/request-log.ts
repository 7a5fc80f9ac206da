import type { RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { requestIdOf } from '../message/request-id.ts';

/** The longest logged path, in characters; the rest is cut off. */
const MAX_PATH = 200;

/**
 * Logs one line per request at level debug, when the response is sent or the client has disconnected. The query is left
 * out: it may contain confidential text.
 *
 * @param log - The log.
 * @param withClients - Whether a line contains the address of the client.
 */
export function logRequests(log: Logger, withClients: boolean): RequestHandler {
  return (request, response, next) => {
    if (log.isLevelEnabled('debug')) {
      const start = performance.now();
      const path = request.path.slice(0, MAX_PATH);
      // Read now: a closed socket has no remote address.
      const client = withClients ? { client: request.ip } : {};
      const { method } = request;
      response.once('close', () => {
        const ms = Math.round((performance.now() - start) * 10) / 10;
        const line = { method, path, status: response.statusCode, ms, requestId: requestIdOf(response), ...client };
        log.debug(line, response.writableFinished ? 'answered' : 'the client disconnected');
      });
    }
    next();
  };
}
