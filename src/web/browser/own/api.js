// Sends API requests with the token of this window, which is stored in sessionStorage only.

const KEY = 'portolan.token';

/** The path under which a proxy mounts the server; empty for none. */
const BASE = document.documentElement.dataset.base ?? '';

/**
 * Returns the address of a path under the base path.
 *
 * @param {string} path Path and query.
 */
export function address(path) {
  return BASE + path;
}

/** Returns the token of this window; null for none. */
export function token() {
  return sessionStorage.getItem(KEY);
}

/** Stores a token until the window is closed; null deletes it. */
export function storeToken(value) {
  if (value === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, value);
}

/** The error of a failed request: a problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.errors = problem.errors ?? [];
  }
}

/**
 * Sends a request and parses the JSON response.
 *
 * @param {string} path Path and query.
 * @param {{ method?: string, body?: unknown, etag?: string }} options Method, JSON body, and ETag for `If-Match`.
 * @returns {Promise<{ body: any, etag: string | null, location: string | null }>}
 * @throws {ProblemError} If the server rejects the request, or cannot be reached.
 */
export async function fetchJson(path, { method = 'GET', body, etag } = {}) {
  const headers = { Accept: 'application/json' };
  if (token() !== null) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag !== undefined) headers['If-Match'] = etag;
  const request = { method, headers, cache: 'no-cache', body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(address(path), request).catch(() => {
    throw new ProblemError({
      status: 0,
      detail: 'Cannot reach the server. Nothing was changed in this form: try again.',
    });
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new ProblemError(answer ?? { status: response.status, detail: `The server answered ${response.status}.` });
  }
  return { body: answer, etag: response.headers.get('ETag'), location: response.headers.get('Location') };
}
