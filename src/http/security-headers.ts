import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

const OPTIONS: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  // The data is public, to be read by any page's scripts.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // Only who runs TLS in front of the server knows whether all of the domain speaks it.
  strictTransportSecurity: false,
};

/** Sends the headers that keep a browser safe. */
export const sendSecurityHeaders = helmet(OPTIONS);

/**
 * Gives the same headers to who answers without Express.
 *
 * @returns Values by the names of the header fields.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  sendSecurityHeaders(response.req, response, () => {});
  return response.getHeaders() as Record<string, string>;
}
