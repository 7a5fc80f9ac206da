import type { Association } from '../../src/registry/rows/association.ts';

/** An answer of the server, read. */
export interface Answered {
  readonly status: number;
  readonly etag: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds depends on the question.
  readonly body: any;
}

/**
 * Asks a server and reads its answer as JSON.
 *
 * @param url - The server's address.
 * @param method - The method.
 * @param path - Path and query.
 * @param headers - Header fields.
 * @param body - Sent as JSON where given.
 * @throws When the connection breaks before the answer is whole.
 */
export async function ask(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answered> {
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
 * Reads all own entries.
 *
 * @param url - The server's address.
 * @returns The entries by their ids.
 */
export async function ownEntries(url: string): Promise<Map<string, Association>> {
  const entries = new Map<string, Association>();
  for (let path: string | null = '/associations?origin=own&limit=1000'; path !== null; ) {
    const { body } = await ask(url, 'GET', path);
    for (const entry of body.results as Association[]) entries.set(entry.id, entry);
    path = body.next;
  }
  return entries;
}
