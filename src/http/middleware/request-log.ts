import type { RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { requestIdOf } from '../message/request-id.ts';

/** How much of a path is logged, in characters. */
const LONGEST_PATH = 200;

/**
 * Logs one line a request at level debug, when its answer is sent or its client has gone. The query is left out: it
 * may hold what somebody would rather not find in a log.
 *
 * @param log - The log.
 * @param withClients - Whether a line tells the address of the client.
 */
export function logRequests(log: Logger, withClients: boolean): RequestHandler {
  return (request, response, next) => {
    if (log.isLevelEnabled('debug')) {
      const start = performance.now();
      const path = request.path.slice(0, LONGEST_PATH);
      // Read now: a connection that has ended knows it no more.
      const client = withClients ? { client: request.ip } : {};
      const { method } = request;
      response.once('close', () => {
        const ms = Math.round((performance.now() - start) * 10) / 10;
        const line = { method, path, status: response.statusCode, ms, requestId: requestIdOf(response), ...client };
        log.debug(line, response.writableFinished ? 'answered' : 'the client went away');
      });
    }
    next();
  };
}
