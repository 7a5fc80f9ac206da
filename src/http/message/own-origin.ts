import type { Request, RequestHandler } from 'express';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { HttpError } from './problem.ts';

/**
 * Refuses requests of pages of other origins with 403, unless the origin is listed by name: `*` lists none. The protocol MCP
 * requires this, so that a page of another site cannot use the tools through a browser.
 *
 * @param origins - The value of `CORS_ORIGINS`.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export function refuseOtherOrigins(origins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const origin = request.get('Origin');
    if (origin === undefined || origins.includes(origin) || isOwnOrigin(request, origin)) next();
    else {
      const expected = 'expected that of this server, or one that CORS_ORIGINS names';
      throw new HttpError(403, `Cannot answer a page of the origin ${quoteInput(origin)}: ${expected}`);
    }
  };
}

/**
 * Returns whether an origin is that of this server, as the proxy names it. Without `X-Forwarded-Proto` the scheme is unknown,
 * because the proxy may terminate TLS.
 *
 * @param request - The request.
 * @param origin - The value of `Origin`.
 */
export function isOwnOrigin(request: Request, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  if (request.get('X-Forwarded-Proto') !== undefined && protocol !== `${request.protocol}:`) return false;
  const own = `${protocol}//${request.host}`;
  return URL.canParse(own) && new URL(own).host === host;
}
