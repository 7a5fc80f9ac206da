/** A request, as every load generator can send it. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  /** Header fields beside `Host` and `Content-Length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The question that the GraphQL contenders answer: what a front end shows of a port. */
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
 * Asks for a port's report, as JSON where nothing else is asked for.
 *
 * @param port - A port number, 0-65535.
 * @param headers - Header fields.
 */
export function askRest(port: number, headers: Readonly<Record<string, string>> = {}): BenchRequest {
  return { method: 'GET', path: `/ports/${port}`, headers };
}

/**
 * Asks for a port by GraphQL over POST, the number in a variable.
 *
 * @param port - A port number, 0-65535.
 */
export function askGraphql(port: number): BenchRequest {
  const body = JSON.stringify({ query: DOCUMENT, variables: { number: port } });
  return { method: 'POST', path: '/graphql', headers: { 'Content-Type': 'application/json' }, body };
}

/**
 * Asks for a port by GraphQL over GET, the number in a variable.
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
 * Writes a request as it goes over the wire.
 *
 * @param request - What is asked.
 * @param host - The value of `Host`.
 */
export function toHttp({ method, path, headers, body }: BenchRequest, host: string): string {
  const fields: Record<string, string> = { Host: host, ...headers };
  if (body !== undefined) fields['Content-Length'] = String(Buffer.byteLength(body));
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
