import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import { isPublic } from './cors.ts';

/**
 * Sends the header fields that protect a browser.
 *
 * @param corsOrigins - The other web origins with pages that may read, as in `allowOrigins`.
 */
export function sendSecurityHeaders(corsOrigins: readonly string[]) {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Applies to requests without CORS, such as those of `<script src>`: listed origins do not need them.
    crossOriginResourcePolicy: { policy: isPublic(corsOrigins) ? 'cross-origin' : 'same-origin' },
    // Only the operator knows whether the whole domain uses TLS.
    strictTransportSecurity: false,
  });
}

/**
 * Returns the same header fields for responses that are sent without Express: those that reject a request.
 *
 * @returns Values by the names of the header fields.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  sendSecurityHeaders([])(response.req, response, () => {});
  return response.getHeaders() as Record<string, string>;
}
