// Asks the server, with the token that was entered in this window. It is kept nowhere else.

const KEY = 'portolan.token';

/** What stands before every path, where the server lies behind a path of another one. */
const BASE = document.documentElement.dataset.base ?? '';

/**
 * Gives the address of a path.
 *
 * @param {string} path Path and query from the server's root on.
 */
export function address(path) {
  return BASE + path;
}

/** The token that was entered; null for none. */
export function token() {
  return sessionStorage.getItem(KEY);
}

/** Keeps a token for as long as the window is open; null forgets it. */
export function keepToken(value) {
  if (value === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, value);
}

/** What the server objected to: a problem of RFC 9457. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.errors = problem.errors ?? [];
  }
}

/**
 * Asks for JSON, or sends some.
 *
 * @param {string} path Path and query.
 * @param {{ method?: string, body?: unknown, etag?: string }} more What is different about the request.
 * @returns {Promise<{ body: any, etag: string | null, location: string | null }>}
 * @throws {Refusal} When the server refuses, or cannot be reached.
 */
export async function ask(path, { method = 'GET', body, etag } = {}) {
  const headers = { Accept: 'application/json' };
  if (token() !== null) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag !== undefined) headers['If-Match'] = etag;
  const request = { method, headers, cache: 'no-cache', body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(address(path), request).catch(() => {
    throw new Refusal({ status: 0, detail: 'The server cannot be reached. Nothing was changed here; try again.' });
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new Refusal(answer ?? { status: response.status, detail: `The server answered ${response.status}.` });
  }
  return { body: answer, etag: response.headers.get('ETag'), location: response.headers.get('Location') };
}
