import { MIMEType } from 'node:util';
import type { Request, RequestHandler } from 'express';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { isOwnOrigin } from '../message/own-origin.ts';
import { HttpError } from '../message/problem.ts';
import { findUser } from './signed-in-user.ts';

/** The methods that write nothing. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** The paths that write nothing, with any method. */
const READ_PATHS = ['/ports/lookup'];

/** The media types of bodies. A page of another origin can send none of them without a preflight (Fetch, section 4.9). */
const PREFLIGHTED_TYPES = ['application/json', 'application/merge-patch+json', 'text/csv', 'text/x-services'];

/**
 * Refuses writes that a page of another site sends through the browser of a signed-in user (cross-site request forgery): the
 * browser adds the cookie of the proxy, and the proxy the name of the user. It applies to every request that may write, with 403.
 * A request with a token needs no check, because no browser adds a token.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const refuseForgedWrites: RequestHandler = (request, _response, next) => {
  const mayWrite = !SAFE_METHODS.includes(request.method) && !READ_PATHS.includes(request.path);
  const reason = mayWrite && findUser(request) !== null ? findReason(request) : null;
  if (reason === null) next();
  else throw new HttpError(403, `Cannot write as the signed-in user: ${reason}`);
};

/** Returns the reason to refuse a request, in words; null for none. */
function findReason(request: Request): string | null {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin') {
    return `expected the header field Sec-Fetch-Site to be same-origin or absent, got ${quoteInput(site)}`;
  }
  const origin = request.get('Origin');
  if (origin !== undefined && !isOwnOrigin(request, origin)) {
    const own = `${request.protocol}://${request.host}`;
    return `expected the header field Origin to be ${quoteInput(own)} or absent, got ${quoteInput(origin)}`;
  }
  if (!hasBody(request) || PREFLIGHTED_TYPES.includes(mediaTypeOf(request))) return null;
  return `expected a body with the Content-Type ${PREFLIGHTED_TYPES.join(', ')}`;
}

function hasBody(request: Request): boolean {
  const length = request.get('Content-Length') ?? '0';
  return request.get('Transfer-Encoding') !== undefined || Number(length) !== 0;
}

/** Returns the media type of a body without its parameters; empty for none. */
function mediaTypeOf(request: Request): string {
  try {
    return new MIMEType(request.get('Content-Type') ?? '').essence;
  } catch {
    return '';
  }
}
