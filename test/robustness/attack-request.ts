/** A request of an attack. */
export interface AttackRequest {
  /** GET without a body and POST with one, unless given. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * Encodes a request for a persistent connection.
 *
 * @param request - The request.
 */
export function requestBytes({ method, path, headers = {}, body }: AttackRequest): Buffer {
  const length = body === undefined ? {} : { 'Content-Length': body.length };
  const fields = Object.entries({ Host: 'x', ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method ?? (body === undefined ? 'GET' : 'POST')} ${path} HTTP/1.1\r\n${fields.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]);
}

/** With this media type, the server answers 400 when it refuses a document. */
const GRAPHQL_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };

/**
 * Makes a GraphQL request.
 *
 * @param query - The document.
 * @param variables - The values of its variables.
 */
export function graphql(query: string, variables: object = {}): AttackRequest {
  return { path: '/graphql', headers: GRAPHQL_HEADERS, body: Buffer.from(JSON.stringify({ query, variables })) };
}

/**
 * Chooses from a list, each item in its turn.
 *
 * @param list - The items.
 * @param number - A number that counts up.
 */
export function inTurn<Item>(list: readonly Item[], number: number): Item {
  return list[number % list.length] as Item;
}
