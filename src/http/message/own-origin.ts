import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { HttpError } from './problem.ts';

/**
 * Refuses requests of pages of other origins with 403, unless the origin is listed by name: `*` lists none. MCP requires
 * this, so that a page of another site cannot use the tools through a browser. `Host` alone does not make a name that of
 * this server: by DNS rebinding, a page gets its own name there.
 *
 * @param origins - The value of `CORS_ORIGINS`.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export function refuseOtherOrigins(origins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const origin = request.get('Origin');
    if (origin === undefined || origins.includes(origin)) next();
    else if (isOwnOrigin(request, origin) && (isLocalOrAddress(origin) || isFromTrustedProxy(request))) next();
    else {
      const expected = 'expected that of this server, or one that CORS_ORIGINS names';
      throw new HttpError(403, `Cannot answer a page of the origin ${quoteInput(origin)}: ${expected}`);
    }
  };
}

/** Returns whether an origin has a host that no DNS server can give: an IP address or localhost. */
function isLocalOrAddress(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/**
 * Returns whether the connection of a request comes from a proxy of `TRUST_PROXY`.
 *
 * @param request - The request.
 */
export function isFromTrustedProxy({ app, socket }: Request): boolean {
  const isTrusted: (address: string | undefined, place: number) => boolean = app.get('trust proxy fn');
  return isTrusted(socket.remoteAddress, 0);
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
