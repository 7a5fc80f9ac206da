import type { Request } from 'express';

/**
 * Cuts the query out of a URL.
 *
 * @param url - Path and query.
 * @returns What is behind the first question mark.
 */
export function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** What a GET can be asked for, as far as a browser's wish for a page goes. */
const TYPES = ['application/json', 'text/plain', 'text/csv', 'text/html'];

/** Fields of forms that may be ticked several times; the resources take their words with commas between. */
const LISTS: readonly string[] = ['avoid'];

/** Parameters that say something by being empty. */
const MAY_BE_EMPTY: readonly string[] = ['avoid'];

/**
 * Tells whether somebody looks at the answer with a browser: it likes HTML best, or the address asks for it.
 *
 * @param request - The request.
 */
export function isPageWanted(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const asked = new URLSearchParams(searchOf(request.originalUrl)).get('format');
  return asked === null ? request.accepts(TYPES) === 'text/html' : asked === 'html';
}

/**
 * Makes of what a form sends what a program would: fields that were left empty are not there, and what was ticked several
 * times is one list.
 *
 * @param search - The part of the URL behind the question mark.
 */
export function cleanForm(search: string): string {
  const clean = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) {
    if (value === '' && !MAY_BE_EMPTY.includes(name)) continue;
    const before = clean.get(name);
    if (LISTS.includes(name) && before !== null) clean.set(name, before === '' ? value : `${before},${value}`);
    else clean.append(name, value);
  }
  return clean.toString();
}
