import type { NextFunction, Request, Response } from 'express';
import type { Logger } from '../../log.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { isPageWanted } from '../message/form-query.ts';
import { HttpError, sendErrorPage, sendProblem } from '../message/problem.ts';
import { requestIdOf } from '../message/request-id.ts';
import { ClientGone } from '../work/request-work.ts';

/**
 * Makes the last middleware: every error becomes a problem, and what is not the client's fault is logged once.
 *
 * @param log - The log.
 * @param withClients - Whether it tells who the client is.
 */
export function handleError(log: Logger, withClients: boolean) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (error instanceof ClientGone) {
      response.destroy();
      return;
    }
    const about = { requestId: requestIdOf(response), ...(withClients && { client: request.ip }) };
    if (response.headersSent) {
      log.error({ err: error, ...about }, 'an answer broke off');
      next(error);
      return;
    }
    const status = (isPageWanted(request) ? sendErrorPage : sendProblem)(response, error, about.requestId);
    if (status === 503 && error instanceof RegistryError) log.warn({ ...about, path: request.path }, error.message);
    // An `HttpError` is an answer that was meant: a flood of 503 must not flood the log.
    else if (status >= 500 && !(error instanceof HttpError))
      log.error({ err: error, ...about, path: request.path }, 'a request failed');
  };
}

/**
 * Makes what logs the errors of GraphQL that are not the client's fault.
 *
 * @param log - The log.
 */
export function logGraphqlError(log: Logger) {
  return (error: unknown, requestId: string): void => {
    if (!(error instanceof ClientGone)) log.error({ err: error, requestId }, 'a GraphQL request failed');
  };
}
