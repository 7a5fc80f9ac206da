import type { NextFunction, Request, Response } from 'express';
import type { Logger } from '../../log.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { prefersHtml } from '../message/form-query.ts';
import { HttpError, sendErrorPage, sendProblem } from '../message/problem.ts';
import { requestIdOf } from '../message/request-id.ts';
import { ClientDisconnected } from '../work/request-work.ts';

/**
 * Creates the last middleware: it answers every error with a problem, and logs errors of the server once.
 *
 * @param log - The log.
 * @param withClients - Whether the log contains client addresses.
 * @param pages - The paths of all pages, in Express' notation: an address that means one of them leads to it.
 */
export function handleError(log: Logger, withClients: boolean, pages: readonly string[]) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (error instanceof ClientDisconnected) {
      response.destroy();
      return;
    }
    const about = { requestId: requestIdOf(response), ...(withClients && { client: request.ip }) };
    if (response.headersSent) {
      log.error({ err: error, ...about }, 'a response was cut off');
      next(error);
      return;
    }
    const status = prefersHtml(request)
      ? sendErrorPage(response, error, about.requestId, pages)
      : sendProblem(response, error, about.requestId);
    if (status === 503 && error instanceof RegistryError) log.warn({ ...about, path: request.path }, error.message);
    // An `HttpError` is intended: many 503 must not flood the log.
    else if (status >= 500 && !(error instanceof HttpError))
      log.error({ err: error, ...about, path: request.path }, 'a request failed');
  };
}

/**
 * Creates the logger of GraphQL errors that are faults of the server.
 *
 * @param log - The log.
 */
export function logGraphqlError(log: Logger) {
  return logErrorAs(log, 'a GraphQL request failed');
}

/**
 * Creates the logger of errors of MCP tools that are faults of the server.
 *
 * @param log - The log.
 */
export function logMcpError(log: Logger) {
  return logErrorAs(log, 'an MCP request failed');
}

function logErrorAs(log: Logger, message: string) {
  return (error: unknown, requestId: string): void => {
    if (!(error instanceof ClientDisconnected)) log.error({ err: error, requestId }, message);
  };
}
