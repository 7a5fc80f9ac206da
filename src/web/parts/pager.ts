import { html, type SafeHtml } from '@remix-run/html-template';
import { shorten } from '../../registry/values/registry-error.ts';

/** The position of a page in a list. */
export interface Paging {
  /** The number of items in the whole list. */
  readonly count: number;
  /** Path and query of the next page, with the base path; null on the last page. */
  readonly next: string | null;
  /** The same of the previous page; null on the first page. */
  readonly previous: string | null;
  readonly results: readonly unknown[];
}

/** The parameters that do not narrow a list. */
const PAGE_PARAMETERS = ['limit', 'offset', 'format'];

/**
 * Returns the title of a list with its filters and its first item, so that windows and bookmarks have different titles.
 *
 * @param title - The title of the whole list.
 * @param values - The query parameters by name.
 * @example 'Official rows: ssh, tcp, from 101'
 */
export function listTitle(title: string, values: ReadonlyMap<string, string>): string {
  const filters = [...values].filter(([name]) => !PAGE_PARAMETERS.includes(name)).map(([, value]) => value);
  const offset = Number(values.get('offset') ?? 0);
  return [
    filters.length === 0 ? title : `${title}: ${shorten(filters.join(', '))}`,
    ...(offset > 0 ? [`from ${offset + 1}`] : []),
  ].join(', ');
}

/**
 * Renders the position in a list, and links to the next and the previous page.
 *
 * @param paging - The position.
 */
export function pager({ count, next, previous, results }: Paging): SafeHtml {
  const offset = offsetOf({ count, next, previous, results });
  const [first, last, total] = [offset + 1, offset + results.length, count].map((number) =>
    number.toLocaleString('en'),
  );
  const position = results.length === 0 ? `none of ${total}` : `${first} to ${last} of ${total}`;
  return html`<nav class="pager" aria-label="Pages">
<span>${position}</span>
${previous === null ? '' : html`<a rel="prev" href="${previous}">Previous</a>`}
${next === null ? '' : html`<a rel="next" href="${next}">Next</a>`}
</nav>`;
}

/** Derives the offset of the page from its links. */
function offsetOf({ next, previous, results, count }: Paging): number {
  if (previous === null) return 0;
  if (next === null) return Math.max(0, count - results.length);
  return Number(new URLSearchParams(next.split('?')[1]).get('offset')) - results.length;
}
