import type { IncomingMessage } from 'node:http';

/**
 * Header fields that must not be repeated: Node silently keeps the first. A proxy may use another one: proxy and server
 * would then disagree on the host, the token or the body.
 */
const SINGLE_FIELDS = ['Host', 'Authorization', 'Content-Type'];

/** A name, an IPv4 address or an IPv6 address in brackets, with an optional port (RFC 9110, section 7.2); may be empty. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/**
 * Finds a fault in a request's header that Node's parser accepts (RFC 9112, section 3.2).
 *
 * @param request - The request.
 * @returns A sentence for the client; undefined for a good header.
 */
export function headerFault({ rawHeaders, headers: { host }, httpVersion }: IncomingMessage): string | undefined {
  for (const name of SINGLE_FIELDS) {
    const count = countOf(name, rawHeaders);
    if (count > 1) return `Cannot read the request: expected one header field ${name}, found ${count}`;
  }
  if (host === undefined) {
    return httpVersion === '1.0' ? undefined : 'Cannot read the request: expected a header field Host';
  }
  return HOST.test(host) ? undefined : 'Cannot read the request: expected a name or an address in Host';
}

/** Counts the header fields of a name in a list that alternates names and values. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  const lower = name.toLowerCase();
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? '';
    if (field.length === lower.length && field.toLowerCase() === lower) count++;
  }
  return count;
}
