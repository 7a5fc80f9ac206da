import type { Request } from 'express';
import { AVOID_OPTIONS } from '../../registry/advice/advice-question.ts';

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

/**
 * Form fields with several checkboxes, with the list of all values, which is the default. The resources take their values as one
 * comma-separated list.
 */
const LIST_FIELDS: Readonly<Record<string, string>> = { avoid: AVOID_OPTIONS.join(',') };

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
 * Converts the query of a submitted form to the query that a program would send: removes empty fields, joins repeated
 * checkboxes to one list, and removes that list if all are checked.
 *
 * @param search - The query string, without the question mark.
 */
export function normalizeFormQuery(search: string): string {
  const normalized = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) {
    if (value === '' && !MAY_BE_EMPTY.includes(name)) continue;
    const before = normalized.get(name);
    if (Object.hasOwn(LIST_FIELDS, name) && before !== null)
      normalized.set(name, before === '' ? value : `${before},${value}`);
    else normalized.append(name, value);
  }
  for (const [name, all] of Object.entries(LIST_FIELDS)) if (normalized.get(name) === all) normalized.delete(name);
  return normalized.toString();
}

/**
 * Returns whether a query has fewer parameters than another one.
 *
 * @param search - The query string, without the question mark.
 * @param other - The other query string.
 */
export function isShorter(search: string, other: string): boolean {
  return new URLSearchParams(search).size < new URLSearchParams(other).size;
}
