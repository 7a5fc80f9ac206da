import type { Page, PageRequest } from '../registry/values/page.ts';
import type { Query } from './query.ts';

/** A page of a list with links to its neighbours. Links are paths from the root of the server that the client sees. */
export interface List<T> {
  /** The number of results in the whole list. */
  readonly count: number;
  /** Path and query of the next page; null on the last one. */
  readonly next: string | null;
  /** Path and query of the previous page; null on the first one. */
  readonly previous: string | null;
  readonly results: readonly T[];
}

/**
 * Adds links to the neighbours of a page.
 *
 * @param page - The page.
 * @param request - Its position in the list.
 * @param path - The path of the request.
 * @param query - The query parameters of the request; the links repeat them.
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
