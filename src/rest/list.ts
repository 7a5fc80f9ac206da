import type { Page, PageRequest } from '../registry/values/page.ts';
import type { Query } from './query.ts';

/** A page of a list with links to its neighbours, relative to the server that the client sees. */
export interface List<T> {
  /** How many there are in all. */
  readonly count: number;
  /** Path and query of the next page; null on the last one. */
  readonly next: string | null;
  /** Path and query of the page before; null on the first one. */
  readonly previous: string | null;
  readonly results: readonly T[];
}

/**
 * Links a page to its neighbours.
 *
 * @param page - The results and how many there are in all.
 * @param request - Which part of the list it is.
 * @param path - The path that was asked.
 * @param query - The query parameters that were given; they stand in the links as well.
 */
export function toList<T>(page: Page<T>, request: PageRequest, path: string, query: Query): List<T> {
  const link = (offset: number): string => {
    const parameters = new URLSearchParams([...query].filter(([name]) => name !== 'limit' && name !== 'offset'));
    parameters.set('limit', String(request.limit));
    parameters.set('offset', String(offset));
    return `${path}?${parameters}`;
  };
  const end = request.offset + request.limit;
  const before = Math.max(0, Math.min(request.offset, page.count) - request.limit);
  return {
    count: page.count,
    next: end < page.count ? link(end) : null,
    previous: request.offset > 0 ? link(before) : null,
    results: page.results,
  };
}
