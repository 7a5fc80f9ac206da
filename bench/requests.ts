/** A request, in a form that every load generator can send. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query. */
  readonly path: string;
  /** Header fields except `Host` and `Content-Length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The document for the GraphQL contenders: the fields that a front end shows of a port. */
const DOCUMENT = `query Port($number: Int!) {
  port(number: $number) {
    number
    summary
    range { name title firstPort lastPort }
    states { tcp udp sctp dccp }
    assignments { serviceName firstPort lastPort protocol state description references { title url } }
    associations { id name usedBy firstPort lastPort protocols category confidence origin sources { title url } }
    ephemeralRanges { system title firstPort lastPort }
    blockedByBrowsers
    registry { date }
  }
}`;

/**
 * Returns the REST request for the report of a port; JSON unless the header fields say otherwise.
 *
 * @param port - A port number, 0-65535.
 * @param headers - Header fields.
 */
export function askRest(port: number, headers: Readonly<Record<string, string>> = {}): BenchRequest {
  return { method: 'GET', path: `/ports/${port}`, headers };
}

/**
 * Returns the GraphQL request for a port over POST, with the number in a variable.
 *
 * @param port - A port number, 0-65535.
 */
export function askGraphql(port: number): BenchRequest {
  const body = JSON.stringify({ query: DOCUMENT, variables: { number: port } });
  return { method: 'POST', path: '/graphql', headers: { 'Content-Type': 'application/json' }, body };
}

/**
 * Returns the GraphQL request for a port over GET, with the number in a variable.
 *
 * @param port - A port number, 0-65535.
 */
export function askGraphqlByGet(port: number): BenchRequest {
  const query = new URLSearchParams({
    query: DOCUMENT.replaceAll(/\s+/g, ' '),
    variables: JSON.stringify({ number: port }),
  });
  return { method: 'GET', path: `/graphql?${query}`, headers: {} };
}

/**
 * Returns the text of a request, as it is sent over the connection.
 *
 * @param request - The request.
 * @param host - The value of `Host`.
 */
export function toHttp({ method, path, headers, body }: BenchRequest, host: string): string {
  const fields: Record<string, string> = { Host: host, ...headers };
  if (body !== undefined) fields['Content-Length'] = String(Buffer.byteLength(body));
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
