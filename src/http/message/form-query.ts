import type { Request } from 'express';

/**
 * Returns the query string of a URL.
 *
 * @param url - Path and query.
 * @returns The text after the first question mark; empty without one.
 */
export function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** The media types that are compared to decide whether a client prefers HTML. */
const TYPES = ['application/json', 'text/plain', 'text/csv', 'text/html'];

/** Form fields with several checkboxes; the resources take their values as one comma-separated list. */
const LIST_FIELDS: readonly string[] = ['avoid'];

/** Parameters for which an empty value has a meaning. */
const MAY_BE_EMPTY: readonly string[] = ['avoid'];

/**
 * Checks whether the client wants a page: `Accept` prefers HTML, or the URL has `?format=html`.
 *
 * @param request - The request.
 */
export function prefersHtml(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const format = new URLSearchParams(searchOf(request.originalUrl)).get('format');
  return format === null ? request.accepts(TYPES) === 'text/html' : format === 'html';
}

/**
 * Converts the query of a submitted form to the query that a program would send: removes empty fields, and joins repeated
 * checkboxes to one list.
 *
 * @param search - The query string, without the question mark.
 */
export function normalizeFormQuery(search: string): string {
  const normalized = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) {
    if (value === '' && !MAY_BE_EMPTY.includes(name)) continue;
    const before = normalized.get(name);
    if (LIST_FIELDS.includes(name) && before !== null)
      normalized.set(name, before === '' ? value : `${before},${value}`);
    else normalized.append(name, value);
  }
  return normalized.toString();
}
