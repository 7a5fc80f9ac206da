import { setTimeout as delay } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import type { AccessRecords } from '../../registry/access-records.ts';
import { parseWholeNumber } from '../../registry/values/page.ts';
import { HttpError } from '../message/problem.ts';

/** The header field of a response to a write: the position at which all servers of a shared register have the write. */
export const POSITION = 'Portolan-Position';

/** The header field of a request that is answered at this position or a later one. */
export const POSITION_AT_LEAST = 'Portolan-Position-At-Least';

/** The longest wait for a position, in milliseconds. */
const WAIT_MS = 1_000;

/** The interval at which the position is read, in milliseconds. */
const INTERVAL_MS = 5;

type Positions = Pick<AccessRecords, 'auditHead'>;

/**
 * Adds the position after a write to its response.
 *
 * @param registry - The registry that was written.
 * @param response - The response, before its header is sent.
 */
export function sendPosition(registry: Positions, response: Response): void {
  response.set(POSITION, String(positionOf(registry)));
}

/**
 * Adds the position to the responses to GraphQL documents with a mutation, after their execution.
 *
 * @param registry - The registry.
 */
export function sendPositionOfMutation(registry: Positions): RequestHandler {
  return (request, response, next) => {
    const { query } = (request.body ?? {}) as { readonly query?: unknown };
    if (typeof query === 'string' && query.includes('mutation')) {
      const { writeHead } = response;
      response.writeHead = ((...args: Parameters<typeof writeHead>) => {
        if (!response.headersSent) sendPosition(registry, response);
        return writeHead.apply(response, args);
      }) as typeof writeHead;
    }
    next();
  };
}

/**
 * Waits until this server has the position that a request asks for.
 *
 * @param registry - The registry.
 */
export function waitForPosition(registry: Positions): RequestHandler {
  return async (request, _response, next) => {
    const wanted = request.get(POSITION_AT_LEAST);
    if (wanted === undefined) return next();
    const least = parseWholeNumber(wanted, POSITION_AT_LEAST, 0, Number.MAX_SAFE_INTEGER);
    const end = performance.now() + WAIT_MS;
    for (;;) {
      const position = positionOf(registry);
      if (position >= least) return next();
      if (performance.now() >= end || request.socket.destroyed) {
        const detail = `This server is at position ${position}, and the request asks for ${least}: try again`;
        throw new HttpError(503, detail, { 'Retry-After': '1' });
      }
      await delay(INTERVAL_MS);
    }
  };
}

function positionOf(registry: Positions): number {
  return registry.auditHead()?.id ?? 0;
}
