import type { Association } from '../../src/registry/rows/association.ts';

/** A response with its parsed body. */
export interface JsonResponse {
  readonly status: number;
  readonly etag: string;
  // biome-ignore lint/suspicious/noExplicitAny: the type of a body depends on the request.
  readonly body: any;
}

/**
 * Sends a request and parses the response as JSON.
 *
 * @param url - The server's URL.
 * @param method - The method.
 * @param path - Path and query.
 * @param headers - Header fields.
 * @param body - The body to send as JSON, if any.
 * @throws When the connection breaks before the response is complete.
 */
export async function requestJson(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<JsonResponse> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...sent,
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('ETag') ?? '',
    body: text === '' ? null : JSON.parse(text),
  };
}

/**
 * Fetches all own entries.
 *
 * @param url - The server's URL.
 * @returns The entries by their ids.
 */
export async function ownEntries(url: string): Promise<Map<string, Association>> {
  const entries = new Map<string, Association>();
  for (let path: string | null = '/associations?origin=own&limit=1000'; path !== null; ) {
    const { body } = await requestJson(url, 'GET', path);
    for (const entry of body.results as Association[]) entries.set(entry.id, entry);
    path = body.next;
  }
  return entries;
}
